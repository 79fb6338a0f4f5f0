"""The caseload's table: everyone, one row each, with a status that says how old it is."""

from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from lib.charts.theme import THEMES
from lib.clinical.plain_rows import rows_of
from lib.ui import display, listed_rows, opening, wording
from lib.ui.columns import describe_shared, shared_columns, text_column
from lib.ui.filters import Filters
from lib.ui.status_marks import as_image, draw_mark
from lib.ui.style import current_theme

NO_FORM = "no form"
_STATUS = "Category of the current course. ?: a blank item could change it. Hatched: only the last known one."


def say_caption(people: pd.DataFrame) -> str:
    """Over how many patients, and what the shapes mean."""
    return (
        f"{wording.count(len(people), 'patient')}, by patient ID. Status is that of the current course; "
        "a hatched shape is the last known status, too old to count."
    )


def show_people(rows: pd.DataFrame, filters: Filters) -> None:
    """The table of these rows of the caseload, a page at a time, and all of them as a file."""
    if rows.empty:
        display.show_empty(
            "No patient is recorded that these filters let pass."
            if not filters.is_empty
            else "No patient is recorded yet."
        )
        return
    place = st.container()
    page = display.choose_page(len(rows), "patients")
    with place:
        _show_page(listed_rows.read_listed(rows["patient_key"].iloc[page].tolist()))
    read = listed_rows.read_listed_later(rows["patient_key"], "caseload")
    display.show_download(
        "CSV of this list", lambda: describe_for_file(read()), "caseload.csv", key="caseload-csv"
    )


def _show_page(rows: pd.DataFrame) -> None:
    columns = {
        "open": opening.open_column([f"patient-{key}" for key in rows["patient_key"]]),
        **shared_columns("who"),
        "phase": text_column("Phase", 82),
        **_status_columns("phq9", "PHQ-9"),
        **_status_columns("gad7", "GAD-7"),
        **shared_columns("dose", "age"),
    }
    alt = f"Caseload: {len(rows)} patients with status, scores and dose"
    display.show_table(_describe(rows), columns, key="people-table", alt=alt, row_height=display.WRAPPED)


def _status_columns(prefix: str, name: str) -> dict[str, Any]:
    return {
        f"{prefix}_mark": st.column_config.ImageColumn("", width=26),
        f"{prefix}_status": text_column(f"{name} status", 97, _STATUS),
        **shared_columns(prefix),
    }


def _describe(rows: pd.DataFrame) -> pd.DataFrame:
    theme = current_theme().name
    return pd.DataFrame(
        {
            "open": opening.OPEN,
            "phase": row["phase"],
            "phq9_mark": _mark(_status(row, "phq9"), theme),
            "phq9_status": _status(row, "phq9"),
            "gad7_mark": _mark(_status(row, "gad7"), theme),
            "gad7_status": _status(row, "gad7"),
            **describe_shared(row),
        }
        for row in rows_of(rows)
    )


def _status(row: wording.Row, prefix: str) -> str:
    words = row[f"{prefix}_category"]
    return str(words) if wording.is_known(words) else NO_FORM


@lru_cache(maxsize=2048)
def _mark(words: str, theme_name: str) -> str:
    return as_image(draw_mark(words, THEMES[theme_name]), cell_height=display.WRAPPED)


def describe_for_file(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of lib.services.review.read_listed for a file: one value a column, headings with units, unknown values empty."""
    names = {
        "patient_id": "Patient",
        "initials": "Initials",
        "clinic_id": "Clinic",
        "clinician_id": "Clinician",
        "died_on": "Died on",
        "phase": "Phase",
        "n_dosing_sessions": "Dosing sessions (n)",
        "dose_mg": "Last dose taken (mg)",
        "dose_mg_per_kg": "Last dose taken (mg/kg)",
        "days_since_score": "Since last score (days)",
    }
    for prefix, name in (("phq9", "PHQ-9"), ("gad7", "GAD-7")):
        names |= {
            f"{prefix}_category": f"{name} status",
            f"{prefix}_baseline": f"{name} baseline total",
            f"{prefix}_latest": f"{name} latest total",
            f"{prefix}_change": f"{name} change (points)",
            f"{prefix}_percent": f"{name} change (%)",
            f"{prefix}_n": f"{name} valid forms (n)",
        }
    days = [wording.day_of(day).isoformat() if wording.is_known(day) else "" for day in rows["died_on"]]
    return rows.assign(died_on=days)[list(names)].rename(columns=names)
