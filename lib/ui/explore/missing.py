"""Who is missing: by time point, and along baseline severity and dose."""

from functools import partial
from typing import Any

import streamlit as st

from lib.charts.clinic.missing_map import MissingMap, describe_missing_map, plot_missing_map
from lib.charts.theme import Theme
from lib.clinical.outcomes.asked import say_time_point
from lib.clinical.outcomes.course_scores import TIME_POINTS
from lib.clinical.outcomes.facts import instrument_name
from lib.research.explore.missing import Missing, map_missing, say_gradient
from lib.research.explore.studied import EVERYONE
from lib.ui.display import escape
from lib.ui.explore.choices import Choice
from lib.ui.explore.footing import show_figure, show_footing

_SHORT = {"week_4": "week 4", "week_12": "week 12", "latest": "last score"}
_EVERY = "every time point; the sentences and the code: the chosen one"
_GRADIENTS = {"band": "by baseline severity", "dose": "by the dose of the first session"}


def show_missing(choice: Choice) -> None:
    st.caption(
        "Of those due, who has no total. Where those who began worse, or at some doses, are missing more often, no figure of the "
        "observed cases speaks for everybody."
    )
    for by, words in _GRADIENTS.items():
        groups = choice.studied.part(by, choice.asked.instrument)
        rows = map_missing(choice.studied, choice.asked, TIME_POINTS, groups, choice.limit)
        st.subheader(f"Missing {words}", anchor=False)
        data = _lay_out(choice, rows)
        show_figure(choice, f"missing-{by}", partial(_draw, data))
        at = TIME_POINTS.index(choice.asked.time_point)
        said = say_gradient(rows, at, choice.studied.policy.outcomes.smallest_count)
        st.markdown(escape(f"{say_time_point(choice.asked.time_point).capitalize()}, {said}"))
    show_footing(choice, choice.snippets.missing(), _EVERY)


def _lay_out(choice: Choice, rows: list[Missing]) -> MissingMap:
    columns = [_SHORT.get(at, at.replace("_", " ")) for at in TIME_POINTS]
    named = [("everyone" if row.group == EVERYONE else row.group, row.shares) for row in rows]
    least = choice.studied.policy.outcomes.smallest_count
    return MissingMap(instrument_name(choice.asked.instrument), columns, named, least)


def _draw(data: MissingMap, theme: Theme) -> tuple[Any, str]:
    return plot_missing_map(data, theme), describe_missing_map(data)
