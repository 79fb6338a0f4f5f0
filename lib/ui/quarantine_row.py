"""One row that waits: what came, who looks after it, correcting and offering it again, setting it aside."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.clinical.frames import COMMON_COLUMNS, KINDS
from lib.services import quarantine
from lib.services.access import Permission
from lib.services.errors import StoreError
from lib.services.quarantine import Correction
from lib.ui import access, caseload, display, wording
from lib.ui.columns import text_column
from lib.ui.display import escape

_ERROR = "error-held"
Row = Mapping[Any, Any]


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
        _offer_correction(row, rows)
    with right:
        _offer_set_aside(row, rows)
    if message := st.session_state.get(f"{_ERROR}-{row['id']}"):
        st.error(escape(message), icon=":material/error:")


def _show_cells(row: Row) -> None:
    """As a table: text from a file is never markdown."""
    cells = {name or "as it stands": text for name, text in json.loads(row["cells"]).items() if text}
    said = pd.DataFrame({"Column": list(cells), "As it came": list(cells.values())})
    columns = {"Column": text_column("Column", 150), "As it came": text_column("As it came", 560)}
    display.show_table(said, columns, key="held-cells", alt="The row as it came", most_rows=8)


def _choose_alike(waiting: pd.DataFrame, row: Row) -> tuple[int, ...]:
    """This row, or all of its import with the same trouble in the same cell."""
    names = ["import_key", "kind", "code", "column", "value"]
    alike = waiting[(waiting[names] == pd.Series({name: row[name] for name in names})).all(axis=1)]
    own = (int(row["id"]),)
    if len(alike) < 2 or not row["column"]:
        return own
    label = f"All {len(alike):,} rows of this file whose {row['column']} is “{row['value']}”"
    is_all = st.checkbox(escape(label), key=f"alike-{row['id']}")
    return tuple(int(key) for key in alike["id"]) if is_all else own


def _offer_owner(row: Row, rows: tuple[int, ...]) -> None:
    me, owner = access.actor().name, row["owner"]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(escape(f"Looked after by {owner or 'nobody'}"))
        if owner != me:
            _button("take", "Take it", row, lambda: _hand_over(rows, me))
        if owner:
            _button("give-back", "Give it back", row, lambda: _hand_over(rows, ""))
        people = [name for name in caseload.read_colleagues() if name != owner]
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
            _button("hand-over", "Hand over", row, lambda: _hand_over(rows, to))


def _hand_over(rows: tuple[int, ...], to: str) -> None:
    quarantine.hand_over(access.actor(), access.store(), rows, to)


def _offer_correction(row: Row, rows: tuple[int, ...]) -> None:
    """Which cells are wrong, what they should say, and why; with what would become of the rows."""
    with st.expander("Correct and offer again", icon=":material/edit:"):
        if row["kind"] not in KINDS or not row["line"]:
            st.caption("Nothing of this file was taken: mend the file, or offer it again as it is.")
            return
        came = json.loads(row["cells"])
        names = [column.name for column in (*KINDS[row["kind"]].columns, *COMMON_COLUMNS)]
        begin = [row["column"]] if row["column"] in names else [name for name in names if "" in came][:3]
        chosen = st.multiselect("What is wrong", names, default=begin, key=f"wrong-{row['id']}")
        for name in chosen:
            st.text_input(name, value=came.get(name, ""), key=f"cell-{row['id']}-{name}", max_chars=300)
        st.text_input(
            "Why", key=f"why-held-{row['id']}", max_chars=300, placeholder="Asked the clinic: it is P-0012"
        )

        def read_correction() -> Correction:
            """What is typed by then: a press may come before the page has been drawn with it."""
            typed = {name: str(st.session_state[f"cell-{row['id']}-{name}"]) for name in chosen}
            return Correction(rows, typed, st.session_state[f"why-held-{row['id']}"])

        _show_preview(row, read_correction())
        label = (
            "Correct and offer again"
            if len(rows) == 1
            else f"Correct {len(rows):,} rows and offer them again"
        )
        _button(
            "correct",
            label,
            row,
            lambda: quarantine.correct(access.actor(), access.store(), read_correction()),
            is_main=True,
        )


def _show_preview(row: Row, correction: Correction) -> None:
    """What would become of the rows, once something is changed."""
    came = json.loads(row["cells"])
    if all(came.get(name, "") == text.strip() for name, text in correction.changes.items()):
        return
    try:
        offered = quarantine.preview_correction(access.actor(), access.store(), correction)
    except StoreError as error:
        st.caption(escape(error))
        return
    n, n_taken = len(correction.rows), len(offered.taken)
    reasons = " ".join(dict.fromkeys(offered.refused.values()))
    kept = len(offered.kept_for_clinician)
    said = f"Of {wording.count(n, 'row')} {n_taken:,} would be taken."
    said += f" {n - n_taken:,} would wait on: {reasons}" if reasons else ""
    said += f" {kept:,} stay in the review queue, for their item 9." if kept else ""
    st.caption(escape(said))


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

        _button("aside", label, row, save)


def _button(name: str, label: str, row: Row, save: Callable[[], object], *, is_main: bool = False) -> None:
    """save: with the rows of this very drawing."""
    st.button(
        label,
        key=f"{name}-held-{row['id']}",
        type="primary" if is_main else "secondary",
        on_click=act,
        args=(f"{_ERROR}-{row['id']}", save),
    )


def act(error_key: str, save: Callable[[], object]) -> None:
    """Save; what stands against it is said where the press was."""
    st.session_state.pop(error_key, None)
    try:
        save()
    except StoreError as error:
        st.session_state[error_key] = str(error)
