"""The time at the edge of the product; nothing below the services asks for it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = date(1970, 1, 1)


def now() -> datetime:
    return datetime.now(UTC)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def today(time_zones: Iterable[str]) -> date:
    """The latest local date among the clinics: no clinic's records of today are left out."""
    moment = now()
    return max((moment.astimezone(ZoneInfo(zone)).date() for zone in time_zones), default=moment.date())


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def local_day(moment: int, time_zone: str) -> int:
    """The date at a clinic, in days since 1970-01-01, of a moment in UTC epoch seconds."""
    return day_number(datetime.fromtimestamp(moment, ZoneInfo(time_zone)).date())


def end_of_day(day: date, time_zone: str) -> int:
    """The last second of a date there, in UTC epoch seconds."""
    return seconds(datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone))) - 1
