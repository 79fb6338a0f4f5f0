"""A press that does something about rows that wait, and what stood against it."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from lib.services.errors import StoreError

ERROR, DONE = "error-held", "done-held"
Row = Mapping[Any, Any]


def button(name: str, label: str, row: Row, save: Callable[[], object], *, is_main: bool = False) -> None:
    """save: with the rows of this very drawing."""
    st.button(
        label,
        key=f"{name}-held-{row['id']}",
        type="primary" if is_main else "secondary",
        on_click=act,
        args=(f"{ERROR}-{row['id']}", save),
    )


def act(error_key: str, save: Callable[[], object]) -> None:
    """Save; what stands against it is said where the press was."""
    st.session_state.pop(error_key, None)
    try:
        save()
    except StoreError as error:
        st.session_state[error_key] = str(error)
