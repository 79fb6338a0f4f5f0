"""Parts of a page that are put together once for a reading, and sent again as they are by every later run.

A run of the page repeats everything on it, whatever was pressed. Building the figure and the tables of a long history takes
several times as long as all the rest.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

import streamlit as st

from lib.ui.kept_readings import Readings

Made = TypeVar("Made")
# Nothing is drawn in it: Streamlit's own memory would ask for each part what was, which took longer than most parts.
_made = Readings(most=512)
# A reading has one state.
_SAME = ("of this reading",)


class Read(Protocol):
    """What a service read for a page: its number is that of no other patient, reader, policy or state of the records."""

    @property
    def reading(self) -> int: ...


def draw_once(page: Read, part: str, *choices: object, draw: Callable[[], None]) -> None:
    """Draw, or send what was drawn of this part under the same choices. draw: without widgets that answer to the reader.

    Kept under the number of the page's reading.
    """
    theme = st.context.theme.type or "light"
    _draw(reading=_name(page, part, theme, *choices), _draw_it=draw)


@st.cache_resource(max_entries=512, show_spinner=False)
def _draw(reading: str, _draw_it: Callable[[], None]) -> None:
    """Streamlit keeps what is drawn in here together with the result, and draws it again where it is called."""
    _draw_it()


def make_once(page: Read, part: str, make: Callable[[], Made]) -> Made:
    """What a part says, where buttons in it must be drawn by every run. Nobody may change it: runs share it."""
    made: Made = _made.recall((page.reading, part), _SAME, make)
    return made


def _name(page: Read, *parts: object) -> str:
    """One text, and no two alike: to look something up by it takes Streamlit 28 µs, by a number, a word and a tuple 122."""
    return repr((page.reading, *map(str, parts)))
