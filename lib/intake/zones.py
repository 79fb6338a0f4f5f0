"""Clinic time zones, row by row: from local time to UTC and back, for whole columns at once."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from lib.intake.findings import BoolArray, IntArray


@dataclass(frozen=True)
class Zones:
    """Each row's time zone: `codes` count in `names` (IANA), -1 where no clinic is known and so no zone."""

    names: tuple[str, ...]
    codes: IntArray

    def to_local(self, utc: IntArray, rows: BoolArray) -> IntArray:
        """Clinic-local seconds since 1970 of the given rows; as they came where the zone is unknown."""
        local = utc.copy()
        for number, name in enumerate(self.names):
            here = rows & (self.codes == number)
            times = pd.DatetimeIndex(utc[here].astype("datetime64[s]")).tz_localize("UTC")
            local[here] = _seconds(times.tz_convert(name).tz_localize(None))
        return local

    def to_utc(
        self, local: IntArray, rows: BoolArray, in_gap: Literal["NaT", "shift_forward"] = "NaT"
    ) -> tuple[IntArray, BoolArray]:
        """Seconds since 1970 UTC of the given rows, and whether they have any.

        Without one are rows of unknown zone and, unless shifted forward, local times that the clocks skipped. Of a local
        time that came twice it is the earlier.
        """
        utc, exists = local.copy(), np.zeros(len(local), np.bool_)
        for number, name in enumerate(self.names):
            here = rows & (self.codes == number)
            times = pd.DatetimeIndex(local[here].astype("datetime64[s]"))
            is_earlier = np.ones(len(times), np.bool_)
            placed = times.tz_localize(name, ambiguous=is_earlier, nonexistent=in_gap)
            exists[here] = np.logical_not(placed.isna())
            utc[here] = _seconds(placed.tz_convert("UTC").tz_localize(None))
        return utc, exists

    def came_twice(self, local: IntArray, rows: BoolArray) -> BoolArray:
        """Which of the given rows have a local time that came twice, on the night on which the clocks were put back."""
        is_double = np.zeros(len(local), np.bool_)
        for number, name in enumerate(self.names):
            here = rows & (self.codes == number)
            times = pd.DatetimeIndex(local[here].astype("datetime64[s]"))
            is_double[here] = times.tz_localize(name, ambiguous="NaT", nonexistent="shift_forward").isna()
        return is_double


def _seconds(times: pd.DatetimeIndex) -> IntArray:
    return times.to_numpy().astype("datetime64[s]").astype(np.int64)
