"""The section Groups: the rate by site, clinician and who the patients are, and whether chance alone explains what differs."""

from typing import Any

import numpy as np
import streamlit as st

from lib.charts.clinic.breakdown import Breakdown, Group, describe_breakdown, plot_breakdown
from lib.charts.clinic.funnel import Funnel, Unit, describe_funnel, plot_funnel
from lib.charts.theme import Theme
from lib.clinical.control_limits import measure_dispersion
from lib.clinical.intervals import Share
from lib.clinical.outcomes.counting import count, count_groups
from lib.clinical.outcomes.groups import Part
from lib.clinical.outcomes.measures import DENOMINATORS, Measure
from lib.clinical.outcomes.response_measures import build_measures
from lib.clinical.small_cells import hide_in_table
from lib.ui.choosing import choose_segment
from lib.ui.drawn_once import make_once
from lib.ui.outcomes.choices import Choice
from lib.ui.outcomes.figures import show_figure
from lib.ui.outcomes.reading import read_about

_FUNNELS = ("site", "clinician")
_NOTES = (
    "Groups differ in whom they treat: nothing here is adjusted for it, and nothing is ranked. With so many groups one in twenty "
    "lies outside its 95 % limits by chance."
)


def show_groups(choice: Choice) -> None:
    measures = build_measures(choice.asked)
    titles = {name: measure.title for name, measure in measures.items()}
    name = choose_segment("Rate", "measure", titles, is_labelled=True)
    measure = measures[name]
    parts = make_once(
        choice.courses,
        f"parts {choice.key}",
        lambda: _count_parts(choice, measures, read_about().part(choice.facts)),
    )
    what = f"{choice.asked.name} {measure.title.lower()} {choice.asked.say_time_point()}"
    show_figure(
        choice,
        f"breakdown-{name}",
        f"{what}, by group",
        lambda theme: _draw_breakdown(choice, measure, parts, theme),
        f"Of {DENOMINATORS[choice.denominator]}. {_NOTES}",
    )
    if not _whole(choice, measure):
        st.caption("Too few for a comparison of sites and clinicians.")
        return
    for of in _FUNNELS:
        if len(parts[of][measure.name]) > 1:
            show_figure(
                choice,
                f"funnel-{of}-{name}",
                f"{what}, by {of}",
                lambda theme, of=of: _draw_funnel(choice, measure, parts, of, theme),  # type: ignore[misc]
            )


Counts = dict[str, dict[str, list[tuple[str, Share]]]]


def _count_parts(choice: Choice, measures: Any, parts: list[Part]) -> Counts:
    """By part and measure, each group with what it comes to."""
    found: Counts = {}
    for part in parts:
        found[part.name] = {}
        for name, measure in measures.items():
            rows = []
            for group, mask in part.members.items():
                places = np.where(mask, 0, -1)
                counted = count_groups(measure, choice.facts, choice.denominator, places, 1)[0]
                rows.append((group, counted.share))
            found[part.name][name] = rows
    return found


def _tell(choice: Choice, rows: list[tuple[str, Share]]) -> list[Group]:
    """None where a count is small, or where a small one could be worked out from the others and the whole."""
    rows = [(name, share) for name, share in rows if share.total]
    if not rows:
        return []
    counts = np.array([[share.n, share.total - share.n] for _, share in rows])
    hidden = hide_in_table(counts, choice.telling.limit).cells
    return [
        Group(name, None if row.any() else share) for (name, share), row in zip(rows, hidden, strict=True)
    ]


def _whole(choice: Choice, measure: Measure) -> Share | None:
    """All groups together; None where that is small."""
    share = count(measure, choice.facts, choice.denominator).share
    return None if choice.telling.hides(share) else share


def _draw_breakdown(choice: Choice, measure: Measure, parts: Counts, theme: Theme) -> tuple[Any, str]:
    what = f"{choice.asked.name} {measure.title.lower()}"
    told = [(name, _tell(choice, rows[measure.name])) for name, rows in parts.items()]
    whole = _whole(choice, measure)
    data = Breakdown(what, [(name, groups) for name, groups in told if groups], whole)
    return plot_breakdown(data, theme), describe_breakdown(data)


def _draw_funnel(choice: Choice, measure: Measure, parts: Counts, of: str, theme: Theme) -> tuple[Any, str]:
    groups = _tell(choice, parts[of][measure.name])
    shares = [one.share for one in groups if one.share]
    whole = _whole(choice, measure) or Share(0, 0)
    target = whole.n / whole.total if whole.total else 0.0
    dispersion = measure_dispersion([one.n for one in shares], [one.total for one in shares], target)
    units = [Unit(one.name, one.share) for one in groups]
    data = Funnel(
        f"{choice.asked.name} {measure.title.lower()}", of, units, target, "all together", dispersion
    )
    return plot_funnel(data, theme), describe_funnel(data)
