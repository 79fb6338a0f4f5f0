"""Columns that the queue and the caseload share: one look, one heading and one explanation each."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import streamlit as st

from lib.ui import wording

_SCORES = "Baseline → latest total, n valid forms, change (per cent of baseline). Lower is better."
_HEADINGS = MappingProxyType(
    {
        "who": ("Patient", 80, "Patient, initials, clinic, and clinician, or the owner of the flags"),
        "phq9": ("PHQ-9", 86, f"0–27. {_SCORES}"),
        "gad7": ("GAD-7", 78, f"0–21. {_SCORES}"),
        "dose": ("Dose", 80, "Last dose taken, and the dosing sessions taken in this course"),
        "age": ("Scored", 58, "How long ago the last valid PHQ-9 or GAD-7 was"),
    }
)

_OF_PATIENTS = ("phq9", "gad7", "dose", "age")


class _Column(dict[str, Any]):
    """A column as Streamlit has it. It copies each column of each table, to the depth: here the top, which it may add to, is
    enough."""

    def __deepcopy__(self, memo: object) -> dict[str, Any]:
        return dict(self)


@lru_cache(maxsize=512)
def text_column(heading: str, width: int, explanation: str | None = None) -> Any:
    """Nobody may change it: tables share it."""
    return _Column(st.column_config.TextColumn(heading, width=width, help=explanation))


def shared_columns(*names: str) -> dict[str, Any]:
    """Streamlit's configuration of some of who, phq9, gad7, dose, age."""
    return {name: text_column(*_HEADINGS[name]) for name in names}


def describe_shared(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The cells of those columns. row: columns of lib.services' lists of patients; of a form, only whose it is known to be."""
    who = wording.say_who(row)
    if wording.is_known(row.get("held_row_key")):
        return {"who": who, **dict.fromkeys(_OF_PATIENTS, "–")}
    if "phq9_latest" not in row:
        # Merged with another, or taken away, since the list was read: that is not to have no score.
        return {"who": who, **dict.fromkeys(_OF_PATIENTS, "unknown")}
    return {
        "who": who,
        "phq9": wording.say_scores(row, "phq9"),
        "gad7": wording.say_scores(row, "gad7"),
        "dose": wording.say_dose(row),
        "age": wording.say_ago(row["days_since_score"], "no score"),
    }
