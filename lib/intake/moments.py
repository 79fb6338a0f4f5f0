"""Moments as written in ISO 8601, in the clinic's local time: a day, and the second of that day where a time is given."""

import re
from dataclasses import dataclass

import numpy as np

from lib.clinical.frames import Column
from lib.clinical.moments import SECONDS_A_DAY
from lib.intake.columns import Typed, refuse_empty
from lib.intake.distinct import read_distinct
from lib.intake.findings import BoolArray, Findings, IntArray
from lib.intake.texts import Texts
from lib.intake.values import UnreadableCell, parse_day
from lib.intake.zones import Zones

_TIME = re.compile(
    r"[Tt ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:[.,][0-9]{1,9})?)?"
    r" ?([Zz]|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?"
)
_LENGTH_OF_DATE = 10
_NO_OFFSET = -1
_ADVICE = "is not a date or time: write YYYY-MM-DD, or YYYY-MM-DDTHH:MM where the time of day is known"


@dataclass(frozen=True)
class _Written:
    """A column as its texts say it; offsets in seconds east of UTC (0 where none is given)."""

    day: IntArray
    has_day: BoolArray
    second: IntArray
    has_second: BoolArray
    offset: IntArray
    has_offset: BoolArray

    @property
    def local(self) -> IntArray:
        return self.day * SECONDS_A_DAY + self.second


def type_moments(column: Column, texts: Texts, zones: Zones, findings: Findings) -> tuple[Typed, Typed]:
    """The clinic-local day and the second of that day (missing: the time of day is unknown).

    A time with an offset is converted to the clinic's zone; a local time that the clocks skipped is held.
    """
    written = _read_written(column, texts, findings)
    _check_local_times(column, written, zones, findings)
    utc = written.local - written.offset
    known_zone = written.has_offset & (zones.codes >= 0)
    local = np.where(known_zone, zones.to_local(utc, known_zone), written.local)
    return (
        Typed(local // SECONDS_A_DAY, ~written.has_day),
        Typed(local % SECONDS_A_DAY, ~written.has_second),
    )


def type_recorded_at(column: Column, texts: Texts, zones: Zones, findings: Findings) -> Typed:
    """Seconds since 1970 in UTC; a date alone counts from its first second; missing where the zone is unknown."""
    written = _read_written(column, texts, findings)
    _check_local_times(column, written, zones, findings)
    utc, exists = zones.to_utc(written.local, written.has_day & ~written.has_offset, "shift_forward")
    values = np.where(written.has_offset, written.local - written.offset, utc)
    return Typed(values, ~(written.has_day & (written.has_offset | exists)))


def _check_local_times(column: Column, written: _Written, zones: Zones, findings: Findings) -> None:
    rows = written.has_second & ~written.has_offset & (zones.codes >= 0)
    _, exists = zones.to_utc(written.local, rows)
    reason = (
        f"{column.name} is a time that did not exist at the clinic: its clocks were put forward over it. "
        "Correct the time, or give its offset from UTC."
    )
    findings.hold(rows & ~exists, "nonexistent-time", column.name, reason)
    words = (
        f"{column.name} is a time that came twice, when the clocks were put back: the earlier one was taken."
    )
    findings.warn(zones.came_twice(written.local, rows), words)


def _read_written(column: Column, texts: Texts, findings: Findings) -> _Written:
    days = read_distinct(texts.mapped(lambda text: text[:_LENGTH_OF_DATE]), _parse_day)
    times = read_distinct(texts.mapped(lambda text: text[_LENGTH_OF_DATE:]), _parse_time)
    refuse_empty(column, texts, findings)
    days.reject_faults(column.name, findings)
    times.reject_faults(column.name, findings, ~days.has_fault)
    seconds = np.array([0 if time is None else time[0] for time in times.values], np.int64)
    offsets = np.array([_NO_OFFSET if time is None else time[1] for time in times.values], np.int64)
    has_offset = (offsets != _NO_OFFSET)[times.codes] & days.has_value
    return _Written(
        day=np.array([day or 0 for day in days.values], np.int64)[days.codes],
        has_day=days.has_value,
        second=seconds[times.codes],
        has_second=times.has_value & days.has_value,
        offset=np.where(has_offset, offsets[times.codes], 0),
        has_offset=has_offset,
    )


def _parse_day(text: str) -> int:
    try:
        return parse_day(text)
    except UnreadableCell as fault:
        if fault.code == "no-such-date":
            raise
        raise UnreadableCell("not-a-moment", _ADVICE) from None


def _parse_time(text: str) -> tuple[int, int]:
    """The second of the day and the offset from UTC in seconds."""
    found = _TIME.fullmatch(text)
    if not found:
        raise UnreadableCell("not-a-moment", _ADVICE)
    hour, minute, second, offset = found.groups()
    return int(hour) * 3600 + int(minute) * 60 + int(second or 0), _parse_offset(offset)


def _parse_offset(text: str | None) -> int:
    if not text:
        return _NO_OFFSET
    if text in "Zz":
        return 0
    digits = text[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60
    return -seconds if text[0] == "-" else seconds
