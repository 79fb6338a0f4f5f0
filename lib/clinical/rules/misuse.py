"""Signals of misuse in what was dispensed, ordered and taken; each may have a plain reason, so it is a question."""

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import HIGH, MEDIUM
from lib.clinical.rules.dose_limits import judge_dose_limits
from lib.clinical.rules.holding import FOUND_NOTHING, say_all, select_holding, start_of_hold, until_next
from lib.clinical.rules.wording import Row, say_day_number

OVERUSE, EARLY_DOSES, EARLY_REFILL = range(3)


def flag_misuse(steps: pd.DataFrame, dispensing: pd.DataFrame, as_of: int, policy: Policy) -> pd.DataFrame:
    """patient, severity, since, evidence. steps: of `derive_dose_steps`; dispensing: of CareRecords."""
    signals = [_early_doses(steps, policy)]
    if len(dispensing):
        supply = derive_supply(steps, dispensing)
        signals += [_overuse(supply), _early_refills(supply, policy)]
    signals = [one for one in signals if len(one)]
    if not signals:
        return FOUND_NOTHING
    intervals = pd.concat(signals, ignore_index=True)
    intervals = intervals.astype({"patient": "int64", "start": "int64", "stop": "int64", "signal": "int64"})
    holding = select_holding(intervals, as_of).sort_values(["patient", "signal", "start"], kind="stable")
    holding = holding.drop_duplicates(["patient", "signal"], keep="last")
    found = start_of_hold(intervals, as_of)
    n_signals = found["patient"].map(holding["patient"].value_counts()).astype("int64")
    return found.assign(
        severity=np.where(n_signals > 1, HIGH, MEDIUM),
        evidence=found["patient"].map(say_all(holding, _say)).astype(object),
    )


def derive_supply(steps: pd.DataFrame, dispensing: pd.DataFrame) -> pd.DataFrame:
    """Days with a dispensing or a dose from a patient's first dispensing on, sorted: patient, day, filled_mg (0: none that day),
    and to the end of that day dispensed_mg, taken_mg, used_mg (the larger of dose and prescribed dose). A dispensing without a
    strength makes dispensed_mg NaN from then on: nobody knows how much there is."""
    first = dispensing.groupby("patient")["day"].min().rename("first_day")
    doses = steps.join(first, on="patient")
    doses = doses[doses["day"] >= doses["first_day"]]
    used = doses[["dose_mg", "prescribed_mg"]].max(axis=1)
    filled = dispensing["tablets"] * dispensing["strength_mg"]
    fills = dispensing[["patient", "day"]].assign(filled_mg=filled.fillna(0), n_unknown=filled.isna() * 1)
    taken = doses[["patient", "day"]].assign(taken_mg=doses["dose_mg"], used_mg=used)
    of_day = pd.concat([fills, taken]).fillna(0).groupby(["patient", "day"]).sum()
    to_day = of_day.groupby("patient").cumsum()
    return to_day.assign(
        filled_mg=of_day["filled_mg"].mask(of_day["n_unknown"] > 0),
        dispensed_mg=to_day["filled_mg"].mask(to_day["n_unknown"] > 0),
    ).reset_index()


def _overuse(supply: pd.DataFrame) -> pd.DataFrame:
    stop = until_next(supply["patient"].to_numpy(), supply["day"].to_numpy())
    found = supply.assign(start=supply["day"], stop=stop, signal=OVERUSE)
    return found[supply["taken_mg"] > supply["dispensed_mg"]]


def _early_doses(steps: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    early = steps[judge_dose_limits(steps, policy)["is_early"]]
    if early.empty:
        return early
    before = early.groupby("patient")["day"].shift(1)
    stop = before + policy.misuse_signals.early_within_days + 1
    found = early.assign(start=early["day"], before=before, stop=stop, signal=EARLY_DOSES)
    return found[found["stop"] > found["start"]]


def _early_refills(supply: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    numbers = policy.misuse_signals
    is_fill = supply["filled_mg"] != 0
    before = supply.groupby("patient")[["dispensed_mg", "used_mg"]].shift(1)
    fills = supply.assign(left_mg=before["dispensed_mg"] - before["used_mg"])[is_fill]
    last_fill_mg = fills.groupby("patient")["filled_mg"].shift(1)
    next_day = until_next(fills["patient"].to_numpy(), fills["day"].to_numpy())
    stop = np.minimum(next_day, fills["day"] + numbers.refill_days + 1)
    found = fills.assign(start=fills["day"], stop=stop, signal=EARLY_REFILL, last_fill_mg=last_fill_mg)
    return found[100 * found["left_mg"] >= numbers.early_refill_percent * found["last_fill_mg"]]


def _say(row: Row) -> str:
    if row["signal"] == OVERUSE:
        return f"taken {row['taken_mg']:g} mg of {row['dispensed_mg']:g} mg dispensed"
    if row["signal"] == EARLY_DOSES:
        return f"doses earlier than ordered on {say_day_number(row['before'])} and {say_day_number(row['start'])}"
    return (
        f"dispensed again on {say_day_number(row['start'])} with {row['left_mg']:g} mg unaccounted for "
        f"of {row['last_fill_mg']:g} mg the time before"
    )
