"""The section Change: where patients came from and went to, and how far each of them changed."""

from typing import Any

import streamlit as st

from lib.charts.clinic.severity_flow import describe_severity_flow, plot_severity_flow
from lib.charts.clinic.waterfall import Waterfall, describe_waterfall, plot_waterfall
from lib.charts.theme import Theme
from lib.clinical.change_steps import sort_into_steps
from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.distributions import derive_changes, derive_flow
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
        lambda theme: _draw_flow(choice, theme),
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
        lambda theme: _draw_waterfall(choice, theme, is_percent=unit == "percent"),
        "Of everyone due whose baseline was at caseness, or is not known. Who has no score stands at the end, and has no height.",
    )


def _draw_flow(choice: Choice, theme: Theme) -> tuple[Any, str]:
    flow, limit = derive_flow(choice.asked, choice.facts), choice.telling.limit
    figure = plot_severity_flow(flow, theme, choice.asked.name, limit)
    return figure, describe_severity_flow(flow, choice.asked.name, limit)


def _draw_waterfall(choice: Choice, theme: Theme, *, is_percent: bool) -> tuple[Any, str]:
    asked, limit = choice.asked, choice.telling.limit
    numbers = asked.policy.categories
    highest = BY_CODE[asked.instrument].max_total
    reliable = numbers.phq9_reliable_change if asked.instrument == 0 else numbers.gad7_reliable_change
    lines = (
        (0, -numbers.partial_percent, -numbers.response_percent)
        if is_percent
        else (reliable, -reliable, -2 * reliable)
    )
    changes = derive_changes(asked, choice.facts, is_percent=is_percent)
    data = Waterfall(
        f"{asked.name} change {asked.say_time_point()}",
        sort_into_steps(changes, cuts=lines, least_a_step=limit + 1 if limit else 1),
        is_percent,
        lines,
        lowest=-100 if is_percent else -highest,
        highest=100 if is_percent else highest,
        limit=limit,
    )
    return plot_waterfall(data, theme), describe_waterfall(data)
