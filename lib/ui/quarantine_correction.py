"""Correcting a row that waits, or all that are like it, and offering it again; with what would become of them."""

import json

import streamlit as st

from lib.clinical.frames import COMMON_COLUMNS, KINDS
from lib.services import quarantine
from lib.services.errors import StoreError
from lib.services.quarantine import Correction
from lib.ui import access, wording
from lib.ui.display import escape
from lib.ui.quarantine_acts import DONE, Row, button


def offer_correction(row: Row, rows: tuple[int, ...]) -> None:
    """Which cells are wrong, what they should say, and why; with what would become of the rows."""
    with st.expander("Correct and offer again", icon=":material/edit:"):
        if row["kind"] not in KINDS or not row["line"]:
            st.caption("Nothing of this file was taken: mend the file, or offer it again as it is.")
            return
        order_key, why_key = f"order-{row['id']}", f"why-held-{row['id']}"
        if quarantine.can_be_ordered(row["value"]):
            st.selectbox(
                f"{row['column']} is written as",
                quarantine.ORDERS,
                index=None,
                key=order_key,
                placeholder="Choose, or type the cell anew" if len(rows) == 1 else "Choose one",
            )
        order = st.session_state.get(order_key)
        # What is typed would be the same in all rows, and their dates are not.
        is_typed = not order and (len(rows) == 1 or not quarantine.can_be_ordered(row["value"]))
        chosen = _ask_cells(row) if is_typed else []
        st.text_input("Why", key=why_key, max_chars=300, placeholder="Asked the clinic: it is P-0012")

        def read_correction() -> Correction:
            """What is typed by then: a press may come before the page has been drawn with it."""
            typed = {name: str(st.session_state[f"cell-{row['id']}-{name}"]) for name in chosen}
            return Correction(rows, typed, st.session_state[why_key], st.session_state.get(order_key) or "")

        _show_preview(row, read_correction())
        label = (
            "Correct and offer again"
            if len(rows) == 1
            else f"Correct {len(rows):,} rows and offer them again"
        )

        def save() -> None:
            correction = read_correction()
            offered = quarantine.correct(access.actor(), access.store(), correction)
            st.session_state[DONE] = _say_offered(correction, offered, ("were taken", "wait on"))

        button("correct", label, row, save, is_main=True)


def _ask_cells(row: Row) -> list[str]:
    """Which cells are wrong, and what each should say; their columns."""
    came = json.loads(row["cells"])
    names = [column.name for column in (*KINDS[row["kind"]].columns, *COMMON_COLUMNS)]
    # Of a broken row no cell is known: what its kind asks for is typed anew.
    begin = (
        [row["column"]] if row["column"] in names else [*KINDS[row["kind"]].required] if "" in came else []
    )
    chosen = st.multiselect("What is wrong", names, default=begin, key=f"wrong-{row['id']}")
    for name in chosen:
        text = came.get(name, "")
        st.text_input(name, value=text, key=f"cell-{row['id']}-{name}", max_chars=max(300, len(text)))
    return chosen


def _show_preview(row: Row, correction: Correction) -> None:
    """What would become of the rows, once something is changed."""
    came = json.loads(row["cells"])
    if all(came.get(name, "") == text for name, text in correction.change(row).items()):
        return
    try:
        offered = quarantine.preview_correction(access.actor(), access.store(), correction)
    except StoreError as error:
        st.caption(escape(error))
        return
    st.caption(escape(_say_offered(correction, offered, ("would be taken", "would wait on"))))


def _say_offered(correction: Correction, offered: quarantine.OfferedAgain, verbs: tuple[str, str]) -> str:
    n, n_taken = len(correction.rows), len(offered.taken)
    reasons = " ".join(dict.fromkeys(offered.refused.values()))
    kept = len(offered.kept_for_clinician)
    said = f"Of {wording.count(n, 'row')} {n_taken:,} {verbs[0]}."
    said += f" {n - n_taken:,} {verbs[1]}: {reasons}" if reasons else ""
    return said + (f" {kept:,} stay in the review queue, for their item 9." if kept else "")
