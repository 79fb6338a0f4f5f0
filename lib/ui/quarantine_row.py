"""One row that waits: what came, who looks after it, correcting and offering it again, setting it aside."""

import json

import pandas as pd
import streamlit as st

from lib.services import quarantine
from lib.services.access import Permission
from lib.ui import access, display
from lib.ui.asking import ask
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.quarantine_acts import ERROR, Row, button
from lib.ui.quarantine_correction import offer_correction


def show_row(waiting: pd.DataFrame, row: Row) -> None:
    """Under the list. waiting: every row that waits, of which some may be alike."""
    place = (
        f"line {row['line']:,} of {row['file_name']}" if row["line"] else f"the whole file {row['file_name']}"
    )
    st.subheader(escape(f"Row: {place}"), anchor=False)
    st.markdown(escape(row["reason"]))
    if row["needs_clinician"]:
        st.caption(
            "It may hold an item 9: it stands in the review queue until a clinician closes it, or until a record says as much of "
            "item 9 as the row does. Correcting it here never takes an answer away."
        )
    _show_cells(row)
    if not access.may_write(Permission.IMPORT_RECORDS):
        return
    rows = _choose_alike(waiting, row)
    _offer_owner(row, rows)
    left, right = st.columns(2, gap="medium")
    with left:
        offer_correction(row, rows)
    with right:
        _offer_set_aside(row, rows)
    if message := st.session_state.get(f"{ERROR}-{row['id']}"):
        st.error(escape(message), icon=":material/error:")


def _show_cells(row: Row) -> None:
    """As a table: text from a file is never markdown."""
    cells = {name or "as it stands": text for name, text in json.loads(row["cells"]).items() if text}
    said = pd.DataFrame({"Column": list(cells), "As it was read": list(cells.values())})
    columns = {"Column": text_column("Column", 150), "As it was read": text_column("As it was read", 560)}
    display.show_table(said, columns, key="held-cells", alt="The row as it was read", most_rows=8)


def _choose_alike(waiting: pd.DataFrame, row: Row) -> tuple[int, ...]:
    """This row, or all of its import with the same trouble in the same cell: the same value, or a date in the same order."""
    is_dated = quarantine.can_be_ordered(row["value"])
    names = ["import_key", "kind", "code", "column", *([] if is_dated else ["value"])]
    alike = waiting[(waiting[names] == pd.Series({name: row[name] for name in names})).all(axis=1)]
    own = (int(row["id"]),)
    if len(alike) < 2 or not row["column"]:
        return own
    what = "cannot be read" if is_dated else f"is “{row['value']}”"
    label = f"All {len(alike):,} rows of this file whose {row['column']} {what}"
    is_all = st.checkbox(escape(label), key=f"alike-{row['id']}")
    return tuple(int(key) for key in alike["id"]) if is_all else own


def _offer_owner(row: Row, rows: tuple[int, ...]) -> None:
    me, owner = access.actor().name, row["owner"]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(escape(f"Looked after by {owner or 'nobody'}"))
        if owner != me:
            button("take", "Take it", row, lambda: _hand_over(rows, me))
        if owner:
            button("give-back", "Give it back", row, lambda: _hand_over(rows, ""))
        people = [name for name in ask(quarantine.read_people) if name != owner]
        to = st.selectbox(
            "Hand over to",
            people,
            index=None,
            key=f"to-held-{row['id']}",
            placeholder="Hand over to …",
            accept_new_options=True,
            label_visibility="collapsed",
            width=180,
        )
        if to:
            button("hand-over", "Hand over", row, lambda: _hand_over(rows, to))


def _hand_over(rows: tuple[int, ...], to: str) -> None:
    quarantine.hand_over(access.actor(), access.store(), rows, to)


def _offer_set_aside(row: Row, rows: tuple[int, ...]) -> None:
    with st.expander("Set aside", icon=":material/inventory_2:"):
        if row["needs_clinician"]:
            st.caption("A row that may hold an item 9 is closed by a clinician, in the review queue.")
            return
        st.caption("The row is left out, and stays in the list of rows that were set aside.")
        st.text_input(
            "Why", key=f"why-aside-{row['id']}", max_chars=300, placeholder="A test patient of the source"
        )
        label = "Set aside" if len(rows) == 1 else f"Set {len(rows):,} rows aside"

        def save() -> None:
            why = st.session_state[f"why-aside-{row['id']}"]
            quarantine.set_aside(access.actor(), access.store(), rows, why)

        button("aside", label, row, save)
