"""When the record of a row happened, and what may not have happened yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import numpy as np

from lib.clinical.frames import Column, Kind, stored_columns
from lib.clinical.moments import SECONDS_A_DAY
from lib.intake.columns import Typed, empty_column
from lib.intake.findings import BoolArray, Findings
from lib.intake.table import RawTable
from lib.intake.zones import Zones

# A date without a time, or a clock that runs ahead, may be up to a day off: definitions.md section 1.
_TOLERANCE = timedelta(hours=24)
# Where the zone is unknown, the one that is furthest ahead decides what is certainly in the future.
_FURTHEST_AHEAD = timedelta(hours=14)


@dataclass(frozen=True)
class Event:
    """Row by row: days since 1970-01-01 and the second of the day, clinic-local; missing where a kind has no event.

    `column` is the event's name in the file, `may_lie_ahead` true of what is only planned.
    """

    column: str
    day: Typed
    second: Typed
    may_lie_ahead: BoolArray


def find_event(kind: Kind, columns: Mapping[str, Typed], n_rows: int) -> Event:
    nothing = empty_column(Column("", "moment"), n_rows)
    column = kind.event_column
    stored = [columns[name] for name in stored_columns(column)] if column else []
    day, second, *_ = [*stored, nothing, nothing]
    is_planned = np.zeros(n_rows, np.bool_)
    if kind.name == "dosing_sessions":
        is_planned = np.asarray(columns["status"].values == "planned", np.bool_)
    return Event(column.name if column else "", day, second, is_planned)


def refuse_future(event: Event, zones: Zones, now: datetime, findings: Findings) -> None:
    """What happened more than 24 hours ahead, by the clinic's clock, is an error; only a plan may lie there."""
    limits = [_local_seconds(now + _TOLERANCE, ZoneInfo(name)) for name in zones.names]
    limits.append(_local_seconds(now + _TOLERANCE + _FURTHEST_AHEAD, UTC))
    seconds = event.day.values * SECONDS_A_DAY + np.where(event.second.is_missing, 0, event.second.values)
    # The code -1 of an unknown zone takes the last limit.
    limit = np.array(limits)[zones.codes]
    has_happened = ~event.day.is_missing & ~event.may_lie_ahead
    is_ahead = has_happened & (seconds > limit)
    findings.reject(is_ahead, "in-the-future", event.column, f"{event.column} is in the future: correct it.")
    is_soon = has_happened & ~is_ahead & (seconds > limit - int(_TOLERANCE.total_seconds()))
    findings.warn(is_soon, f"{event.column} lies up to 24 hours ahead, as of a clock that is fast.")


def refuse_ends_before_start(kind: Kind, columns: Mapping[str, Typed], findings: Findings) -> None:
    """What has ended has begun before."""
    for first, last in (("started_on", "ended_on"), ("onset_on", "resolved_on")):
        if {first, last} <= {column.name for column in kind.columns}:
            start, end = columns[first], columns[last]
            is_turned = ~start.is_missing & ~end.is_missing & (end.values < start.values)
            findings.reject(
                is_turned,
                "ends-before-start",
                last,
                f"{last} lies before {first}: correct the one that is wrong.",
            )


def refuse_recorded_ahead(recorded_at: Typed, now: datetime, findings: Findings) -> None:
    """A version from the future would outrank every later correction."""
    is_ahead = ~recorded_at.is_missing & (recorded_at.values > (now + _TOLERANCE).timestamp())
    findings.reject(is_ahead, "in-the-future", "recorded_at", "recorded_at is in the future: correct it.")


def refuse_missing_dose(raw: RawTable, columns: Mapping[str, Typed], findings: Findings) -> None:
    """What was taken has a dose; what was missed or only planned needs none."""
    status = columns["status"].values
    needs_none = (status == "missed") | (status == "planned")
    reason = (
        "dose_mg is empty, which only a missed or planned session's may be: fill in the dose, or the status."
    )
    findings.reject(~raw.column("dose_mg").is_given & ~needs_none, "no-dose", "dose_mg", reason)


def _local_seconds(moment: datetime, zone: tzinfo) -> int:
    local = moment.astimezone(zone).replace(tzinfo=None)
    return int((local - datetime(1970, 1, 1)).total_seconds())
