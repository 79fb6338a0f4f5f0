"""Signals of bladder and liver: urinary symptoms from any source, liver enzymes against a recorded upper limit of normal."""

import numpy as np
import pandas as pd

from lib.clinical.adverse_terms import URINARY_TERM, match_terms
from lib.clinical.care_records import UPPER_LIMIT_OF, URINARY, CareRecords
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import HIGH, WATCH
from lib.clinical.rules.holding import FOUND_NOTHING, say_all, select_holding, start_of_hold, until_next
from lib.clinical.rules.suicidality import start_of_last_run
from lib.clinical.rules.wording import Row, say_day_number
from lib.clinical.runs import last_stated
from lib.clinical.segments import NONE, Columns, Ints, columns_of, take

# What denies a symptom, and what answers nothing; anything else is read as a symptom.
_DENIED = ("no", "none", "0", "n", "false", "absent", "denied", "negative")
_UNANSWERED = ("", "?", "unknown", "not asked", "not recorded", "n/a", "na")

_KINDS_READ = [*UPPER_LIMIT_OF, *UPPER_LIMIT_OF.values()]
_NO_VALUES = pd.DataFrame(
    {
        "patient": pd.Series(dtype="int64"),
        "kind": pd.Series(dtype="str"),
        "day": pd.Series(dtype="int64"),
        "value": pd.Series(dtype="float64"),
        "upper_limit": pd.Series(dtype="float64"),
    }
)
_NEVER_SAID = pd.DataFrame(
    {
        "patient": pd.Series(dtype="int64"),
        "day": pd.Series(dtype="int64"),
        "is_positive": pd.Series(dtype=bool),
        "said": pd.Series(dtype="str"),
    }
)


def flag_urinary(care: CareRecords, first_dose: Ints) -> pd.DataFrame:
    """patient, severity, since, evidence. first_dose: by patient key the day of the first counting session, or NONE."""
    if care.adverse_events.empty and care.observations.empty:
        return FOUND_NOTHING
    days = derive_urinary_days(care)
    if not days["is_positive"].any():
        return FOUND_NOTHING
    found = start_of_last_run(
        days["patient"].to_numpy(), days["is_positive"].to_numpy(), days["day"].to_numpy()
    )
    first = first_dose[found["patient"]]
    is_new = (first != NONE) & (found["since"].to_numpy() >= first)
    last_said = days.drop_duplicates("patient", keep="last").set_index("patient")
    rows = last_said.loc[found["patient"]].to_dict("records")
    before = np.where(is_new, "", "; recorded before the first dose")
    return found.assign(
        severity=np.where(is_new, HIGH, WATCH),
        evidence=[
            f"{row['said']} on {say_day_number(row['day'])}{more}"
            for row, more in zip(rows, before, strict=True)
        ],
    )


def derive_urinary_days(care: CareRecords) -> pd.DataFrame:
    """Days on which urinary symptoms were said to be there or not, sorted: patient, day, is_positive, said (in words)."""
    events, answers = _select_urinary(care)
    if events.empty and answers.empty:
        return _NEVER_SAID.copy()
    said = pd.concat(
        [
            events[["patient", "day"]].assign(is_positive=True, said=events["term"]),
            answers[["patient", "day"]].assign(
                is_positive=~_in_lower_case(answers).isin(_DENIED),
                said="urinary symptoms: " + answers["value"].astype(str),
            ),
        ]
    ).astype({"is_positive": bool})
    # The last of a day is one that says yes, where there is one.
    said = said.sort_values(["patient", "day", "is_positive", "said"], kind="stable")
    return said.drop_duplicates(["patient", "day"], keep="last").reset_index(drop=True)


def _select_urinary(care: CareRecords) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Events of a urinary symptom, and answers to the question whether there is one."""
    events = care.adverse_events[match_terms(care.adverse_events["term"], URINARY_TERM).to_numpy()]
    answers = care.observations[(care.observations["kind"] == URINARY).to_numpy(dtype=bool)]
    # Few are ever asked; looking through the words of no answers takes as long as through ten.
    return events, answers[~_in_lower_case(answers).isin(_UNANSWERED).to_numpy()] if len(answers) else answers


def _in_lower_case(answers: pd.DataFrame) -> "pd.Series[str]":
    return answers["value"].str.strip().str.lower()


def find_urinary_answers(care: CareRecords) -> tuple[Ints, Ints]:
    """(patient, day) of whatever says that urinary symptoms are there or not."""
    patient, day = (
        np.concatenate([rows[name].to_numpy(dtype=np.int64) for rows in _select_urinary(care)])
        for name in ("patient", "day")
    )
    return patient, day


def flag_liver(observations: pd.DataFrame, as_of: int, policy: Policy) -> pd.DataFrame:
    """patient, severity, since, evidence: the latest ALT or GGT above the multiple of its recorded upper limit."""
    if not observations["kind"].isin(list(UPPER_LIMIT_OF)).any():
        return FOUND_NOTHING
    values = derive_liver_values(observations)
    is_over = values["value"] > policy.liver_enzymes.times_upper_limit * values["upper_limit"]
    if not is_over.any():
        return FOUND_NOTHING
    # A later value of the same date does not take back one that was over.
    days = values.assign(is_over=is_over).sort_values(
        ["patient", "kind", "day", "is_over", "value"], kind="stable"
    )
    days = days.drop_duplicates(["patient", "kind", "day"], keep="last")
    kinds = list(UPPER_LIMIT_OF)
    owner = days["patient"].to_numpy() * len(kinds) + days["kind"].map(kinds.index).to_numpy(dtype=np.int64)
    intervals = days.assign(start=days["day"], stop=until_next(owner, days["day"].to_numpy()))
    intervals = intervals[intervals["is_over"]]
    found = start_of_hold(intervals, as_of)
    said = say_all(select_holding(intervals, as_of), _say_value)
    return found.assign(severity=HIGH, evidence=found["patient"].map(said).astype(object))


def derive_liver_values(observations: pd.DataFrame) -> pd.DataFrame:
    """ALT and GGT with the upper limit last recorded on or before their date (NaN: none): patient, kind, day, value,
    upper_limit. A value that is not a number is left out: nobody knows it."""
    kinds = observations["kind"].to_numpy(dtype=object)
    is_read = np.isin(kinds, _KINDS_READ) if len(kinds) else np.zeros(0, dtype=bool)
    if not is_read.any():
        return _NO_VALUES.copy(deep=False)
    number = pd.to_numeric(observations["value"][is_read], errors="coerce").to_numpy(dtype=float)
    stated = take(columns_of(observations, ("patient", "day")), is_read)
    every: Columns = {**stated, "kind": kinds[is_read], "value": number}
    every = take(every, ~np.isnan(number))
    found = [_with_limit(every, *pair) for pair in UPPER_LIMIT_OF.items()]
    values = {name: np.concatenate([one[name] for one in found]) for name in _NO_VALUES}
    order = np.lexsort((values["day"], values["kind"], values["patient"]))
    return pd.DataFrame({**take(values, order), "kind": pd.array(values["kind"][order], dtype="str")})


def _with_limit(every: Columns, kind: str, limit_kind: str) -> Columns:
    """Values of a kind with the limit last recorded on or before their day, the highest of that day; NaN: none."""
    values, limits = (take(every, every["kind"] == name) for name in (kind, limit_kind))
    limits = take(limits, np.lexsort((limits["value"], limits["day"], limits["patient"])))
    return {**values, "upper_limit": last_stated(limits, "value", values)}


def _say_value(row: Row) -> str:
    name = row["kind"].removesuffix("_u_l").upper()
    return f"{name} {row['value']:g} U/L on {say_day_number(row['day'])}, upper limit of normal {row['upper_limit']:g} U/L"
