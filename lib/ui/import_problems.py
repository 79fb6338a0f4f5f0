"""The rows that were not taken: equal problems together, with how many, where and what; and each of them as a file."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lib.services.imports import Receipt
from lib.ui import display, wording
from lib.ui.columns import text_column

_N_LINES, _N_VALUES = 5, 3
_ALIKE = ["file", "outcome", "column", "reason"]
_NAMES = {
    "file": "File",
    "line": "Line",
    "column": "Column",
    "value": "Value",
    "outcome": "Outcome",
    "reason": "Reason",
}
_WIDTHS = {"File": 106, "Rows": 46, "Lines": 78, "Column": 84, "Values": 76, "Outcome": 66, "Reason": 298}


def show_problems(receipts: Sequence[Receipt], *, key: str) -> None:
    """Equal ones are one row; the reason says what to do."""
    frames = [
        receipt.problems.assign(file=receipt.file_name)
        for receipt in receipts
        if receipt.problems is not None and len(receipt.problems)
    ]
    if not frames:
        return
    rows = pd.concat(frames, ignore_index=True)[list(_NAMES)]
    with display.heading_row(f"Rows that are not taken ({len(rows):,})"):
        named = rows.rename(columns=_NAMES)
        display.show_download("CSV", lambda: named, "rows-not-taken.csv", key=f"{key}-csv")
    if any(receipt.is_dry_run for receipt in receipts):
        text = "Correct them where the file was made and offer it again, or import the rest: these rows then wait below."
    else:
        text = "They stand under “Rows that wait”, below: correct them there."
    st.caption(f"{text}{_say_item_9(sum(receipt.n_item_9 for receipt in receipts))}")
    groups = group_problems(rows)
    columns: dict[str, Any] = {name: text_column(name, width) for name, width in _WIDTHS.items()}
    columns["Rows"] = st.column_config.NumberColumn("Rows", width=_WIDTHS["Rows"], format="localized")
    alt = f"Why rows are not taken: {len(groups)} reasons, {len(rows)} rows"
    display.show_table(groups, columns, key=key, alt=alt, row_height=display.WRAPPED, most_rows=8)


def _say_item_9(n: int) -> str:
    if not n:
        return ""
    return f" {wording.count(n, 'row')} may hold an item 9: a clinician closes them in the review queue, and no export has them."


def group_problems(rows: pd.DataFrame) -> pd.DataFrame:
    """rows: columns of lib.intake's problems, and file. One row for each reason of a file: File · Rows · Lines and Values (the
    first of them, as texts) · Column · Outcome · Reason."""
    groups = rows.groupby(_ALIKE, sort=False)
    said = groups.agg(
        Rows=("line", "size"),
        Lines=("line", lambda lines: _list_some([f"{line:,}" for line in lines], _N_LINES)),
        Values=("value", lambda values: _list_some([*dict.fromkeys(filter(None, values))], _N_VALUES)),
    ).reset_index()
    return said.rename(columns=_NAMES)


def _list_some(texts: list[str], most: int) -> str:
    return ", ".join(texts[:most]) + (" …" if len(texts) > most else "")
