"""What an export would hold: of how many, which rows, what their columns mean, and the first of them."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.research.choices import Privacy
from lib.services import export_previews
from lib.services.export_previews import Preview, TablePreview
from lib.services.exports import Order
from lib.ui import display
from lib.ui.asking import ask
from lib.ui.columns import text_column
from lib.ui.display import escape

_WIDTHS = {"Table": 170, "Holds": 320, "Rows": 90, "About": 90}
_NOTES = {"table": 110, "name": 140, "label": 300, "type": 70, "unit": 60, "derivation": 180, "risk": 170}
_STEP = 1024
_COUNTS = (
    "Counts of these people by age band, sex, indication and year of the first dose; and of both instruments at each time point "
    "response, remission, reliable improvement and deterioration, with who is due and whose score is missing."
)


def show_preview(order: Order) -> Preview:
    """Asked once for each order and state of the data."""
    preview: Preview = ask(export_previews.preview_export, order)
    st.header(f"{preview.n_patients:,} of {preview.n_in_scope:,} patients", anchor=False)
    if preview.may_lose_item_9:
        st.warning(escape(preview.held), icon=":material/warning:")
    else:
        st.caption(escape(preview.held))
    if order.privacy is Privacy.AGGREGATE:
        st.caption(_COUNTS)
        return preview
    rows = pd.DataFrame([_say(table) for table in preview.tables], columns=list(_WIDTHS))
    columns: dict[str, Any] = {name: text_column(name, width) for name, width in _WIDTHS.items()}
    display.show_table(rows, columns, key="export-tables", alt=f"{len(rows)} tables of the export")
    with st.expander("What the columns mean"):
        noted: dict[str, Any] = {name: text_column(name.title(), width) for name, width in _NOTES.items()}
        alt = f"The dictionary: {len(preview.dictionary)} columns"
        display.show_table(preview.dictionary, noted, key="export-dictionary", alt=alt, most_rows=15)
    for table in preview.tables:
        if table.first is not None:
            _show_first(table)
    return preview


def _say(table: TablePreview) -> tuple[str, str, str, str]:
    return table.name, table.label, f"{table.n_rows:,}", say_size(table.n_bytes)


def _show_first(table: TablePreview) -> None:
    first = table.first
    assert first is not None
    with st.expander(escape(f"{table.name}: the first {len(first)} of {table.n_rows:,} rows")):
        columns: dict[str, Any] = {str(name): text_column(str(name), 120) for name in first}
        said = first.astype("string")
        alt = f"First rows of {table.name}"
        display.show_table(said, columns, key=f"export-first-{table.name}", alt=alt, most_rows=10)


def say_size(n_bytes: float) -> str:
    """1.5 MB: to two digits."""
    for unit in ("bytes", "kB", "MB"):
        if n_bytes < _STEP:
            return f"{n_bytes:.3g} {unit}"
        n_bytes /= _STEP
    return f"{n_bytes:.3g} GB"
