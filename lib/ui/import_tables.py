"""What became of files, as tables: one row a file, and one row for each row that would not be taken."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from lib.intake.choices import show_answer
from lib.services.imports import Receipt
from lib.ui import caseload, display, import_answers, wording
from lib.ui.columns import text_column

_EPOCH = date(1970, 1, 1)
_MOST_LINES = 20
# Letters that three lines of a narrow column hold, and the height of a row with longer texts.
_FITS, _TALL = 100, 104
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
    """One row a file and kind of record; a file of which nothing is taken has its sentence instead."""
    taken = [receipt for receipt in receipts if receipt.is_taken]
    if not taken:
        return
    rows = pd.DataFrame([_describe(receipt) for receipt in taken])
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
        "Kind": receipt.kind.replace("_", " "),
        **counts,
        "Dates": say_span(receipt.counts.first_day, receipt.counts.last_day),
    }


def show_reading(receipts: list[Receipt], *, key: str) -> None:
    """What each file is and how it was read: encoding, delimiter, header line, order of dates; and what should be known."""
    files = [
        group for group in _group(receipts).values() if any(one.read_as or one.warnings for one in group)
    ]
    if not files:
        return
    rows = pd.DataFrame([_describe_reading(group) for group in files])
    widths = {"File": 104, "Kind": 96, "Read as": 280, "Warnings": 270}
    columns: dict[str, Any] = {name: text_column(name, width) for name, width in widths.items()}
    longest = max(rows["Read as"].str.len().max(), rows["Warnings"].str.len().max())
    height = display.WRAPPED if longest < _FITS else _TALL
    display.show_table(rows, columns, key=key, alt=f"How {len(rows)} files were read", row_height=height)


def _group(receipts: list[Receipt]) -> dict[str, list[Receipt]]:
    """A file may bring several kinds of record."""
    files: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        files.setdefault(receipt.file_name, []).append(receipt)
    return files


def _describe_reading(group: list[Receipt]) -> dict[str, str]:
    read_as = dict.fromkeys(words for receipt in group for words in receipt.read_as)
    warnings = dict.fromkeys(words for receipt in group for words in receipt.warnings)
    kinds = ", ".join(receipt.kind.replace("_", " ") for receipt in group)
    return {
        "File": group[0].file_name,
        "Kind": kinds or "not known yet",
        "Read as": "; ".join(read_as),
        "Warnings": " ".join(warnings) or "none",
    }


def show_messages(receipts: list[Receipt]) -> None:
    """What the counts do not say, a sentence each: files that were not taken, who took them, columns that were not read."""
    for group in _group(receipts).values():
        for receipt in group:
            _show_outcome(receipt)
        lines = dict.fromkeys(line for receipt in group for line in _say_more(receipt, len(group) > 1))
        said = "  \n".join(map(display.escape, (*lines, *_say_answers(group[0]))))
        if said:
            st.caption(f"**{display.escape(group[0].file_name)}**  \n{said}")


def _show_outcome(receipt: Receipt) -> None:
    message = display.escape(receipt.message)
    if receipt.outcome in ("refused", "too large"):
        st.error(message, icon=":material/error:")
    elif receipt.outcome == "held":
        st.warning(message, icon=":material/pan_tool:")
    elif receipt.outcome != "accepted" and not receipt.questions:
        st.info(f"{display.escape(receipt.file_name)}: {message}", icon=":material/info:")


def _say_more(receipt: Receipt, is_one_of_several: bool) -> list[str]:
    counts = receipt.counts
    of_kind = f" ({receipt.kind.replace('_', ' ')})" if is_one_of_several else ""
    said = []
    if not receipt.is_dry_run:
        said.append(f"SHA-256 {receipt.sha256}, offered by {receipt.actor}{_say_when(receipt)}.")
    if counts.n_released:
        said.append(f"{wording.count(counts.n_released, 'row')} that had waited are taken too{of_kind}.")
    if receipt.unknown_columns:
        said.append(f"Columns that are not read: {', '.join(receipt.unknown_columns)}.")
    if counts.changed_lines:
        shown = ", ".join(f"{line:,}" for line in counts.changed_lines[:_MOST_LINES])
        more = len(counts.changed_lines) - _MOST_LINES
        said.append(
            f"Lines that change a record{of_kind}: {shown}{f' and {more:,} more' if more > 0 else ''}."
        )
    return said


def _say_answers(receipt: Receipt) -> list[str]:
    """What was asked and answered, of an import; of a file that nobody was asked about, what is known of its source."""
    if receipt.is_dry_run:
        return []
    said = import_answers.read_said(import_answers.key_of(receipt.file_name, receipt.sha256))
    if not said and any(receipt.choices.values()):
        # A mapping is a table of its own.
        known = [
            key if key == "mapping" else f"{key} {show_answer(answer)}"
            for key, answer in receipt.choices.items()
            if answer and key != "columns"
        ]
        return [f"Read by what was answered for an earlier file of its source: {'; '.join(known)}."]
    return [f"Asked: {question} Answered: {answer}." for question, answer in said.items()]


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
