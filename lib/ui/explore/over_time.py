"""Time to a first event in a cohort, as curves."""

from functools import partial

import streamlit as st

from lib.charts.clinic.of_courses import TIME_TITLES, Drawn, draw_time
from lib.charts.theme import Theme
from lib.ui.explore.choices import Choice
from lib.ui.explore.footing import show_figure, show_footing


def show_over_time(choice: Choice) -> None:
    """Of baselines at caseness."""
    for event, title in TIME_TITLES.items():
        st.subheader(title, anchor=False)
        show_figure(choice, f"time-{event}", partial(_draw, choice, event))
        show_footing(choice, choice.snippets.time(event), f"{title.lower()}, of baselines at caseness")


def _draw(choice: Choice, event: str, theme: Theme) -> Drawn:
    return draw_time(choice.asked, choice.facts, event, choice.limit, theme)
