"""Facts of courses as arrays: what a clinic's measures are asked of, as of a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.course_scores import SCORE_COLUMNS, TIME_POINTS
from lib.clinical.policy import Policy
from lib.clinical.response import by_instrument
from lib.clinical.segments import NONE, Bools, Ints, begins_run

# Of a course, whatever the instrument.
COURSE_COLUMNS = ("clinic_key", "day_0", "ended_on", "last_session_on", "n_sessions", "is_daily")


@dataclass(frozen=True)
class Scores:
    """One instrument's SCORE_COLUMNS of the same courses; NONE where nothing is known."""

    code: int
    columns: Mapping[str, Ints]

    def __getitem__(self, name: str) -> Ints:
        return self.columns[name]

    @property
    def is_asked(self) -> Bools:
        """`status` has a row: the clinic collects the instrument, or the patient has a valid form of it."""
        return self.columns["unsure"] != NONE

    def total(self, time_point: str) -> Ints:
        return self.columns[f"{time_point}_total"]

    def is_unsure(self, time_point: str) -> Bools:
        """The total there is a provisional improvement."""
        return (self.columns["unsure"].clip(0) >> TIME_POINTS.index(time_point)) % 2 == 1

    def select(self, mask: Bools) -> "Scores":
        return Scores(self.code, {name: values[mask] for name, values in self.columns.items()})


@dataclass(frozen=True)
class Facts:
    """Courses that had begun by as_of, one entry a course, in the order of patient and course; days since 1970-01-01.

    course: its number. ended_on: of the course or of all treatment (NONE: no end recorded). n_sessions: that count. scores: by
    instrument code.
    """

    as_of: int
    patient: Ints
    course: Ints
    clinic_key: Ints
    day_0: Ints
    ended_on: Ints
    last_session_on: Ints
    n_sessions: Ints
    is_daily: Bools
    scores: Mapping[int, Scores]

    def __len__(self) -> int:
        return len(self.patient)

    def of(self, *codes: int) -> "Facts":
        """Those courses only of which all of these instruments are asked."""
        return self.select(np.logical_and.reduce([self.scores[code].is_asked for code in codes]))

    def select(self, mask: Bools) -> "Facts":
        """Those courses only."""
        # Of all of them, which a page asks for first, no copy is made: it took 2.7 of 9 ms where 100,000 patients are.
        if mask.all():
            return self
        plain = ("patient", "course", *COURSE_COLUMNS)
        return replace(
            self,
            **{name: getattr(self, name)[mask] for name in plain},
            scores={code: scores.select(mask) for code, scores in self.scores.items()},
        )


def gather_facts(rows: pd.DataFrame, as_of: int, codes: Iterable[int]) -> Facts:
    """rows: patient, instrument, course_row, COURSE_COLUMNS and SCORE_COLUMNS, in any order; no two alike. codes: the instruments
    whose scores are asked for; a course without a row of one has nothing known of it, and does not count for it (Facts.of)."""
    rows = rows[rows["day_0"].between(0, as_of)].sort_values(["patient", "course_row", "instrument"])
    key = rows["patient"].to_numpy() * (int(rows["course_row"].max() if len(rows) else 0) + 1)
    key = key + rows["course_row"].to_numpy()
    is_first = begins_run(key)
    place = np.cumsum(is_first) - 1
    first = rows[is_first]
    found = {}
    for code in codes:
        own = (rows["instrument"] == code).to_numpy()
        columns = {name: np.full(len(first), NONE) for name in SCORE_COLUMNS}
        for name, values in columns.items():
            values[place[own]] = rows[name].to_numpy()[own]
        found[code] = Scores(code, columns)
    plain = {name: first[name].to_numpy(dtype=np.int64) for name in COURSE_COLUMNS}
    return Facts(
        as_of,
        first["patient"].to_numpy(dtype=np.int64),
        first["course_row"].to_numpy(dtype=np.int64),
        **plain | {"is_daily": plain["is_daily"] == 1},
        scores=found,
    )


def caseness(scores: Scores, policy: Policy) -> int:
    """The total from which a baseline is at caseness."""
    numbers = policy.categories
    return int(by_instrument(np.array(scores.code), numbers.phq9_caseness, numbers.gad7_caseness))


def instrument_name(code: int) -> str:
    return BY_CODE[code].name
