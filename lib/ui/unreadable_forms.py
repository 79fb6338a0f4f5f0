"""A form that nobody could read, and that may hold an item 9: what came, and closing it."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from lib.services import closing
from lib.services.closing import Closing
from lib.ui import access, caseload, closing_forms, display, wording
from lib.ui.columns import text_column


def offer_form(held_row_key: int | None) -> None:
    """Open the form whose row was opened in the queue."""
    if held_row_key is None:
        return
    held = caseload.read_held_rows()
    own = held[held["id"] == held_row_key]
    if own.empty:
        st.info("This form does not wait any more.", icon=":material/info:")
    else:
        _show_form(own.iloc[0].to_dict())


@st.dialog("Unreadable form", width="large", icon=":material/description:")
def _show_form(form: dict[Any, Any]) -> None:
    st.markdown(
        "This row may hold a PHQ-9 item 9 that nobody has read. Look at the original form, then close it."
    )
    facts = {
        "File": form["file_name"],
        **_say_place(form),
        "Reason": form["reason"],
        "Patient": form["patient_id"] or "unknown",
        "Offered": wording.say_instant(form["imported_at"]),
    }
    cells = {
        f"Cell: {name}" if name else "Cells": value
        for name, value in json.loads(form["cells"]).items()
        if value
    }
    _show_facts(facts | cells)
    if not access.may_close():
        return
    about = f"form-{form['id']}"
    closing_forms.ask(about)
    if st.button("Close the form", type="primary", key=f"close-{about}") and closing_forms.close(
        about, lambda answers: _save(int(form["id"]), answers)
    ):
        st.rerun()
    closing_forms.show_error(about)


def _say_place(form: dict[Any, Any]) -> dict[str, str]:
    if not form["line"]:
        return {"Line": "the whole file"}
    return {
        "Line": str(form["line"]),
        "Column": form["column"] or "the whole row",
        "Value": form["value"] or "empty",
    }


def _show_facts(facts: dict[str, Any]) -> None:
    """As a table: text from a file is never markdown."""
    rows = pd.DataFrame({"What": list(facts), "As it was read": [str(value) for value in facts.values()]})
    columns = {"What": text_column("What", 130), "As it was read": text_column("As it was read", 500)}
    display.show_table(rows, columns, key="held-row", alt="The row as it was read", most_rows=12)


def _save(held_row_key: int, answers: Closing) -> None:
    closing.close_unreadable(access.actor(), access.store(), held_row_key, answers)
