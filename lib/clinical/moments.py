"""Moments of one patient's records as whole numbers, where a time of day may be unknown: then the whole day is possible."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.segments import NONE, Ints

SECONDS_A_DAY = 86_400
_EPOCH = pd.Timestamp("1970-01-01")


@dataclass(frozen=True)
class Moments:
    """Arrays, one entry a record: day (since 1970), second of the local day (NONE: the time of day is unknown)."""

    day: Ints
    second: Ints

    @property
    def earliest(self) -> Ints:
        return self.day * SECONDS_A_DAY + np.where(self.second == NONE, 0, self.second)

    @property
    def latest(self) -> Ints:
        last = SECONDS_A_DAY - 1
        return self.day * SECONDS_A_DAY + np.where(self.second == NONE, last, self.second)


def moments_of(rows: pd.DataFrame) -> Moments:
    """Of records of PatientHistory: their columns on, at and is_time_known."""
    second = (rows["at"] - rows["on"]).dt.total_seconds().fillna(0).astype("int64")
    day = (rows["on"] - _EPOCH).dt.days.astype("int64")
    return Moments(day.to_numpy(), second.where(rows["is_time_known"], NONE).to_numpy(dtype="int64"))
