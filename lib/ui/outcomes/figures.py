"""Drawing a figure of outcomes: once for a reading and what was chosen, with its words for who cannot see it."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lib.charts.theme import Theme
from lib.ui import display
from lib.ui.drawn_once import draw_once
from lib.ui.outcomes.choices import Choice
from lib.ui.style import current_theme


def show_figure(
    choice: Choice,
    name: str,
    title: str,
    make: Callable[[Theme], tuple[Any, str]],
    caption: str = "",
    *,
    also: tuple[object, ...] = (),
) -> None:
    """make: the figure in a theme, and in words. title, caption: words of ours. also: what it depends on beside the choice."""

    def draw() -> None:
        st.subheader(title, anchor=False)
        if caption:
            st.caption(caption)
        display.show_chart(*make(current_theme()), key=f"outcome-{name}", in_words=True)

    draw_once(choice.courses, name, choice.key, also, draw=draw)
