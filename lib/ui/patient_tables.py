"""A patient's records as tables: readable headings with units, the newest first, and the same as files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from lib.services.closing import CLOSING_REASONS
from lib.services.patients import PatientPage
from lib.ui import access, caseload, display, wording
from lib.ui import record_cells as cells
from lib.ui.columns import text_column
from lib.ui.record_files import write_records

Say = Callable[[cells.Row], str]


@dataclass(frozen=True)
class Table:
    """title: plural; columns: heading -> (width, explanation, what a cell says)."""

    title: str
    noun: str
    columns: Mapping[str, tuple[int, str | None, Say]]
    row_height: int | None = None


ASSESSMENTS = Table(
    "Assessments",
    "form",
    MappingProxyType(
        {
            "Date": (160, "In the clinic's time", cells.say_moment),
            "Instrument": (72, None, lambda row: row["instrument"]),
            "Total": (
                150,
                "Prorated: two items or fewer are blank; the range that their answers allow. s: entered by staff",
                cells.say_total,
            ),
            "Severity band": (110, "Published bands of the instrument", cells.say_band),
            "Item 9": (
                88,
                "PHQ-9 item 9, thoughts of death or self-harm. 0 is not a risk assessment",
                cells.say_item_9,
            ),
            "Use": (170, "Every form counts for item 9", cells.say_use),
        }
    ),
)
SESSIONS = Table(
    "Dosing sessions",
    "session",
    MappingProxyType(
        {
            "Date": (86, "In the clinic's time", cells.say_moment),
            "Session": (62, "Its number among the sessions that count in its course", cells.say_session),
            "Dose": (88, "Taken; prescribed where it differs", cells.say_dose),
            "Held, effect": (
                150,
                "Minutes in the mouth; minutes from the dose to each effect",
                cells.say_effect,
            ),
            "BP, mmHg": (112, "Blood pressure before the dose and after it", cells.say_pressure),
            "Pulse, SpO₂": (76, "Before the dose; the lowest seen", cells.say_pulse),
            "Supervision": (98, "Supervising adult; contact of the clinic, and when", cells.say_supervision),
            "Sedation": (96, "MOAA/S: 5 is alert. Dissociation as rated by the patient", cells.say_mind),
        }
    ),
    display.WRAPPED,
)
EVENTS = Table(
    "Adverse events",
    "event",
    MappingProxyType(
        {
            "Date": (160, "In the clinic's time", cells.say_moment),
            "Event": (150, None, lambda row: cells.say_text(row["term"])),
            "Severity": (90, None, lambda row: cells.say_text(row["severity"])),
            "Serious": (90, None, lambda row: cells.say_yes_no(row["is_serious"])),
            "Duration": (90, None, lambda row: cells.say_minutes(row["duration_min"])),
            "Outcome": (110, None, lambda row: cells.say_text(row["outcome"])),
        }
    ),
)
NOTES = Table(
    "Session notes",
    "note",
    MappingProxyType(
        {
            "Date": (160, "In the clinic's time", cells.say_moment),
            "Note": (600, None, lambda row: cells.say_text(row["note"])),
        }
    ),
)
_MOST_ROWS = 8


def show_sessions(page: PatientPage) -> None:
    """Dosing sessions, with notes and adverse events where there are any."""
    history = page.history
    sessions = history.dosing_sessions
    _show(page, SESSIONS, "dosing_sessions", sessions)
    noted = sessions[sessions["note"].notna()]
    if len(noted):
        _show(page, NOTES, "", noted)
    if len(history.adverse_events):
        _show(page, EVENTS, "adverse_events", history.adverse_events)


def show_assessments(page: PatientPage) -> None:
    _show(page, ASSESSMENTS, "assessments", page.history.assessments)


def _show(page: PatientPage, table: Table, kind: str, records: pd.DataFrame) -> None:
    name = f"{table.title.lower().replace(' ', '-')}-{page.patient_key}"
    with display.heading_row(f"{table.title} ({len(records):,})"):
        if kind and len(records):
            describe = partial(write_records, kind, page.history.patient_id, records)
            display.show_download("CSV", describe, f"{kind}-{page.patient_key}.csv", key=f"csv-{name}")
    if records.empty:
        st.caption(f"No {table.noun} is recorded.")
        return
    newest_first = records.iloc[::-1].to_dict("records")
    said = pd.DataFrame(
        {heading: [say(row) for row in newest_first] for heading, (_, _, say) in table.columns.items()}
    )
    columns = {
        heading: text_column(heading, width, why) for heading, (width, why, _) in table.columns.items()
    }
    alt = f"{table.title} of the patient, the newest first: {len(records)}"
    display.show_table(said, columns, key=name, alt=alt, row_height=table.row_height, most_rows=_MOST_ROWS)


def show_held(page: PatientPage) -> None:
    """Rows of this patient that were not taken: a held form counts for item 9 all the same."""
    if not access.may_see("import_records"):
        return
    held = caseload.read_held_rows()
    own = held[held["patient_key"] == page.patient_key]
    if own.empty:
        return
    st.subheader(f"Rows that were not taken ({len(own)})", anchor=False)
    said = pd.DataFrame(
        {
            "File": f"{row['file_name']}, line {row['line']}",
            "Kind": str(row["kind"]).replace("_", " "),
            "Item 9": f"{row['item_9']:g} of 3" if wording.is_known(row["item_9"]) else "–",
            "Why it waits": f"{row['outcome']}: {row['reason']}",
        }
        for row in own.to_dict("records")
    )
    widths: dict[str, Any] = {"File": 150, "Kind": 100, "Item 9": 70, "Why it waits": 440}
    columns = {heading: text_column(heading, width) for heading, width in widths.items()}
    key = f"held-{page.patient_key}"
    display.show_table(said, columns, key=key, alt="Rows not taken", row_height=display.WRAPPED, most_rows=6)


def show_closings(page: PatientPage) -> None:
    """What named people closed, the newest first."""
    closings = page.closings.iloc[::-1]
    st.subheader(f"Closings ({len(closings)})", anchor=False)
    if closings.empty:
        st.caption("No flag of this patient has been closed.")
        return
    said = pd.DataFrame(
        {
            "When": [wording.say_instant(second) for second in closings["happened_at"]],
            "Who": closings["actor"],
            "Reason": [CLOSING_REASONS.get(code, code) for code in closings["reason_code"]],
            "Note": closings["note"],
        }
    )
    widths: dict[str, Any] = {"When": 140, "Who": 110, "Reason": 170, "Note": 340}
    columns = {heading: text_column(heading, width) for heading, width in widths.items()}
    alt = "Item-9 flags of the patient that were closed"
    display.show_table(said, columns, key=f"closings-{page.patient_key}", alt=alt, row_height=display.WRAPPED)
