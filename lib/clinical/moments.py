"""Moments of one patient's records as whole numbers, where a time of day may be unknown: then the whole day is possible."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.held_columns import arrays_of
from lib.clinical.segments import NONE, Ints

SECONDS_A_DAY = 86_400


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


_OF_MOMENT = ("on", "at", "is_time_known")


def moments_of(rows: pd.DataFrame) -> Moments:
    """Of records of PatientHistory: their columns on, at and is_time_known."""
    return moments_among(arrays_of(rows, _OF_MOMENT))


def moments_among(columns: Mapping[str, Any]) -> Moments:
    """The same of the arrays of these columns."""
    on, at = (np.asarray(columns[name]).astype("datetime64[s]") for name in ("on", "at"))
    second = np.where(np.asarray(columns["is_time_known"], dtype=bool), (at - on).astype(np.int64), NONE)
    return Moments(on.astype("datetime64[D]").astype(np.int64), second)
