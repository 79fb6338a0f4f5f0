"""A patient's frames as plain rows for the sentence: a few dozen rows are walked faster, and read more plainly, than filtered."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from lib.clinical.history import PatientHistory
from lib.clinical.plain_rows import Row


def known(row: Row, name: str) -> Any:
    """The value, or None for every way of saying "not recorded"."""
    value = row.get(name)
    return None if value is None or pd.isna(value) else value


def read_forms(history: PatientHistory) -> Sequence[Row]:
    """Every stored form, oldest first."""
    return history.form_rows


def read_sessions(history: PatientHistory) -> Sequence[Row]:
    return history.session_rows


def read_status(history: PatientHistory) -> dict[str, Row]:
    """The current course's row of `status`, by instrument."""
    return {row["instrument"]: row for row in history.status_rows}


def select_course(sessions: Sequence[Row]) -> list[Row]:
    """The dosing sessions of the current course, taken or not; all of them where none was taken yet."""
    current = next((row["course"] for row in reversed(sessions) if row["counts"]), None)
    return list(sessions) if current is None else [row for row in sessions if known(row, "course") == current]


def select_instrument(forms: Sequence[Row], instrument: str) -> list[Row]:
    return [form for form in forms if form["instrument"] == instrument]
