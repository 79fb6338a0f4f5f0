"""From forms to timelines: which forms are in force (definitions.md 3)."""

from dataclasses import dataclass, fields

import numpy as np

from lib.clinical.courses import BEFORE_ALL_TIMES, TIME_LIMITS, Courses, known_second
from lib.clinical.instruments import ITEM_9, PHQ9
from lib.clinical.scoring import Scores
from lib.clinical.segments import NONE, Bools, Ints, Layout, limits_of

# Fields of a form's key, the most significant first.
PATIENT, INSTRUMENT, DAY, SECOND, ANSWERED_SUM, MISSING = range(6)
# A form's missing items in three bits: twice their number, plus one when item 9 is among them.
MISSING_LIMITS = (0, 5)


@dataclass(frozen=True)
class Forms:
    """Scored PHQ-9 and GAD-7 forms, current versions, arrays in any order; no two of one patient, instrument and moment."""

    patient: Ints
    instrument: Ints
    day: Ints
    second: Ints
    scores: Scores

    def select(self, mask: Bools) -> "Forms":
        kept = Scores(*(getattr(self.scores, entry.name)[mask] for entry in fields(Scores)))
        return Forms(self.patient[mask], self.instrument[mask], self.day[mask], self.second[mask], kept)


@dataclass(frozen=True)
class Timeline:
    """Valid forms sorted by patient, instrument, day and time; `all_keys` with every one, the others only those in force.

    In force: the latest of its date; on a course's first day the latest before the dose and the latest after it.
    """

    layout: Layout
    all_keys: Ints
    keys: Ints
    day: Ints
    second: Ints
    total: Ints
    low: Ints
    high: Ints
    is_prorated: Bools
    is_item_9_blank: Bools

    def position(
        self, patient: Ints, instrument: Ints, day: Ints, second: Ints | int = BEFORE_ALL_TIMES
    ) -> Ints:
        """Where among the forms in force the first one at or after this moment stands."""
        return np.searchsorted(self.keys, self.layout.pack(patient, instrument, day, second, 0, 0))

    @staticmethod
    def at(values: Ints, position: Ints) -> Ints:
        """values[position], and NONE where the position is NONE."""
        is_some = position != NONE
        found = values[np.where(is_some, position, 0)] if len(values) else position
        return np.where(is_some, found, NONE)

    def count_valid(self, patient: Ints, instrument: Ints, to_day: Ints) -> Ints:
        """Valid forms to a day, also those that another of their date supersedes."""
        start = self.layout.pack(patient, instrument, self.layout.lows[DAY], BEFORE_ALL_TIMES, 0, 0)
        stop = self.layout.pack(patient, instrument, to_day + 1, BEFORE_ALL_TIMES, 0, 0)
        return np.searchsorted(self.all_keys, stop) - np.searchsorted(self.all_keys, start)


def build_timeline(forms: Forms, courses: Courses) -> Timeline:
    """Sort the valid forms once, and keep those in force."""
    layout, keys = _sorted_keys(forms, courses)
    is_last_of_day = np.append(np.diff(layout.above(keys, SECOND)) != 0, True)[: len(keys)]
    is_last_of_day[_last_before_first_doses(layout, keys, courses)] = True
    kept = keys[is_last_of_day]
    scores = _unpack_scores(layout, kept)
    return Timeline(layout, keys, kept, layout.unpack(kept, DAY), layout.unpack(kept, SECOND), *scores)


def _sorted_keys(forms: Forms, courses: Courses) -> tuple[Layout, Ints]:
    valid = forms.scores.is_valid
    days = limits_of(forms.day[valid], courses.first_day[courses.has_session])
    layout = Layout.covering(
        limits_of(forms.patient, courses.patient),
        (0, 1),
        (days[0] - 1, days[1] + 2),
        TIME_LIMITS,
        (0, 27),
        MISSING_LIMITS,
    )
    is_blank = forms.scores.is_item_9_blank & (forms.instrument == PHQ9.code)
    missing = 2 * forms.scores.n_missing + is_blank
    columns = (
        forms.patient,
        forms.instrument,
        forms.day,
        known_second(forms.second),
        forms.scores.answered_sum,
        missing,
    )
    return layout, np.sort(layout.pack(*(column[valid] for column in columns)))


def _last_before_first_doses(layout: Layout, keys: Ints, courses: Courses) -> Ints:
    """Positions of the last form before each course's first dose (any form: keeping one that is alone changes nothing)."""
    begun = courses.has_session
    patient, day, second = courses.patient[begun], courses.first_day[begun], courses.first_second[begun]
    positions = [
        np.searchsorted(keys, layout.pack(patient, instrument, *first_dose_moment(day, second), 0, 0)) - 1
        for instrument in (0, 1)
    ]
    found = np.concatenate(positions)
    return found[found >= 0]


def first_dose_moment(day: Ints, second: Ints) -> tuple[Ints, Ints]:
    """From which moment a form counts as after the dose: its start, or the next day when the start's time is unknown."""
    is_unknown = second == NONE
    return np.where(is_unknown, day + 1, day), np.where(is_unknown, BEFORE_ALL_TIMES, second)


def _unpack_scores(layout: Layout, keys: Ints) -> tuple[Ints, Ints, Ints, Bools, Bools]:
    """total, low, high, is_prorated, is_item_9_blank of packed forms: the total again from the sum and the missing items."""
    answered_sum, missing = layout.unpack(keys, ANSWERED_SUM), layout.unpack(keys, MISSING)
    n_missing = missing // 2
    n_items = np.where(layout.unpack(keys, INSTRUMENT) == PHQ9.code, ITEM_9 + 1, 7)
    n_answered = n_items - n_missing
    total = (2 * n_items * answered_sum + n_answered) // (2 * n_answered)
    return total, answered_sum, answered_sum + 3 * n_missing, n_missing > 0, missing % 2 == 1
