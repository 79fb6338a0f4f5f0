"""The time at the edge of the product; nothing below the services asks for it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lib.clinical.moments import SECONDS_A_DAY
from lib.clinical.wording import say_day

EPOCH = date(1970, 1, 1)


def now() -> datetime:
    return datetime.now(UTC)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def today(time_zones: Iterable[str]) -> date:
    """The latest local date among the clinics: no clinic's records of today are left out."""
    moment = now()
    return max((moment.astimezone(ZoneInfo(zone)).date() for zone in set(time_zones)), default=moment.date())


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: float) -> date:
    """The date, from days since 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


def day_of_second(moment: int) -> date:
    """The date in UTC, from UTC epoch seconds."""
    return day_of(moment // SECONDS_A_DAY)


def end_of_day(day: date, time_zones: Iterable[str]) -> int:
    """UTC epoch seconds at which a date is over, in the time zone in which it ends last; UTC where there is none."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    return max(seconds(midnight.replace(tzinfo=ZoneInfo(zone))) for zone in [*time_zones] or ["UTC"])


def local_day(moment: int, time_zone: str) -> int:
    """The date at a clinic, in days since 1970-01-01, of a moment in UTC epoch seconds."""
    return day_number(datetime.fromtimestamp(moment, ZoneInfo(time_zone)).date())


def local_seconds(moment: int, time_zone: str) -> int:
    """What the clinic's clock shows, in seconds since 1970-01-01, at a moment in UTC epoch seconds."""
    return seconds(datetime.fromtimestamp(moment, ZoneInfo(time_zone)).replace(tzinfo=UTC))


def say_second(moment: int) -> str:
    """28 Nov 2026, 08:12:31 UTC, of UTC epoch seconds."""
    at = datetime.fromtimestamp(moment, UTC)
    return f"{say_day(at)}, {at:%H:%M:%S} UTC"
