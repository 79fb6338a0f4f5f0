"""What stands under every number of Explore: where it comes from, and the code that gives it again."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lib.charts.theme import Theme
from lib.ui import display
from lib.ui.display import escape
from lib.ui.drawn_once import draw_once
from lib.ui.explore.choices import Choice
from lib.ui.style import current_theme

_FILES = (
    "Runs in the folder of this cohort's identified tidy export, made from the same data version. A de-identified one has "
    "no clinics, and study days for dates."
)


def show_footing(choice: Choice, code: str, chosen: str = "") -> None:
    """code: Python. chosen: beside the cohort and the instrument; by default the time point."""
    filters = f"{choice.asked.name}, {chosen or choice.asked.say_time_point()}"
    st.caption(escape(choice.tell_source(filters).say()))
    with st.expander("Code"):
        st.caption(_FILES)
        st.code(code, language="python")


def show_figure(choice: Choice, name: str, make: Callable[[Theme], tuple[Any, str]]) -> None:
    """Drawn once for a reading and what was chosen. make: the figure in a theme, and in words."""

    def draw() -> None:
        display.show_chart(*make(current_theme()), key=f"explore-{name}", in_words=True)

    draw_once(choice.studied, f"explore-{name}", choice.key, draw=draw)
