"""The section Over time: the rate by month, totals by session, and the time until an event."""

from functools import partial
from typing import Any

import numpy as np

from lib.charts.clinic.months import Month, RunChart, describe_run_chart, plot_run_chart
from lib.charts.clinic.survival import Reference, TimedEvent, describe_survival, plot_survival
from lib.charts.clinic.trajectories import Panel, SessionTotals, describe_trajectories, plot_trajectories
from lib.charts.theme import Theme
from lib.clinical.instruments import BY_CODE
from lib.clinical.intervals import Share
from lib.clinical.outcomes.counting import Counted, count_groups
from lib.clinical.outcomes.distributions import BandTotals, derive_band_totals
from lib.clinical.outcomes.measures import DENOMINATORS
from lib.clinical.outcomes.months import group_by_month
from lib.clinical.outcomes.response_measures import build_measures
from lib.clinical.outcomes.times import RELAPSE, REMISSION, RESPONSE, time_event
from lib.clinical.segments import Ints
from lib.clinical.survival import estimate_incidence, estimate_survival
from lib.ui.outcomes.choices import Choice
from lib.ui.outcomes.figures import show_figure
from lib.ui.wording import day_of

# What two source pages say of when patients respond; no study is behind them.
_BANDS = (Reference(28, 42, "source page A: 4–6 weeks"), Reference(28, 56, "source page B: 4–8 weeks"))
# "30-40 % fail": a claim of a source page, drawn as the share that has responded.
_FAIL = Reference(0.6, 0.7, "source page: 30–40 % fail", is_share=True)
_EVENTS = {
    RESPONSE: ("first confirmed response", "Time to the first confirmed response"),
    REMISSION: ("first remission", "Time to the first remission"),
    RELAPSE: ("relapse", "From a confirmed response to relapse"),
}
# Days: so much is shown at least, so that bands of a source stand in the figure; and at most.
_SHORTEST, _LONGEST = 70, 364


def show_over_time(choice: Choice) -> None:
    asked = choice.asked
    show_figure(
        choice,
        "months",
        f"{asked.name} response {asked.say_time_point()}, by month of the first dose",
        lambda theme: _draw_months(choice, theme),
        f"Of {DENOMINATORS[choice.denominator]}. A month is hatched where too few of those due have the score.",
    )
    show_figure(
        choice,
        "trajectories",
        f"{asked.name} by session and baseline",
        lambda theme: _draw_trajectories(choice, theme),
        "Median and middle half of those measured at each session: the number under the axis falls where patients leave or "
        "have no score, so the line is not one group's course.",
    )
    for event, (_, title) in _EVENTS.items():
        show_figure(choice, f"time-{event}", title, partial(_draw_time, choice, event))


def _draw_months(choice: Choice, theme: Theme) -> tuple[Any, str]:
    measure = build_measures(choice.asked)["response"]
    months, place = group_by_month(choice.facts)
    found = count_groups(measure, choice.facts, choice.denominator, place, len(months))
    data = RunChart(
        f"{choice.asked.name} response",
        [
            Month(day_of(day), _told(choice, one), _followed(one))
            for day, one in zip(months, found, strict=True)
        ],
        choice.telling.least_coverage / 100,
    )
    return plot_run_chart(data, theme), describe_run_chart(data)


def _told(choice: Choice, counted: Counted) -> Share | None:
    share = counted.share
    return None if choice.telling.hides(share) or not share.total else share


def _followed(counted: Counted) -> float | None:
    coverage = counted.coverage
    return coverage.n / coverage.total if coverage.total else None


def _draw_trajectories(choice: Choice, theme: Theme) -> tuple[Any, str]:
    instrument, limit = BY_CODE[choice.asked.instrument], choice.telling.limit
    panels = [_panel(one, limit) for one in derive_band_totals(choice.asked, choice.facts)]
    return plot_trajectories(instrument, panels, theme), describe_trajectories(instrument, panels)


def _panel(band: BandTotals, limit: int) -> Panel:
    rows = []
    for session, (n, quartiles) in enumerate(zip(band.counts, band.quartiles, strict=True)):
        is_shown = n > limit
        low, median, high = quartiles if is_shown else (None, None, None)
        rows.append(SessionTotals(session, n if is_shown or n == 0 else None, low, median, high))
    return Panel(band.name, rows)


def _draw_time(choice: Choice, event: str, theme: Theme) -> tuple[Any, str]:
    times = time_event(choice.asked, choice.facts, event)
    name, _ = _EVENTS[event]
    has_stopped = bool((times.cause == 2).any())
    data = TimedEvent(
        name,
        estimate_survival(times.days, times.is_event),
        _choose_last_day(times.days),
        is_rising=event != RELAPSE,
        references=(*_BANDS, _FAIL) if event == RESPONSE else (),
        incidence=estimate_incidence(times.days, times.cause) if has_stopped else None,
        competing="end of treatment",
        limit=choice.telling.limit,
    )
    unfollowed = f" {times.n_unfollowed:,} more have no form afterwards and are in no curve."
    return plot_survival(data, theme), describe_survival(data) + unfollowed


def _choose_last_day(days: Ints) -> int:
    """To where one in twenty is still followed, in whole weeks."""
    far = int(np.percentile(days, 95)) if len(days) else 0
    return min(max(_SHORTEST, 7 * -(-far // 7)), _LONGEST)
