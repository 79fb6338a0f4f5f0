"""What is drawn when a reader unfolds it: forms that are seldom filled in, tables that few looks need."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import streamlit as st


@contextmanager
def unfold(
    label: str, key: str, *, icon: str | None = None, kind: Literal["default", "compact"] = "default"
) -> Iterator[bool]:
    """A place under a label, and whether there is something to draw in it: from the first time that it is open on. Folded up
    again it keeps what was typed, which Streamlit forgets of a field that is not drawn."""
    opened = f"{key}-was-open"
    with st.expander(label, icon=icon, type=kind, key=key, on_change="rerun") as place:
        if place.open:
            st.session_state[opened] = True
        yield bool(st.session_state.get(opened))
