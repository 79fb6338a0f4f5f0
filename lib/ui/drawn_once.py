"""Parts of a page that are put together once for a reading, and sent again as they are by every later run.

A run of the page repeats everything on it, whatever was pressed. Building the figure and the tables of a long history takes
several times as long as all the rest.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import streamlit as st

Made = TypeVar("Made")


class Read(Protocol):
    """What a service read for a page: its number is that of no other patient, reader, policy or state of the records."""

    @property
    def reading(self) -> int: ...


def draw_once(page: Read, part: str, *choices: object, draw: Callable[[], None]) -> None:
    """Draw, or send what was drawn of this part under the same choices. draw: without widgets that answer to the reader.

    Kept under the number of the page's reading.
    """
    theme = st.context.theme.type or "light"
    kept_by = (theme, *(str(choice) for choice in choices))
    _draw(reading=page.reading, part=part, choices=kept_by, _draw_it=draw)


@st.cache_resource(max_entries=512, show_spinner=False)
def _draw(reading: int, part: str, choices: tuple[str, ...], _draw_it: Callable[[], None]) -> None:
    """Streamlit keeps what is drawn in here together with the result, and draws it again where it is called."""
    _draw_it()


def make_once(page: Read, part: str, make: Callable[[], Made]) -> Made:
    """What a part says, where buttons in it must be drawn by every run. Nobody may change it: runs share it."""
    made: Made = _make(reading=page.reading, part=part, _make_it=make)
    return made


@st.cache_resource(max_entries=512, show_spinner=False)
def _make(reading: int, part: str, _make_it: Callable[[], Any]) -> Any:
    return _make_it()
