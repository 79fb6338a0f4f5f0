"""The section Change: where patients came from and went to, and how far each of them changed."""

from functools import partial

from lib.charts.clinic.of_courses import Drawn, draw_flow, draw_waterfall
from lib.charts.theme import Theme
from lib.ui.choosing import choose_segment
from lib.ui.outcomes.choices import Choice
from lib.ui.outcomes.figures import show_figure

_UNITS = {"percent": "Percent of the baseline", "points": "Points"}


def show_change(choice: Choice) -> None:
    asked = choice.asked
    show_figure(
        choice,
        "flow",
        f"{asked.name} at baseline, {asked.say_time_point()}, and last",
        lambda theme: draw_flow(asked, choice.facts, choice.telling.limit, theme),
        "Every course of the period, whatever is counted above. Missing and not due are places of their own.",
    )
    unit = choose_segment("Change in", "unit", _UNITS, is_labelled=True)
    show_figure(
        choice,
        f"waterfall-{unit}",
        f"Change of {asked.name} {asked.say_time_point()}, course by course",
        partial(_draw_waterfall, choice, unit == "percent"),
        "Of everyone due whose baseline was at caseness, or is not known. Who has no score stands at the end, and has no height.",
    )


def _draw_waterfall(choice: Choice, is_percent: bool, theme: Theme) -> Drawn:
    return draw_waterfall(choice.asked, choice.facts, choice.telling.limit, theme, is_percent=is_percent)
