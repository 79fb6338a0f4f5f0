"""Opening a row of a table: always the patient whose row was on the screen when it was pressed."""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import streamlit as st

from lib.ui import address
from lib.ui.filters import read_address

OPEN, READ = ":material/open_in_new: Open", ":material/description: Read"
_OPENED = "opened_row"


def open_column(row_ids: Sequence[str]) -> Any:
    """The column of buttons. row_ids: patient-<key> or held-<key>, as they stand on the screen.

    Its key is made from its rows: a click on a table that is no longer there opens nothing, and never somebody else.
    """
    ids = tuple(row_ids)
    key = f"open-{crc32(repr(ids).encode())}"
    return st.column_config.ButtonColumn(
        "", width=54, type="tertiary", key=key, on_click=_note_click, args=(key, ids)
    )


def choice_column(parameter: str, values: Sequence[str]) -> Any:
    """A column of buttons that write their row's value into the address. Its key is made from its rows, as above."""
    chosen = tuple(values)
    key = f"{parameter}-{crc32(repr(chosen).encode())}"
    return st.column_config.ButtonColumn(
        "", width=54, type="tertiary", key=key, on_click=_write_choice, args=(key, parameter, chosen)
    )


def _write_choice(key: str, parameter: str, values: tuple[str, ...]) -> None:
    address.write(parameter, values[st.session_state[key]["row"]])


def _note_click(key: str, row_ids: tuple[str, ...]) -> None:
    """Runs before the page does."""
    st.session_state[_OPENED] = row_ids[st.session_state[key]["row"]]


def follow_click() -> None:
    """Go to the patient whose row was opened. Before anything of the page that is left is drawn once more: the browser took 70 ms
    of what it takes from a row to a chart for that."""
    kind, _, key = st.session_state.get(_OPENED, "").partition("-")
    if kind == "patient":
        del st.session_state[_OPENED]
        st.switch_page("pages/patient.py", query_params=patient_address(int(key)))


def take_form() -> int | None:
    """The key of the unreadable form whose row was opened."""
    kind, _, key = st.session_state.pop(_OPENED, "").partition("-")
    return int(key) if kind == "held" else None


def patient_address(patient_key: int) -> dict[str, str]:
    """The parameters of a patient's address, with the filters and the page of the list that it was opened from: the first step of
    the browser's Back is that list at this address."""
    names = ("range", "show", "section", "enter", address.PAGE_BELOW)
    kept = {name: address.read(name) for name in names if address.read(name)}
    return {
        "patient": str(patient_key),
        **read_address().as_address(),
        **kept,
        **address.to_page(address.read_page()),
        **address.kept(),
    }
