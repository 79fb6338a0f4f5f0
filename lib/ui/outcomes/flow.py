"""The section Change: where patients came from and went to, and how far each of them changed."""

from functools import partial

import streamlit as st

from lib.charts.clinic.of_courses import Drawn, draw_flow, draw_waterfall
from lib.charts.theme import Theme
from lib.ui import address
from lib.ui.outcomes.choices import Choice
from lib.ui.outcomes.figures import show_figure

_UNITS = ("percent", "points")


def show_change(choice: Choice) -> None:
    asked = choice.asked
    show_figure(
        choice,
        "flow",
        f"{asked.name} at baseline, {asked.say_time_point()}, and last",
        lambda theme: draw_flow(asked, choice.facts, choice.telling.limit, theme),
        "Every course of the period, whatever is counted above. Missing and not due are places of their own.",
    )
    address.show_choice("unit", _UNITS, _UNITS[0])
    unit = st.segmented_control(
        "Change in",
        _UNITS,
        required=True,
        key="unit",
        on_change=address.follow,
        args=("unit",),
        format_func=lambda name: "Percent of the baseline" if name == "percent" else "Points",
    )
    show_figure(
        choice,
        f"waterfall-{unit}",
        f"Change of {asked.name} {asked.say_time_point()}, course by course",
        partial(_draw_waterfall, choice, unit == "percent"),
        "Of everyone due whose baseline was at caseness, or is not known. Who has no score stands at the end, and has no height.",
    )


def _draw_waterfall(choice: Choice, is_percent: bool, theme: Theme) -> Drawn:
    return draw_waterfall(choice.asked, choice.facts, choice.telling.limit, theme, is_percent=is_percent)
