"""Spans of days beside one another: the quarters before a day, and the period before a period."""

from datetime import date, timedelta
from itertools import pairwise

from lib.clinical.wording import say_span

Span = tuple[date, date]
_DAY = timedelta(days=1)


def quarters_before(day: date) -> list[Span]:
    """First and last day of the four times three months that end on the day before, the oldest first."""
    ends = [months_before(day, months) for months in (12, 9, 6, 3, 0)]
    return [(first, after - _DAY) for first, after in pairwise(ends)]


def period_before(first: date, last: date) -> Span:
    """As many whole months before whole months; else as many days."""
    after = last + _DAY
    if first.day == after.day == 1:
        months = 12 * (after.year - first.year) + after.month - first.month
        return months_before(first, months), first - _DAY
    return first - (after - first), first - _DAY


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - _DAY).day
    return date(year, month + 1, min(day.day, last))


def say_period(first: date, last: date) -> str:
    """October 2026 where it is that month; else 3 Aug 2026 to 2 Sep 2026."""
    return f"{first:%B %Y}" if _is_month(first, last) else say_span(first, last)


def say_in_period(first: date, last: date) -> str:
    """in October 2026; from 3 Aug 2026 to 2 Sep 2026."""
    return f"{'in' if _is_month(first, last) else 'from'} {say_period(first, last)}"


def _is_month(first: date, last: date) -> bool:
    return first.day == (last + _DAY).day == 1 and (first.year, first.month) == (last.year, last.month)
