"""Dates written with the day or the month first: spelled anew once somebody has said which of them it is."""

import re
from datetime import date

DAY_FIRST, MONTH_FIRST = "day/month/year", "month/day/year"
ORDERS = (DAY_FIRST, MONTH_FIRST)
_WRITTEN = re.compile(
    r"\s*([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?:[ T,]+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?))?\s*"
)


def can_be_ordered(text: str) -> bool:
    """Whether a cell is a date of two numbers and a year, with or without a time."""
    return _WRITTEN.fullmatch(text) is not None


def spell_date(text: str, order: str) -> str:
    """2026-04-03, or 2026-04-03T09:00, of 03/04/2026 in an order of ORDERS. What is no such date stays as it is."""
    found = _WRITTEN.fullmatch(text)
    if not found:
        return text
    first, second, year, time = found.groups()
    day, month = (first, second) if order == DAY_FIRST else (second, first)
    try:
        spelled = date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return text
    return f"{spelled}T{time.zfill(5 if time.count(':') == 1 else 8)}" if time else spelled
