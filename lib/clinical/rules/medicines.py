"""Other medicines that matter beside ketamine."""

import re

import numpy as np
import pandas as pd

from lib.clinical.adverse_terms import match_terms
from lib.clinical.rules.catalogue import INFO, WATCH
from lib.clinical.rules.holding import FOUND_NOTHING, NEVER, say_all, select_holding, start_of_hold
from lib.clinical.rules.wording import Row, say_day_number
from lib.clinical.segments import NONE

_CLASS = "benzodiazepine"
# International non-proprietary names (-azepam, -azolam, and those without a stem) and four names of the trade.
BENZODIAZEPINE_NAME = re.compile(
    r"azepam|azolam|clobazam|clorazepate|chlordiazepoxide|xanax|ativan|valium|klonopin", re.IGNORECASE
)


def flag_benzodiazepine(medications: pd.DataFrame, courses: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """patient, severity, since, evidence. courses: one row a patient in treatment: patient, day_0."""
    if medications.empty:
        return FOUND_NOTHING
    of_class = select_benzodiazepines(medications)
    if of_class.empty:
        return FOUND_NOTHING
    found = of_class.merge(courses, on="patient")
    intervals = found.assign(
        start=np.maximum(found["started_on"], found["day_0"]),
        stop=found["ended_on"].where(found["ended_on"] != NONE, NEVER),
    )
    intervals = intervals[intervals["stop"] > intervals["start"]]
    holding = select_holding(intervals, as_of).sort_values(["patient", "started_on", "name"], kind="stable")
    is_new = holding["started_on"] >= holding["day_0"]
    severity = pd.Series(np.where(is_new, WATCH, INFO), index=holding.index)
    highest = severity.groupby(holding["patient"]).max()
    since = start_of_hold(intervals, as_of)
    return since.assign(
        severity=since["patient"].map(highest).astype("int64"),
        evidence=since["patient"].map(say_all(holding, _say)).astype(object),
    )


def select_benzodiazepines(medications: pd.DataFrame) -> pd.DataFrame:
    """Medicines of the class, and those of no class whose name is one's."""
    of_class = medications["class"].str.strip().str.lower()
    by_name = (of_class == "") & match_terms(medications["name"], BENZODIAZEPINE_NAME)
    return medications[of_class.str.startswith(_CLASS) | by_name]


def _say(row: Row) -> str:
    start = (
        "start not recorded" if row["started_on"] == NONE else f"since {say_day_number(row['started_on'])}"
    )
    new = ", begun in this course" if row["started_on"] >= row["day_0"] else ""
    return f"{row['name']}, {start}{new}"
