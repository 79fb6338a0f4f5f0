"""A patient's records as tables: readable headings with units, the newest first, and the same as files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from lib.clinical.decision_words import say_signer
from lib.services.closing import EVERY_REASON
from lib.services.patients import PatientPage
from lib.ui import access, caseload, display, opening, wording
from lib.ui import record_cells as cells
from lib.ui.columns import text_column
from lib.ui.drawn_once import draw_once, make_once
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
_MOST_ROWS = 8


def show_assessments(page: PatientPage) -> None:
    forms = page.history.form_rows
    show_records(page, ASSESSMENTS, forms, kind="assessments", frame=page.history.assessments)


def show_records(
    page: PatientPage,
    table: Table,
    rows: Sequence[cells.Row],
    *,
    kind: str = "",
    frame: pd.DataFrame | None = None,
    words: Sequence[str] = (),
    opens: str = "",
) -> None:
    """A table of records, the newest first. rows: the oldest first. kind: of the file that is offered with it; frame: the rows of
    the file, to which it adds these words of rows. opens: the word of the address that a row's button writes the record's id
    to."""
    name = f"{table.title.lower().replace(' ', '-')}-{page.patient_key}"
    title = f"{table.title} ({len(rows):,})"
    if not rows:
        st.header(title, anchor=False)
        st.caption(f"No {table.noun} is recorded.")
        return
    with display.heading_row(title):
        if frame is not None:

            def describe() -> pd.DataFrame:
                said = {word: [row[word] for row in rows] for word in words}
                return write_records(kind, page.history.patient_id, frame.assign(**said))

            display.show_download("CSV", describe, f"{kind}-{page.patient_key}.csv", key=f"csv-{name}")
    if opens:
        # Its buttons answer to the reader, so it is drawn anew with every run.
        _draw(table, rows, make_once(page, name, lambda: _say(table, rows, opening.READ)), name, opens)
    else:
        draw_once(page, name, draw=lambda: _draw(table, rows, _say(table, rows), name))


def _say(table: Table, rows: Sequence[cells.Row], button: str = "") -> pa.Table:
    """button: what the button before each row says."""
    newest_first = rows[::-1]
    before = {"Open": [button] * len(rows)} if button else {}
    said = {heading: [say(row) for row in newest_first] for heading, (_, _, say) in table.columns.items()}
    return display.texts_as_sent(before | said)


def _draw(table: Table, rows: Sequence[cells.Row], said: pa.Table, name: str, opens: str = "") -> None:
    columns: dict[str, Any] = {
        heading: text_column(heading, width, why) for heading, (width, why, _) in table.columns.items()
    }
    if opens:
        ids = [str(row["record"]) for row in reversed(rows)]
        columns = {"Open": opening.choice_column(opens, ids), **columns}
    alt = f"{table.title} of the patient, the newest first: {len(rows)}"
    display.show_table(said, columns, key=name, alt=alt, row_height=table.row_height, most_rows=_MOST_ROWS)


def show_held(page: PatientPage) -> None:
    """Rows of this patient that were not taken: a held form counts for item 9 all the same."""
    if not access.may_see("import_records"):
        return
    held = caseload.read_held_rows()
    is_own = (held["patient_key"] == page.patient_key).to_numpy(dtype=bool, na_value=False)
    if is_own.any():
        draw_once(page, "held", draw=lambda: _draw_held(page, held[is_own]))


def _draw_held(page: PatientPage, own: pd.DataFrame) -> None:
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
    draw_once(page, "closings", draw=lambda: _draw_closings(page))


def _draw_closings(page: PatientPage) -> None:
    st.subheader(f"Closings ({len(page.closings)})", anchor=False)
    if page.closings.empty:
        st.caption("No flag of this patient has been closed.")
        return
    closings = page.closings.iloc[::-1]
    said = display.texts_as_sent(
        {
            "When": map(wording.say_instant, closings["happened_at"]),
            "Who": map(say_signer, closings["actor"], closings["is_verified"]),
            "Reason": [EVERY_REASON.get(code, code) for code in closings["reason_code"]],
            "Note": [note if wording.is_known(note) else None for note in closings["note"]],
        }
    )
    widths: dict[str, Any] = {"When": 140, "Who": 110, "Reason": 170, "Note": 340}
    columns = {heading: text_column(heading, width) for heading, width in widths.items()}
    alt = "Flags of the patient that were closed"
    display.show_table(said, columns, key=f"closings-{page.patient_key}", alt=alt, row_height=display.WRAPPED)
