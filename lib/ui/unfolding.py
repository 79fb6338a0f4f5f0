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
    with st.expander(label, icon=icon, type=kind, key=key, on_change="rerun") as place:
        yield _was_open(key, is_open=bool(place.open))


@contextmanager
def pop_up(label: str, key: str, *, icon: str) -> Iterator[bool]:
    """The same over the page."""
    with st.popover(label, icon=icon, type="tertiary", key=key, on_change="rerun") as place:
        yield _was_open(key, is_open=bool(place.open))


def _was_open(key: str, *, is_open: bool) -> bool:
    noted = f"{key}-was-open"
    if is_open:
        st.session_state[noted] = True
    return bool(st.session_state.get(noted))
