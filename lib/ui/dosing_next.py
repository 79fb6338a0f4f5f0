"""The tables of dosing next: one row a session, by date, with what is open for the patient; unknown is said as unknown."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from lib.services.dosing_next import DosingNext
from lib.ui import address, caseload, display, opening, wording
from lib.ui.columns import shared_columns, text_column
from lib.ui.filters import Filters
from lib.ui.next_cells import describe_row, say_open_safety

# Of a line and of a letter, and what is left free beside a line; four lines fit display.WRAPPED.
_LINE_PX, _LETTER_PX, _FREE_PX = 14, 6, 16
_LINES = 4
_MOST_LINES = MappingProxyType({"when": 5, "decision": 5, "adverse": 7})
# All columns fit a window of 800 pixels, so that no sideways look is needed for any of them.
_HEADINGS = {
    "when": (
        "When",
        84,
        "Planned, as it is recorded; or the last session and the ordered interval added up",
    ),
    "decision": ("Decision", 90, "The last signed decision"),
    "item_9": (
        "Item 9",
        84,
        "The open flag; without one, the answer on the latest PHQ-9, which is no risk assessment",
    ),
    "pressure": (
        "Pressure",
        70,
        "The open flag; without one, the blood pressure in mmHg before the dose of the last session",
    ),
    "adverse": (
        "Adverse events",
        100,
        "The open flags on safety; and what was recorded since the last session",
    ),
    "medicines": (
        "New sedative",
        80,
        "Medicines begun since the last session, and benzodiazepines that go on",
    ),
    "supervisor": ("Supervisor", 72, "At the last session"),
    "age": ("Scored", 54, "How long ago the last valid PHQ-9 or GAD-7 was"),
}


# What each of the two tables is, for whoever hears it.
_ALT = {"next-sessions": "Dosing sessions by date", "past-sessions": "Past dosing sessions, the latest first"}


def show_title(found: DosingNext) -> None:
    """What the list is, and what it is not."""
    day = wording.say_date(found.as_of)
    display.show_title(
        "Dosing next",
        f"Dosing sessions that lie ahead as of {day}, by date, with what is open for each patient. A record without a "
        "warning is not a clearance: whoever doses decides.",
    )


def show_next(found: DosingNext, rows: pd.DataFrame, filters: Filters) -> None:
    """Sessions ahead, and under them those of which nobody recorded what became of them."""
    ahead, past = rows[~rows["is_past"]], rows[rows["is_past"]].iloc[::-1]
    if ahead.empty:
        which = "" if filters.is_empty else " that these filters let pass"
        day = wording.say_date(found.as_of)
        display.show_empty(
            f"No session{which} is planned on or after {day}, and none is due by an ordered interval."
        )
    else:
        _show_page(ahead, "next-sessions", "sessions", address.PAGE)
    if len(past):
        display.heading_row(f"Past, and nothing recorded since ({len(past):,})")
        _show_page(past, "past-sessions", "past sessions", address.PAGE_BELOW, most_rows=6)


def _show_page(rows: pd.DataFrame, key: str, noun: str, page: str, *, most_rows: int | None = None) -> None:
    """page: where the address has its number."""
    place = st.container()
    shown = rows.iloc[display.choose_page(len(rows), noun, page)]
    with place:
        _show_rows(shown, key=key, most_rows=most_rows)


def _show_rows(rows: pd.DataFrame, *, key: str, most_rows: int | None) -> None:
    patients = rows["patient_key"].drop_duplicates().tolist()
    before = caseload.read_before_sessions(patients).to_dict("index")
    # Somebody may have been merged into another patient since the list was read.
    listed = [row | before.get(row["patient_key"], {}) for row in rows.to_dict("records")]
    columns: dict[str, Any] = {
        "open": opening.open_column([f"patient-{row['patient_key']}" for row in listed]),
        **shared_columns("who"),
        **{name: text_column(*heading) for name, heading in _HEADINGS.items()},
    }
    cells = [describe_row(row) for row in listed]
    alt = f"{_ALT[key]}: {len(rows)}, with what is open for each patient"
    height = measure_height(cells, [say_open_safety(row) for row in listed])
    said = pd.DataFrame(cells)
    display.show_table(said, columns, key=key, alt=alt, row_height=height, most_rows=most_rows)


def measure_height(cells: Sequence[Mapping[str, str]], is_open: Sequence[str]) -> int:
    """Of each row, in pixels: what is open on adverse events is never cut off; what else cannot wait is given _MOST_LINES.
    is_open: of each row what is open, in words, or ""."""
    n_lines = [_LINES, *(_count_lines(text, "adverse") for text in is_open)]
    for row, text in zip(cells, is_open, strict=True):
        names = _MOST_LINES if text else ("when", "decision")
        n_lines += [min(_count_lines(row[name], name), _MOST_LINES[name]) for name in names]
    return display.WRAPPED + _LINE_PX * (max(n_lines) - _LINES)


def _count_lines(text: str, name: str) -> int:
    return len(wrap(text, (_HEADINGS[name][1] - _FREE_PX) // _LETTER_PX))
