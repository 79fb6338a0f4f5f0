"""Every import that was made, and taking one back."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.services import imports
from lib.services.access import Permission
from lib.services.errors import StoreError
from lib.ui import access, caseload, display, wording
from lib.ui.columns import text_column
from lib.ui.import_tables import say_span

_WIDTHS = {"When": 92, "By": 72, "File": 110, "Kind": 84, "Rows": 130, "Dates": 92, "State": 186}


def show_history() -> None:
    """The newest first."""
    past = caseload.read_imports()
    st.header(f"Past imports ({len(past):,})", anchor=False)
    if past.empty:
        st.caption("Nothing has been imported into this store.")
        return
    rows = pd.DataFrame([_describe(row) for row in past.to_dict("records")])
    columns: dict[str, Any] = {name: text_column(name, width) for name, width in _WIDTHS.items()}
    alt = f"Past imports, the newest first: {len(past)}"
    height = {"row_height": display.WRAPPED, "most_rows": 6}
    display.show_table(rows, columns, key="past-imports", alt=alt, **height)
    _offer_undo(past)


def _describe(row: dict[Any, Any]) -> dict[str, str]:
    counts = [
        f"{int(row[f'n_{name}']):,}{wording.NB}{name}" for name in ("new", "changed", "held", "rejected")
    ]
    return {
        "When": wording.say_instant(row["imported_at"]),
        "By": row["actor"],
        "File": row["file_name"],
        "Kind": str(row["kind"]).replace("_", " "),
        "Rows": f"{int(row['n_rows']):,} rows: {', '.join(counts)}",
        "Dates": say_span(row["first_day"], row["last_day"]),
        "State": _say_state(row),
    }


def _say_state(row: dict[Any, Any]) -> str:
    if wording.is_known(row["undone_at"]):
        return f"undone by {row['undone_by']}, {wording.say_instant(row['undone_at'])}: {row['undone_why']}"
    message = str(row["message"]).removeprefix(f"{row['file_name']}: ")
    return f"{row['outcome']}: {message}" if message else str(row["outcome"])


def _offer_undo(past: pd.DataFrame) -> None:
    """Taking an import back; asks why."""
    standing = past[past["undone_at"].isna() & past["outcome"].isin(imports.TAKEN_OUTCOMES)]
    if standing.empty or not access.may_write(Permission.IMPORT_RECORDS):
        return
    names = {
        int(
            row["id"]
        ): f"{row['file_name']}, {wording.say_instant(row['imported_at'])}, {wording.count(row['n_rows'], 'row')}"
        for row in standing.to_dict("records")
    }
    with st.expander("Undo an import", icon=":material/undo:"):
        st.caption(
            "What it brought is withdrawn, what it had replaced is in force again. Item 9 of its rows stays traceable."
        )
        chosen = st.selectbox(
            "Import",
            list(names),
            index=None,
            format_func=names.__getitem__,
            key="undo-which",
            placeholder="Choose one",
        )
        st.text_input("Why", key="undo-why", max_chars=300, placeholder="Wrong export, sent again tomorrow")
        st.button("Undo this import", key="undo", on_click=_undo, args=(chosen,), disabled=chosen is None)
        if message := st.session_state.pop("undo-error", None):
            st.error(display.escape(message), icon=":material/error:")


def _undo(import_key: int) -> None:
    """The import that was chosen when the button was drawn."""
    try:
        imports.undo_import(access.actor(), access.store(), import_key, st.session_state.get("undo-why", ""))
    except StoreError as error:
        st.session_state["undo-error"] = str(error)
        return
    st.session_state["undo-which"] = None
    st.session_state["undo-why"] = ""
