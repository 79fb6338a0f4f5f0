"""The review queue's table: one row a patient or unreadable form, the most urgent first."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from lib.charts.theme import Theme
from lib.clinical.plain_rows import Row, rows_of
from lib.clinical.rules.catalogue import RULES
from lib.services.review import Queue
from lib.ui import display, listed_rows, opening, wording
from lib.ui.columns import describe_shared, shared_columns, text_column
from lib.ui.drawn_once import make_once
from lib.ui.filters import Filters
from lib.ui.listed_rows import QueuePage
from lib.ui.sparklines import draw_trend
from lib.ui.style import current_theme

# The kind of concern; what the chip says, says the same. Whatever is not a rule's label is a form that nobody could read.
_COLOURS = {
    "orange": (
        *("blood_pressure", "sedation", "low_oxygen", "slow_recovery", "tolerability", "urinary_symptoms"),
        "liver_enzymes",
    ),
    "yellow": (
        *("reliable_deterioration", "relapse", "possible_relapse", "worsening_without_baseline"),
        "discordant_instruments",
    ),
    "blue": (
        *(
            "non_responder",
            "non_improver",
            "non_improver_unconfirmed",
            "gad7_non_response",
            "partial_and_flat",
            "off_expected_course",
        ),
        "early_watch",
    ),
    "violet": ("dose_limits", "misuse_signals", "protocol_gaps", "benzodiazepine"),
    "gray": ("no_recent_score", "not_assessable"),
}
# Reasons that are no rule's.
_DUE = ("Follow-up due", "Dose taken during a hold", "Dose taken after a stop")


_MOST_REASONS, _MORE = 2, "and "
# Of a critical flag that nobody has looked at for too long; it does not count among the reasons.
_LATE = "Unacknowledged "
# What stands beside a reason and is none itself.
_REMARKS = (_MORE, "snoozed until", "called wrong", "last assessed")


def show_title(queue: Queue) -> None:
    """What the list is, of which day, and in which order it stands."""
    display.show_title("Review queue", make_once(queue, "title", lambda: _say_whose(queue)))


def _say_whose(queue: Queue) -> str:
    n_forms = int(queue.rows["held_row_key"].notna().sum())
    forms = f" and {wording.count(n_forms, 'unreadable form')}" if n_forms else ""
    # An empty queue is explained below, in more words than a 0.
    waiting = f"{wording.count(len(queue.rows) - n_forms, 'patient')}{forms} as" if len(queue.rows) else "As"
    order = "Safety first, then deterioration, non-response and the rest; within each, the longest wait."
    return f"{waiting} of {wording.say_date(queue.as_of)}. {order}"


def show_queue(queue: Queue, rows: pd.DataFrame, filters: Filters) -> None:
    """The table of these rows of the queue, a page at a time; where there is none, what is true."""
    if rows.empty:
        display.show_empty(_say_empty(queue, filters))
        return
    place = st.container()
    page = display.choose_page(len(rows), "in this list")
    with place:
        _show_rows(queue, rows.iloc[page], f"{filters} from row {page.start}")


def _say_empty(queue: Queue, filters: Filters) -> str:
    day = wording.say_short_date(queue.as_of)
    if filters != Filters(card=filters.card):
        where = f" of {filters.card}" if filters.card else ""
        return f"No patient{where} matches these filters as of {day}."
    where = "in this card" if filters.card else "in the queue"
    limit = " Some clinics are silent, so patients may be missing here." if queue.freshness.is_stale else ""
    return f"No patient {where} as of {day}.{limit}"


def _show_rows(queue: Queue, rows: pd.DataFrame, asked: str) -> None:
    """asked: which of the reading's rows they are."""
    theme = current_theme()
    columns = {
        "open": opening.open_column(rows["row_id"].tolist()),
        **shared_columns("who"),
        "reasons": _reasons_column(rows),
        "waiting": text_column(
            "Waiting",
            74,
            "Days since the first of the reasons began to hold; and where the dose review stands, where it has begun",
        ),
        "trend": st.column_config.ImageColumn(
            "PHQ-9 trend",
            width=78,
            help="PHQ-9 totals, 0–27, over true time to today. Line: baseline; dotted: first dose; ring: latest.",
        ),
        **shared_columns("phq9", "gad7", "dose", "age"),
    }
    alt = f"Review queue: {len(rows)} patients or forms, the most urgent first"
    described = _describe_once(
        reading=queue.reading,
        asked=f"{asked}, {theme.name}",
        _describe_rows=lambda: display.as_sent(_describe(queue, rows, theme), columns),
    )
    display.show_table(described, columns, key="queue-table", alt=alt, row_height=display.WRAPPED)


def _reasons_column(rows: pd.DataFrame) -> Any:
    options = sorted({reason for reasons in rows["reasons"] for reason in _shorten(reasons)})
    colours = [_colour(reason) for reason in options]
    return st.column_config.MultiselectColumn("Why", width=180, options=options, color=colours)


def _shorten(reasons: list[str]) -> list[str]:
    """As many as a row has room for, the most urgent first; the patient's page has them all."""
    late, reasons = ([reasons[0]], reasons[1:]) if reasons[0].startswith(_LATE) else ([], reasons)
    if len(reasons) > _MOST_REASONS:
        reasons = [reasons[0], f"{_MORE}{len(reasons) - 1} more reasons"]
    return late + reasons


def _colour(reason: str) -> str:
    if reason.startswith(_REMARKS):
        return "gray"
    for colour, rules in _COLOURS.items():
        if reason.startswith(tuple(RULES[rule].label for rule in rules)):
            return colour
    return "violet" if reason in _DUE else "red"


# Whoever comes back to the list sees the page that they left. One is some 150 KB, most of it trends.
@st.cache_resource(max_entries=64, show_spinner=False)
def _describe_once(reading: int, asked: str, _describe_rows: Callable[[], pa.Table]) -> pa.Table:
    return _describe_rows()


def _describe(queue: Queue, rows: pd.DataFrame, theme: Theme) -> pd.DataFrame:
    shown = rows_of(rows)
    known = [int(row["patient_key"]) for row in shown if wording.is_known(row["patient_key"])]
    page = listed_rows.read_queue_page(list(dict.fromkeys(known)))
    return pd.DataFrame(_describe_row(row, page, queue.as_of, theme) for row in shown)


def _describe_row(row: Row, page: QueuePage, as_of: date, theme: Theme) -> dict[str, Any]:
    is_form = wording.is_known(row["held_row_key"])
    # Of a form what the list says of its patient: they may have died.
    listed = page.listed.get(int(row["patient_key"]), {}) if wording.is_known(row["patient_key"]) else {}
    key = 0 if is_form else int(row["patient_key"])
    return {
        "open": opening.READ if is_form else opening.OPEN,
        "reasons": _shorten(row["reasons"]),
        "waiting": _say_waiting(row["days_waiting"], page.reviews.get(key, "")),
        "trend": draw_trend(page.series.get(key, {}).get("PHQ-9"), as_of, theme),
        # What the queue itself says goes before what the list of patients says.
        **describe_shared({**listed, **row}),
    }


def _say_waiting(days_waiting: int, review: str) -> str:
    """12 d, follow-up due: how long, and what became of the review. New says nothing more; the patient's page says all."""
    days = wording.say_days(days_waiting, "unknown")
    return days if review in ("", "New", "–") else f"{days}, {review[:1].lower()}{review[1:]}"
