"""What became of files, as tables: one row a file, and one row for each row that would not be taken."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from lib.services.imports import Receipt
from lib.ui import caseload, display, wording
from lib.ui.columns import text_column

_EPOCH = date(1970, 1, 1)
_MOST_LINES = 20
# Heading: (field of the counts, width, what it means).
_COUNTS = {
    "Rows": ("n_rows", 54, None),
    "New": ("n_new", 54, None),
    "Changed": ("n_changed", 66, "Known already, now with other values: a new version; the old one stays"),
    "Unchanged": ("n_unchanged", 80, "Known already, with the same values"),
    "Behind": ("n_behind", 58, "Kept as an older version: a later one is in force"),
    "Repeated": ("n_repeated", 72, "The same row more than once in one file"),
    "Held": ("n_held", 48, "Kept, and tried again when what it lacks arrives, such as its patient"),
    "Rejected": ("n_rejected", 68, "Kept to be looked at; a value cannot be true"),
}


def show_receipts(receipts: list[Receipt], *, key: str) -> None:
    """One row a file; of an import also the digest of its bytes, and who imported it."""
    rows = pd.DataFrame([_describe(receipt) for receipt in receipts])
    columns: dict[str, Any] = {"File": text_column("File", 100), "Kind": text_column("Kind", 84)}
    for name, (_, width, meaning) in _COUNTS.items():
        columns[name] = st.column_config.NumberColumn(name, width=width, format="localized", help=meaning)
    columns["Dates"] = text_column("Dates", 84, "First and last date of the rows that are taken")
    alt = f"One row a file, {len(rows)} files"
    display.show_table(rows, columns, key=key, alt=alt, row_height=display.WRAPPED)


def _describe(receipt: Receipt) -> dict[str, Any]:
    counts = {name: getattr(receipt.counts, field) for name, (field, _, _) in _COUNTS.items()}
    return {
        "File": receipt.file_name,
        "Kind": receipt.kind.replace("_", " ") or "unknown",
        **counts,
        "Dates": say_span(receipt.counts.first_day, receipt.counts.last_day),
    }


def show_messages(receipts: list[Receipt]) -> None:
    """What the counts do not say, a sentence each: files that were not taken, who took them, columns that were not read."""
    for receipt in receipts:
        name = display.escape(receipt.file_name)
        if receipt.outcome == "refused":
            st.error(display.escape(receipt.message), icon=":material/error:")
        elif receipt.outcome == "held":
            st.warning(display.escape(receipt.message), icon=":material/pan_tool:")
        elif receipt.questions:
            st.warning(display.escape(receipt.message), icon=":material/help:")
        elif receipt.outcome != "accepted":
            st.info(f"{name}: {display.escape(receipt.message)}", icon=":material/info:")
        for line in _say_more(receipt):
            st.caption(f"{name}: {display.escape(line)}")


def _say_more(receipt: Receipt) -> list[str]:
    counts = receipt.counts
    said = []
    if not receipt.is_dry_run:
        said.append(f"SHA-256 {receipt.sha256}, offered by {receipt.actor}{_say_when(receipt)}.")
    if counts.n_released:
        said.append(f"{wording.count(counts.n_released, 'row')} that had waited are taken too.")
    if receipt.unknown_columns:
        said.append(f"columns that are not read: {', '.join(receipt.unknown_columns)}.")
    if counts.changed_lines:
        shown = ", ".join(f"{line:,}" for line in counts.changed_lines[:_MOST_LINES])
        more = len(counts.changed_lines) - _MOST_LINES
        said.append(f"lines that change a record: {shown}{f' and {more:,} more' if more > 0 else ''}.")
    return said


def _say_when(receipt: Receipt) -> str:
    past = caseload.read_imports()
    own = past.loc[past["id"] == receipt.import_key, "imported_at"] if len(past) else past
    return f" on {wording.say_instant(own.iloc[0])}" if len(own) else ""


def say_span(first_day: Any, last_day: Any) -> str:
    """3 Mar 2026 – 20 Nov 2026, from days since 1970-01-01."""
    if not wording.is_known(first_day) or not wording.is_known(last_day):
        return "no dates"
    days = [wording.say_date(_EPOCH + timedelta(days=int(day))) for day in (first_day, last_day)]
    return days[0] if days[0] == days[1] else " – ".join(days)


def show_problems(receipts: list[Receipt], *, key: str) -> None:
    """The rows that were not taken, with line, column, value and reason; all of them as a file."""
    frames = [
        receipt.problems.assign(file=receipt.file_name)
        for receipt in receipts
        if receipt.problems is not None and len(receipt.problems)
    ]
    if not frames:
        return
    rows = pd.concat(frames, ignore_index=True)
    names = {
        "file": "File",
        "line": "Line",
        "column": "Column",
        "value": "Value",
        "outcome": "Outcome",
        "reason": "Reason",
    }
    rows = rows[list(names)].rename(columns=names)
    with display.heading_row(f"Rows that are not taken ({len(rows):,})"):
        display.show_download("CSV", lambda: rows, "rows-not-taken.csv", key=f"{key}-csv")
    columns: dict[str, Any] = {
        "File": text_column("File", 104),
        "Line": st.column_config.NumberColumn("Line", width=54, format="localized"),
        "Column": text_column("Column", 100),
        "Value": text_column("Value", 110),
        "Outcome": text_column("Outcome", 72),
        "Reason": text_column("Reason", 320),
    }
    alt = f"Rows that are not taken: {len(rows)}"
    display.show_table(rows, columns, key=key, alt=alt, row_height=display.WRAPPED, most_rows=8)
