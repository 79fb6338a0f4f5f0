"""Tablets: what was dispensed to a patient against what was taken since the first dispensing."""

import numpy as np
import pandas as pd

from lib.clinical.rules.misuse import derive_supply

MORE_TAKEN, LEFT_OVER, EVEN, UNKNOWN = STATES = (
    "more taken than dispensed",
    "some should be left",
    "nothing should be left",
    "unknown: a strength is not recorded",
)


def derive_balances(doses: pd.DataFrame, dispensing: pd.DataFrame) -> pd.DataFrame:
    """One row a patient to whom anything was dispensed: patient, first_on, last_on (of dispensing), tablets, dispensed_mg,
    taken_mg since first_on, left_mg (dispensed less taken), state (of STATES). A strength that is not recorded makes
    dispensed_mg and left_mg NaN. doses: counting sessions: patient, day, dose_mg, prescribed_mg. dispensing: patient, day,
    tablets, strength_mg."""
    if dispensing.empty:
        names = ("first_on", "last_on", "tablets", "dispensed_mg", "taken_mg", "left_mg", "state")
        return pd.DataFrame({"patient": dispensing["patient"]} | {name: [] for name in names})
    by = dispensing.groupby("patient")
    given = by.agg(first_on=("day", "min"), last_on=("day", "max"), tablets=("tablets", "sum"))
    supply = derive_supply(doses, dispensing).drop_duplicates("patient", keep="last").set_index("patient")
    found = given.join(supply[["dispensed_mg", "taken_mg"]]).reset_index()
    left = found["dispensed_mg"] - found["taken_mg"]
    state = np.select([left.isna(), left < 0, left > 0], [UNKNOWN, MORE_TAKEN, LEFT_OVER], EVEN)
    return found.assign(left_mg=left, state=state)


def summarise_balances(balances: pd.DataFrame) -> pd.DataFrame:
    """state, n_patients, tablets, dispensed_mg, taken_mg (sums; dispensed_mg NaN where it is unknown), one row a state."""
    rows = []
    for state in STATES:
        own = balances[balances["state"] == state]
        dispensed = np.nan if state == UNKNOWN else float(own["dispensed_mg"].sum())
        rows.append((state, len(own), float(own["tablets"].sum()), dispensed, float(own["taken_mg"].sum())))
    return pd.DataFrame(rows, columns=["state", "n_patients", "tablets", "dispensed_mg", "taken_mg"])
