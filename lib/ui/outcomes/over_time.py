"""The section Over time: the rate by month, totals by session, and the time until an event."""

from functools import partial
from typing import Any

from lib.charts.clinic.of_courses import TIME_TITLES, Drawn, draw_months, draw_time, tell_months
from lib.charts.clinic.trajectories import Panel, SessionTotals, describe_trajectories, plot_trajectories
from lib.charts.theme import Theme
from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.counting import count_groups
from lib.clinical.outcomes.distributions import BandTotals, derive_band_totals
from lib.clinical.outcomes.measures import DENOMINATORS
from lib.clinical.outcomes.months import group_by_month
from lib.clinical.outcomes.response_measures import build_measures
from lib.ui.outcomes.choices import Choice
from lib.ui.outcomes.figures import show_figure
from lib.ui.wording import day_of


def show_over_time(choice: Choice) -> None:
    asked = choice.asked
    show_figure(
        choice,
        "months",
        f"{asked.name} response {asked.say_time_point()}, by month of the first dose",
        lambda theme: _draw_months(choice, theme),
        f"Of {DENOMINATORS[choice.denominator]}. A month is hatched where too few of those due have the score, "
        "and is left out where it would tell a small count.",
    )
    show_figure(
        choice,
        "trajectories",
        f"{asked.name} by session and baseline",
        lambda theme: _draw_trajectories(choice, theme),
        "Median and middle half of those measured at each session: the number under the axis falls where patients leave or "
        "have no score, so the line is not one group's course.",
    )
    for event, title in TIME_TITLES.items():
        show_figure(choice, f"time-{event}", title, partial(_draw_time, choice, event))


def _draw_months(choice: Choice, theme: Theme) -> tuple[Any, str]:
    measure = build_measures(choice.asked)["response"]
    months, place = group_by_month(choice.facts)
    found = count_groups(measure, choice.facts, choice.denominator, place, len(months))
    rows = [(day_of(day), one) for day, one in zip(months, found, strict=True)]
    shown = tell_months(rows, choice.telling)
    return draw_months(f"{choice.asked.name} response", shown, choice.telling, theme)


def _draw_trajectories(choice: Choice, theme: Theme) -> tuple[Any, str]:
    instrument, limit = BY_CODE[choice.asked.instrument], choice.telling.limit
    panels = [_panel(one, limit) for one in derive_band_totals(choice.asked, choice.facts)]
    return plot_trajectories(instrument, panels, theme), describe_trajectories(instrument, panels)


def _panel(band: BandTotals, limit: int) -> Panel:
    """How many began in the band is not told where the flow of severity counts a few of them on their own: its other parts would
    tell those few."""
    has_few = any(0 < n <= limit for n in band.parts)
    rows = []
    for session, (n, quartiles) in enumerate(zip(band.counts, band.quartiles, strict=True)):
        is_shown = n > limit and not (has_few and session == 0)
        low, median, high = quartiles if is_shown else (None, None, None)
        rows.append(SessionTotals(session, n if is_shown or n == 0 else None, low, median, high))
    return Panel(band.name, rows)


def _draw_time(choice: Choice, event: str, theme: Theme) -> Drawn:
    return draw_time(choice.asked, choice.facts, event, choice.telling.limit, theme)
