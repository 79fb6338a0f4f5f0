"""Which integration practices fell into the hours after a dose that the policy names."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from lib.charts.records import Integration, Record, Session
from lib.charts.text import lines, plain, say_moment
from lib.charts.time_axis import TimeAxis
from lib.clinical.integration import IN_WINDOW, classify_practices
from lib.clinical.moments import Moments
from lib.clinical.segments import NONE

_EPOCH = datetime(1970, 1, 1)


def find_in_window(record: Record, hours: tuple[int, int]) -> list[bool]:
    """For each practice whether it surely fell into the hours after a dose."""
    found = classify_practices(_moments(record.integrations), _moments(record.counting), *hours)
    return [place == IN_WINDOW for place in found.place.tolist()]


def _moments(rows: Sequence[Integration] | Sequence[Session]) -> Moments:
    seconds = [(row.at - row.on).seconds if row.is_time_known else NONE for row in rows]
    return Moments(
        np.array([(row.on - _EPOCH).days for row in rows], dtype=np.int64), np.array(seconds, dtype=np.int64)
    )


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
