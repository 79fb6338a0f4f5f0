"""Figures of courses, each with its words: what is asked, the facts, and how small a count may be told."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import plotly.graph_objects as go

from lib.charts.clinic.months import Month, RunChart, describe_run_chart, plot_run_chart
from lib.charts.clinic.severity_flow import describe_severity_flow, plot_severity_flow
from lib.charts.clinic.survival import Reference, TimedEvent, describe_survival, plot_survival
from lib.charts.clinic.waterfall import Waterfall, describe_waterfall, plot_waterfall
from lib.charts.theme import Theme
from lib.clinical.change_steps import sort_into_steps
from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.counting import Counted
from lib.clinical.outcomes.distributions import derive_changes, derive_flow
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.saying import Telling
from lib.clinical.outcomes.times import EVENT, RELAPSE, REMISSION, RESPONSE, SEEN_LAST, STOPPED, time_event
from lib.clinical.outcomes.told_together import tell_in_row
from lib.clinical.segments import Ints
from lib.clinical.survival import estimate_incidence, estimate_survival

Drawn = tuple[go.Figure, str]
# What two source pages say of when patients respond; no study is behind them.
_BANDS = (Reference(28, 42, "source page A: 4–6 weeks"), Reference(28, 56, "source page B: 4–8 weeks"))
# "30-40 % fail": a claim of a source page, drawn as the share that has responded.
_FAIL = Reference(0.6, 0.7, "source page: 30–40 % fail", is_share=True)
_NAMES = {RESPONSE: "first confirmed response", REMISSION: "first remission", RELAPSE: "relapse"}
# What each figure of time is called on a page.
TIME_TITLES = {
    RESPONSE: "Time to the first confirmed response",
    REMISSION: "Time to the first remission",
    RELAPSE: "From a confirmed response to relapse",
}
# Days: so much is shown at least, so that bands of a source stand in the figure; and at most.
_SHORTEST, _LONGEST = 70, 364


def draw_flow(asked: Asked, facts: Facts, limit: int, theme: Theme) -> Drawn:
    """Severity at baseline, at the time point and last. limit: the largest count that is not told."""
    flow = derive_flow(asked, facts)
    figure = plot_severity_flow(flow, theme, asked.name, limit)
    return figure, describe_severity_flow(flow, asked.name, limit)


def draw_waterfall(asked: Asked, facts: Facts, limit: int, theme: Theme, *, is_percent: bool) -> Drawn:
    """The change of everyone due whose baseline was at caseness, or is not known."""
    numbers = asked.policy.categories
    highest = BY_CODE[asked.instrument].max_total
    reliable = numbers.phq9_reliable_change if asked.instrument == 0 else numbers.gad7_reliable_change
    lines = (
        (0, -numbers.partial_percent, -numbers.response_percent)
        if is_percent
        else (reliable, -reliable, -2 * reliable)
    )
    changes = derive_changes(asked, facts, is_percent=is_percent)
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


def draw_time(
    asked: Asked, facts: Facts, event: str, limit: int, theme: Theme, *, is_of_all: bool = False
) -> Drawn:
    """How many have had the event by a day; of a relapse, how many have not. event: of times.NAMES. Who has no form afterwards
    leaves on day 0, which changes no curve: left out, they were the difference to everybody at caseness, who are told elsewhere.
    is_of_all: so does everybody else of the facts."""
    times = time_event(asked, facts, event)
    has_stopped = bool((times.cause == STOPPED).any())
    n_alone = len(facts) - len(times.days) if is_of_all else times.n_unfollowed
    alone = np.zeros(n_alone, dtype=np.int64)
    days, cause = np.append(times.days, alone), np.append(times.cause, alone + SEEN_LAST)
    data = TimedEvent(
        _NAMES[event],
        estimate_survival(days, cause == EVENT),
        _choose_last_day(times.days),
        is_rising=event != RELAPSE,
        references=(*_BANDS, _FAIL) if event == RESPONSE else (),
        incidence=estimate_incidence(days, cause) if has_stopped else None,
        competing="end of treatment",
        limit=limit,
    )
    said = "" if is_of_all else " Who has no form afterwards leaves on day 0."
    return plot_survival(data, theme), describe_survival(data) + said


def _choose_last_day(days: Ints) -> int:
    """To where one in twenty is still followed, in whole weeks."""
    far = int(np.percentile(days, 95)) if len(days) else 0
    return min(max(_SHORTEST, 7 * -(-far // 7)), _LONGEST)


def tell_months(rows: Sequence[tuple[date, Counted]], telling: Telling) -> list[Month]:
    """rows: the first day of each month and its rate; their sum is told beside them."""
    told = tell_in_row([one for _, one in rows], telling)
    return [
        Month(on, one.share, one.known, one.worst, one.is_thin)
        for (on, _), one in zip(rows, told, strict=True)
    ]


def draw_months(what: str, months: Sequence[Month], telling: Telling, theme: Theme) -> Drawn:
    """A rate by month. what: "PHQ-9 response"."""
    data = RunChart(what, months, telling.least_coverage)
    return plot_run_chart(data, theme), describe_run_chart(data)
