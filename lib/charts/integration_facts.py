"""Which integration practices fell into the hours after a dose that the policy names."""

from datetime import datetime, timedelta

from lib.charts.records import Integration, Record
from lib.charts.text import lines, plain, say_moment
from lib.charts.time_axis import TimeAxis

DAY = timedelta(days=1)


def is_in_window(practice: Integration, record: Record, hours: tuple[int, int]) -> bool:
    """True only where it is sure: of an unknown time of day every hour of that day has to fit."""
    earliest, latest = _span(practice.on, practice.at, practice.is_time_known)
    for session in record.counting:
        first, last = _span(session.on, session.at, session.is_time_known)
        if earliest - last >= timedelta(hours=hours[0]) and latest - first <= timedelta(hours=hours[1]):
            return True
    return False


def _span(on: datetime, at: datetime, is_time_known: bool) -> tuple[datetime, datetime]:
    return (at, at) if is_time_known else (on, on + DAY)


def describe_integration(
    practice: Integration, hours: tuple[int, int], time: TimeAxis, *, is_in: bool
) -> str:
    window = f"{hours[0]}–{hours[1]} h after a dose"
    is_day_only = "" if practice.is_time_known else " (day known only)"
    return lines(
        f"<b>Integration: {plain(practice.practice, 40)}</b>",
        f"{practice.minutes:g} min" if practice.minutes is not None else "minutes not recorded",
        f"tags: {plain(practice.tags.replace('_', ' ').replace(';', ', '), 80)}"
        if practice.tags
        else "no tags",
        f"{say_moment(practice.at, practice.is_time_known)} · {time.say_day_of_course(practice.at)}",
        f"within {window}" if is_in else f"not surely within {window}{is_day_only}",
    )
