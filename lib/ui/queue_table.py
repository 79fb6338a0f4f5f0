"""The review queue's table: one row a patient or unreadable form, and what happens when one is opened."""

from zlib import crc32

import pandas as pd
import streamlit as st

from lib.clinical.rules.catalogue import RULES
from lib.services.review import UNREADABLE, Queue
from lib.ui import caseload, display, wording
from lib.ui.filters import Filters
from lib.ui.sparklines import draw_trend
from lib.ui.style import current_theme

ROW_HEIGHT = 58
_OPEN, _READ = ":material/open_in_new: Open", ":material/description: Read"
_COLOURS = {
    "red": ("suicidality_item_9", "item_9_not_answered"),
    "orange": ("blood_pressure", "sedation"),
    "yellow": ("reliable_deterioration", "relapse", "possible_relapse"),
    "blue": ("non_responder", "non_improver", "non_improver_unconfirmed", "gad7_non_response"),
}
_column = st.column_config


def show_title(queue: Queue) -> None:
    """What the list is, of which day, and in which order it stands."""
    order = (
        "Safety first, then deterioration, non-response and the rest; within each, the longest wait first."
    )
    display.show_title("Review queue", f"As of {wording.say_date(queue.as_of)}. {order}")


def show_queue(queue: Queue, rows: pd.DataFrame, filters: Filters) -> None:
    """The table of these rows of the queue, a page at a time."""
    signature = crc32(repr(filters).encode())
    place = st.container()
    shown = rows.iloc[display.choose_page(len(rows), "rows", key=f"page-{signature}")]
    with place:
        _show_rows(queue, shown)


def _show_rows(queue: Queue, rows: pd.DataFrame) -> None:
    table = _describe(queue, rows)
    ids = tuple(rows["row_id"])
    # Named after its rows: a click on a table that is no longer there opens nothing, and never somebody else.
    key = f"open-{crc32(repr(ids).encode())}"
    columns = {
        "open": _column.ButtonColumn(
            "", width=56, type="tertiary", key=key, on_click=_note_click, args=(key, ids)
        ),
        "who": _column.TextColumn("Patient", width=88, help="Patient, initials, clinic, clinician"),
        "reasons": _column.MultiselectColumn(
            "Why", width=182, options=_options(table), color=[_colour(reason) for reason in _options(table)]
        ),
        "waiting": _column.TextColumn(
            "Waiting", width=54, help="Days since the first of the reasons began to hold"
        ),
        "trend": _column.ImageColumn(
            "PHQ-9 trend", width=96, help="PHQ-9 totals, 0–27, to today; line: baseline; dotted: first dose"
        ),
        "phq9": _column.TextColumn("PHQ-9", width=86, help=_SCORES_HELP),
        "gad7": _column.TextColumn("GAD-7", width=80, help=_SCORES_HELP),
        "dose": _column.TextColumn(
            "Dose", width=80, help="Last dose taken, and dosing sessions of this course"
        ),
        "age": _column.TextColumn("Last score", width=60, help="Days since the last valid PHQ-9 or GAD-7"),
    }
    alt = f"Review queue: {len(rows)} patients or forms, the most urgent first"
    display.show_table(table, columns, key="queue-table", alt=alt, row_height=ROW_HEIGHT)


_SCORES_HELP = "Baseline → latest total, change (per cent of baseline), n valid forms. Lower is better."


def _describe(queue: Queue, rows: pd.DataFrame) -> pd.DataFrame:
    series = caseload.read_series([int(key) for key in rows["patient_key"].dropna()])
    theme = current_theme()
    described = [
        {
            "open": _OPEN
            if wording.is_known(row["patient_key"]) and not wording.is_known(row["held_row_key"])
            else _READ,
            "who": wording.say_who(row),
            "reasons": row["reasons"],
            "waiting": wording.say_days(row["days_waiting"], "unknown"),
            "trend": draw_trend(series.get(row["patient_key"], {}).get("PHQ-9"), queue.as_of, theme),
            "phq9": wording.say_scores(row, "phq9"),
            "gad7": wording.say_scores(row, "gad7"),
            "dose": wording.say_dose(row),
            "age": wording.say_days(row["days_since_score"], "no score"),
        }
        for row in rows.to_dict("records")
    ]
    return pd.DataFrame(described)


def _options(table: pd.DataFrame) -> list[str]:
    return sorted({reason for reasons in table["reasons"] for reason in reasons})


def _colour(reason: str) -> str:
    """The kind of concern; the words say the same."""
    if reason == UNREADABLE:
        return "red"
    return next(
        (
            colour
            for colour, rules in _COLOURS.items()
            if any(reason.startswith(RULES[rule].label) for rule in rules)
        ),
        "gray",
    )


def _note_click(key: str, ids: tuple[str, ...]) -> None:
    """Runs before the page does: ids are those that were on the screen."""
    st.session_state["opened_row"] = ids[st.session_state[key]["row"]]


def follow_click(filters: Filters) -> int | None:
    """Go to the patient whose row was opened; of an unreadable form, its key."""
    row_id = st.session_state.pop("opened_row", None)
    kind, _, key = (row_id or "").partition("-")
    if kind == "patient":
        st.switch_page("pages/patient.py", query_params={"patient": key, **filters.as_address()})
    return int(key) if kind == "held" else None
