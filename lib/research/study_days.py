"""Dates of a person as days of the study, or all moved by one number of days: every interval is kept, no date is."""

import pandas as pd

from lib.research.plan import STUDY_DAYS, Plan
from lib.research.table import ColumnNote, Risk

_WRITTEN = ("_on", "_at", "_date", "TM", "T")


def say_study_day(days_after: pd.Series) -> pd.Series:
    """From whole days after the first dose: 1 on that day, -1 on the day before it; there is no day 0 (SDTM IG 4.4.4, --DY)."""
    return days_after.where(days_after < 0, days_after + 1)


def tell_dates(dates: pd.Series, people: pd.DataFrame, plan: Plan) -> pd.Series:
    """dates: ISO text, with a time of day or without, which is dropped. people: day_0 and shift_days of each row's person.

    Study days (whole numbers, missing without a day_0), or shifted ISO dates.
    """
    on = pd.to_datetime(dates.astype("str").str.slice(0, 10), format="%Y-%m-%d")
    numbers = (on - pd.Timestamp(0)) // pd.Timedelta(days=1)
    if plan.dates == STUDY_DAYS:
        return say_study_day((numbers - people["day_0"].astype("float64").to_numpy()).astype("Int64"))
    moved = pd.to_datetime(numbers + people["shift_days"].astype("float64").to_numpy(), unit="D")
    return moved.dt.strftime("%Y-%m-%d")


def describe_dates(note: ColumnNote, plan: Plan) -> ColumnNote:
    """The note of the column that tell_dates makes."""
    if plan.dates != STUDY_DAYS:
        derivation = "moved by one number of days, the same for all dates of a person; time of day dropped"
        return _note(note, note.name, "date", "", derivation)
    ending = next((one for one in _WRITTEN if note.name.endswith(one)), "")
    # CDISC's names of dates (ADT, ADTM) and of study days (ADY).
    name = f"{note.name.removesuffix(ending)}{'Y' if note.name.isupper() else '_day'}"
    derivation = "day of the study: 1 is the day of the first dose, -1 the day before it; there is no day 0"
    return _note(note, name, "whole", "study day", derivation)


def _note(note: ColumnNote, name: str, type_: str, unit: str, derivation: str) -> ColumnNote:
    said = f"{note.derivation}; {derivation}" if note.derivation != "as recorded" else derivation
    return ColumnNote(
        name,
        note.label,
        type_,
        unit,
        derivation=said,
        source=note.source,
        risk=Risk.SENSITIVE,
        missing=note.missing,
    )
