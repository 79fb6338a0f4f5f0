"""The dosing sessions of a patient that count, as what happened around them is held against them."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from lib.clinical.history import PatientHistory
from lib.clinical.moments import Moments, moments_of
from lib.clinical.plain_rows import Row
from lib.clinical.segments import NONE


@dataclass(frozen=True)
class Doses:
    """rows: of PatientHistory.session_rows; moments: of each of them."""

    rows: list[Row]
    moments: Moments

    @classmethod
    def of(cls, history: PatientHistory) -> Self:
        counts = np.array([bool(row["counts"]) for row in history.session_rows], dtype=bool)
        every = moments_of(history.dosing_sessions)
        rows = [row for row in history.session_rows if row["counts"]]
        return cls(rows, Moments(every.day[counts], every.second[counts]))

    def find(self, place: int) -> Row | None:
        """The row at a place among them; NONE is nobody's."""
        return None if place == NONE else self.rows[place]
