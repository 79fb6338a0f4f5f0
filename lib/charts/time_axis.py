"""The one time axis of a patient's figure: true time, always up to as_of, in dates and in days since the first dose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lib.clinical.wording import say_day, say_short_day

DAY = timedelta(days=1)
WINDOW_DAYS = {"6 weeks": 42, "3 months": 91}
SHORTEST_DAYS = 28
# Steps that keep dates and days since the first dose on the same ticks, and whole weeks as weeks.
TICK_STEPS = (1, 2, 7, 14, 28, 56, 84, 168, 364, 728, 1820)
MOST_TICKS = 7


@dataclass(frozen=True)
class TimeAxis:
    """From `start` to `end`; `until` is the end of the as_of day, where the record stops being known."""

    start: datetime
    end: datetime
    until: datetime
    as_of: date
    first_doses: tuple[datetime, ...]
    width_px: float
    is_window: bool = False

    def px(self, at: datetime) -> float:
        """Pixels from the left edge, on the narrowest page."""
        return (at - self.start) / (self.end - self.start) * self.width_px

    def shows(self, at: datetime) -> bool:
        return self.start <= at <= self.end

    def days_to_as_of(self, on: datetime) -> int:
        return (self.as_of - on.date()).days

    def say_day_of_course(self, at: datetime) -> str:
        """The day counted from the first dose of the course that the moment falls in."""
        if not self.first_doses:
            return "no dose taken yet"
        begun = [first for first in self.first_doses if first.date() <= at.date()]
        if not begun:
            return f"{(self.first_doses[0].date() - at.date()).days} days before the first dose"
        course = f" of course {len(begun)}" if len(self.first_doses) > 1 else ""
        return f"day {(at.date() - begun[-1].date()).days}{course}"


def make_time_axis(
    as_of: date, moments: Iterable[datetime], first_doses: tuple[datetime, ...], window: str, width_px: float
) -> TimeAxis:
    """The axis over all moments, or over the days of a window, up to as_of."""
    until = datetime.combine(as_of, time()) + DAY
    days = WINDOW_DAYS.get(window)
    start = until - days * DAY if days else min([until - SHORTEST_DAYS * DAY, *moments])
    span = until - start
    left, right = start - (0 if days else 0.04) * span, until + 0.015 * span
    return TimeAxis(left, right, until, as_of, first_doses, width_px, is_window=bool(days))


def choose_ticks(axis: TimeAxis) -> tuple[list[str], list[str]]:
    """Where the ticks stand and what they say: the date and, below it, the day of the current course."""
    zero = (axis.first_doses[-1] if axis.first_doses else axis.start).date()
    first, last = axis.start.date() + DAY, axis.as_of
    step = next((step for step in TICK_STEPS if (last - first).days <= step * MOST_TICKS), TICK_STEPS[-1])
    offset = -((zero - first).days // step)
    days = range(offset * step, (last - zero).days + 1, step)
    dates = [zero + day * DAY for day in days]
    texts = [
        _say_tick(on, day, previous, axis)
        for on, day, previous in zip(dates, days, [None, *dates], strict=False)
    ]
    return [on.isoformat() for on in dates], texts


def say_day_of(axis: TimeAxis, on: date) -> str:
    """The date, with its year where it is not the year of as_of."""
    return say_short_day(on) if on.year == axis.as_of.year else say_day(on)


def _say_tick(on: date, day: int, previous: date | None, axis: TimeAxis) -> str:
    words = say_day(on) if previous is None or previous.year != on.year else say_short_day(on)
    is_counted = axis.first_doses and (day >= 0 or len(axis.first_doses) == 1)
    return f"{words}<br>day {day}".replace("-", "−") if is_counted else words


def say_axis_title(axis: TimeAxis) -> str:
    if not axis.first_doses:
        return "date (no dose taken yet)"
    which = f" of course {len(axis.first_doses)}" if len(axis.first_doses) > 1 else ""
    return f"date, and days since the first dose{which} on {say_day(axis.first_doses[-1])}"
