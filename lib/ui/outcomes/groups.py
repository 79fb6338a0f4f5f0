"""The section Groups: the rate by site, clinician and who the patients are, and whether chance alone explains what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from lib.charts.clinic.breakdown import Breakdown, Group, describe_breakdown, plot_breakdown
from lib.charts.clinic.funnel import Funnel, Unit, describe_funnel, plot_funnel
from lib.charts.theme import Theme
from lib.clinical.control_limits import measure_dispersion
from lib.clinical.outcomes.counting import Counted, count_members
from lib.clinical.outcomes.measures import DENOMINATORS, Measure
from lib.clinical.outcomes.response_measures import build_measures
from lib.clinical.outcomes.told import tell
from lib.clinical.outcomes.told_together import tell_in_row
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


@dataclass(frozen=True)
class Parted:
    """A measure of everybody, and by way of parting of each group."""

    measure: Measure
    whole: Counted
    parts: Mapping[str, list[tuple[str, Counted]]]


def show_groups(choice: Choice) -> None:
    measures = build_measures(choice.asked)
    titles = {name: measure.title for name, measure in measures.items()}
    name = choose_segment("Rate", "measure", titles, is_labelled=True)
    parted = make_once(choice.courses, f"parts {choice.key}", lambda: _part_all(choice, measures))[name]
    what = f"{choice.asked.name} {titles[name].lower()} {choice.asked.say_time_point()}"
    show_figure(
        choice,
        f"breakdown-{name}",
        f"{what}, by group",
        partial(_draw_breakdown, choice, parted),
        f"Of {DENOMINATORS[choice.denominator]}. {_NOTES}",
    )
    if tell(parted.whole, choice.telling).share is None:
        st.caption("Sites and clinicians are not compared: that would tell a small count.")
        return
    for of in _FUNNELS:
        if len(parted.parts[of]) > 1:
            draw = partial(_draw_funnel, choice, parted, of)
            show_figure(choice, f"funnel-{of}-{name}", f"{what}, by {of}", draw)


def _part_all(choice: Choice, measures: Mapping[str, Measure]) -> dict[str, Parted]:
    """By name of a measure. Where each course stands is worked out once, whatever the groups."""
    parts, found = read_about().part(choice.facts), {}
    everybody = np.ones(len(choice.facts), dtype=bool)
    for name, measure in measures.items():
        masks = [everybody, *(mask for part in parts for mask in part.members.values())]
        whole, *counted = count_members(measure, choice.facts, choice.denominator, masks)
        rows = iter(counted)
        by_part = {part.name: [(group, next(rows)) for group in part.members] for part in parts}
        found[name] = Parted(measure, whole, by_part)
    return found


def _tell(choice: Choice, rows: list[tuple[str, Counted]]) -> list[Group]:
    """No share where a count is small, or where a small one could be worked out from the others and the whole."""
    rows = [(name, counted) for name, counted in rows if counted.total]
    told = tell_in_row([counted for _, counted in rows], choice.telling)
    return [Group(name, one.share, one.known, one.worst) for (name, _), one in zip(rows, told, strict=True)]


def _draw_breakdown(choice: Choice, parted: Parted, theme: Theme) -> tuple[Any, str]:
    told = [(name, _tell(choice, rows)) for name, rows in parted.parts.items()]
    of_all = tell(parted.whole, choice.telling)
    whole = Group("all", of_all.share, of_all.known, of_all.worst)
    data = Breakdown(_say(choice, parted), [(name, groups) for name, groups in told if groups], whole)
    return plot_breakdown(data, theme), describe_breakdown(data)


def _draw_funnel(choice: Choice, parted: Parted, of: str, theme: Theme) -> tuple[Any, str]:
    groups = _tell(choice, parted.parts[of])
    shares = [one.share for one in groups if one.share]
    target = parted.whole.met / parted.whole.total if parted.whole.total else 0.0
    dispersion = measure_dispersion([one.n for one in shares], [one.total for one in shares], target)
    units = [Unit(one.name, one.share) for one in groups]
    data = Funnel(_say(choice, parted), of, units, target, "all together", dispersion)
    return plot_funnel(data, theme), describe_funnel(data)


def _say(choice: Choice, parted: Parted) -> str:
    return f"{choice.asked.name} {parted.measure.title.lower()}"
