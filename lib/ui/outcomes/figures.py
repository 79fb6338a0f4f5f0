"""Drawing a figure of outcomes: once for a reading and what was chosen, with its words for who cannot see it."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lib.charts.theme import Theme
from lib.ui.display import escape
from lib.ui.drawn_once import draw_once
from lib.ui.outcomes.choices import Choice
from lib.ui.style import current_theme

_PLAIN_FIGURE = {"displayModeBar": False, "displaylogo": False}


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
        figure, said = make(current_theme())
        st.plotly_chart(figure, theme=None, key=f"outcome-{name}", config=_PLAIN_FIGURE, alt=said)
        with st.expander("In words"):
            st.markdown(escape(said))

    draw_once(choice.courses, name, choice.key, also, draw=draw)
