"""What became of files, as tables: one row a file, and one row for each row that would not be taken."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from lib.services.imports import Receipt
from lib.ui import display, wording
from lib.ui.columns import text_column

_EPOCH = date(1970, 1, 1)
_COUNTS = {
    "Rows": "n_rows",
    "New": "n_new",
    "Changed": "n_changed",
    "Unchanged": "n_unchanged",
    "Behind": "n_behind",
    "Repeated": "n_repeated",
    "Held": "n_held",
    "Rejected": "n_rejected",
}
_WHY = {
    "Changed": "Known already, now with other values: a new version, the old one stays",
    "Unchanged": "Known already, with the same values",
    "Behind": "Kept as an older version: a later one is in force",
    "Repeated": "The same row more than once in one file",
    "Held": "Kept, and tried again when what it lacks arrives, such as its patient",
    "Rejected": "Kept to be looked at; a value cannot be true",
}
SHORT_DIGEST = 12


def show_receipts(receipts: Iterable[Receipt], *, key: str) -> None:
    """One row a file. After an import with the digest of its bytes, and who imported it."""
    receipts = list(receipts)
    is_dry_run = all(receipt.is_dry_run for receipt in receipts)
    rows = pd.DataFrame([_describe(receipt) for receipt in receipts])
    widths = {"File": 150, "Kind": 110, **dict.fromkeys(_COUNTS, 68), "Dates": 150, "What became of it": 150}
    if not is_dry_run:
        widths |= {"SHA-256": 100, "By": 80}
    columns: dict[str, Any] = {
        name: text_column(name, width, _WHY.get(name)) for name, width in widths.items()
    }
    columns |= {
        name: st.column_config.NumberColumn(name, width=68, format="localized", help=_WHY.get(name))
        for name in _COUNTS
    }
    what = "What an import would do" if is_dry_run else "What the import did"
    display.show_table(rows, columns, key=key, alt=f"{what}: one row a file, {len(rows)} files")


def _describe(receipt: Receipt) -> dict[str, Any]:
    counts = {name: getattr(receipt.counts, column) for name, column in _COUNTS.items()}
    return {
        "File": receipt.file_name,
        "Kind": receipt.kind.replace("_", " ") or "unknown",
        **counts,
        "Dates": say_span(receipt.counts.first_day, receipt.counts.last_day),
        "What became of it": say_outcome(receipt),
        "SHA-256": receipt.sha256[:SHORT_DIGEST],
        "By": receipt.actor,
    }


def say_outcome(receipt: Receipt) -> str:
    if receipt.outcome != "accepted":
        return f"{receipt.outcome}: {receipt.message}" if receipt.outcome == "refused" else receipt.message
    would = "would be taken" if receipt.is_dry_run else "taken"
    released = receipt.counts.n_released
    waited = f"; {wording.count(released, 'row')} that had waited too" if released else ""
    return f"{would}{waited}"


def say_span(first_day: Any, last_day: Any) -> str:
    """3 Mar 2026 – 20 Nov 2026, from days since 1970-01-01."""
    if not wording.is_known(first_day) or not wording.is_known(last_day):
        return "no dates"
    days = [wording.say_date(_EPOCH + timedelta(days=int(day))) for day in (first_day, last_day)]
    return days[0] if days[0] == days[1] else " – ".join(days)


def show_messages(receipts: Iterable[Receipt]) -> None:
    """Files that were not taken, each in a sentence; columns that were not read, and lines that changed a record."""
    for receipt in receipts:
        name = display.escape(receipt.file_name)
        if receipt.outcome == "refused":
            st.error(f"{name}: {display.escape(receipt.message)}", icon=":material/error:")
        elif receipt.outcome != "accepted":
            st.info(f"{name}: {display.escape(receipt.message)}", icon=":material/info:")
        if receipt.unknown_columns:
            unread = display.escape(", ".join(receipt.unknown_columns))
            st.caption(f"{name}: columns that are not read: {unread}")
        if receipt.counts.changed_lines:
            lines = ", ".join(f"{line:,}" for line in receipt.counts.changed_lines[:20])
            more = len(receipt.counts.changed_lines) - 20
            st.caption(
                f"{name}: lines that change a record: {lines}{f' and {more:,} more' if more > 0 else ''}"
            )


def show_problems(receipts: Iterable[Receipt], *, key: str) -> None:
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
        display.show_download("CSV", rows, "rows-not-taken.csv", key=f"{key}-csv")
    widths = {"File": 130, "Column": 110, "Value": 110, "Outcome": 80, "Reason": 330}
    columns: dict[str, Any] = {
        "File": text_column("File", widths["File"]),
        "Line": st.column_config.NumberColumn("Line", width=56),
    }
    columns |= {name: text_column(name, width) for name, width in widths.items()}
    alt = f"Rows that are not taken: {len(rows)}"
    display.show_table(rows, columns, key=key, alt=alt, row_height=display.WRAPPED, most_rows=8)
