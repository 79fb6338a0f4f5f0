"""The figures of a pack, in light colours, and their words."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from lib.charts.clinic.months import Month
from lib.charts.clinic.of_courses import Drawn, draw_flow, draw_months, draw_time, draw_waterfall, tell_months
from lib.charts.picture import digest_figure
from lib.charts.theme import LIGHT
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.counting import Counted, count, place
from lib.clinical.outcomes.facts import Facts, Scores
from lib.clinical.outcomes.measures import MISSING_FAILS
from lib.clinical.outcomes.periods import months_before
from lib.clinical.outcomes.response_measures import build_measures
from lib.clinical.outcomes.saying import Telling
from lib.clinical.outcomes.times import RESPONSE
from lib.clinical.segments import NONE
from lib.printing.pack import Picture
from lib.services._pack_ground import Ground

_MONTHS = 12


@dataclass(frozen=True)
class Figure:
    drawn: Drawn
    title: str
    caption: str

    def describe(self) -> Picture:
        figure, said = self.drawn
        return Picture(self.title, self.caption, said, digest_figure(figure))


def draw_figures(ground: Ground, asked: Asked, telling: Telling) -> list[Figure]:
    """Of one instrument: severity, change, the rate by month, and the time to response."""
    facts, at, limit = _select_due(asked, ground.period), asked.say_time_point(), telling.limit
    return [
        Figure(
            draw_flow(asked, facts, limit, LIGHT),
            f"{asked.name} at baseline, {at}, and last",
            "Everyone due whose baseline was at caseness, or is not known; who has no baseline is missing throughout.",
        ),
        Figure(
            draw_waterfall(asked, facts, limit, LIGHT, is_percent=True),
            f"Change of {asked.name} {at}, course by course",
            "The same courses; who has no score stands at the end, and has no height.",
        ),
        _draw_months(ground, asked, telling),
        Figure(
            draw_time(asked, facts, RESPONSE, limit, LIGHT, is_of_all=True),
            f"{asked.name}: time to the first confirmed response",
            "The same courses; who has no baseline, or no form afterwards, leaves on day 0.",
        ),
    ]


def _select_due(asked: Asked, facts: Facts) -> Facts:
    """Those whom the rate of response counts: every figure and rate speaks of the same courses, or the difference of two sums
    would tell of a few. A score without a baseline is left out for the same reason: nothing can be compared with it."""
    due = facts.select(place(build_measures(asked)["response"], facts, MISSING_FAILS) < 0)
    scores = asked.scores(due)
    alone = scores["baseline_total"] == NONE
    totals = ("baseline_total", f"{asked.time_point}_total", "latest_total")
    left = {name: np.where(alone, NONE, scores[name]) for name in totals}
    return replace(due, scores={asked.instrument: Scores(asked.instrument, {**scores.columns, **left})})


def _draw_months(ground: Ground, asked: Asked, telling: Telling) -> Figure:
    """Twelve months to the end of the period; where a small count could be worked out of the period's own rate, a month is
    hidden."""
    measure = build_measures(asked)["response"]
    firsts = [months_before(ground.last.replace(day=1), ago) for ago in reversed(range(_MONTHS))]
    spans = [(first, _end_of(first, ground.last)) for first in firsts]
    counted = [count(measure, ground.begun(*span), MISSING_FAILS) for span in spans]
    months: list[Month] = []
    for rows in _group(ground, spans, counted):
        months += tell_months(rows, telling)
    return Figure(
        draw_months(f"{asked.name} response {asked.say_time_point()}", months, telling, LIGHT),
        f"{asked.name} response {asked.say_time_point()}, by month of the first dose",
        "Everyone due, a missing score counted as not met. Hatched: too few of those due have the score. A dash: it would tell a "
        "small count.",
    )


def _end_of(first: date, last: date) -> date:
    after = months_before(first, -1)
    return min(last, date.fromordinal(after.toordinal() - 1))


def _group(
    ground: Ground, spans: list[tuple[date, date]], counted: list[Counted]
) -> list[list[tuple[date, Counted]]]:
    """Months before the period before, those of it, and those of the period: the sums of the last two are told."""
    cuts = (ground.before[0], ground.first)
    groups: list[list[tuple[date, Counted]]] = [[], [], []]
    for (first, last), one in zip(spans, counted, strict=True):
        groups[sum(last >= cut for cut in cuts)].append((first, one))
    return groups
