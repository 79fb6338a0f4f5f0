"""From forms to timelines: which forms are in force (definitions.md 3)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lib.clinical.courses import Courses
from lib.clinical.instruments import BY_CODE, GAD7, MAX_ANSWER, PHQ9
from lib.clinical.runs import Runs
from lib.clinical.segments import NONE, Bools, Ints, Layout, limits_of
from lib.clinical.sorting import (
    ANSWERED_SUM,
    BEFORE_ALL_TIMES,
    DAY,
    INSTRUMENT,
    MISSING,
    MISSING_LIMITS,
    PATIENT,
    SECOND,
    SUM_LIMITS,
    Forms,
    SortedForms,
    sort_forms,
)


@dataclass(frozen=True)
class Timeline:
    """Valid forms sorted by patient, instrument, day and time; `all_keys` with every one, the others only those in force.

    In force: the latest of its date; on a course's first day the latest before the dose and the latest after it.
    """

    layout: Layout
    all_keys: Ints
    keys: Ints

    @cached_property
    def day(self) -> Ints:
        return self.layout.unpack(self.keys, DAY)

    @cached_property
    def second(self) -> Ints:
        return self.layout.unpack(self.keys, SECOND)

    @cached_property
    def total(self) -> Ints:
        """Looked up by the lowest bits: of so few forms that differ the prorating is worked out once."""
        place = self.layout.unpack(self.keys, INSTRUMENT) << _ANSWER_BITS
        place |= self.keys & ((1 << _ANSWER_BITS) - 1)
        return _TOTALS.take(place)

    @cached_property
    def low(self) -> Ints:
        """The answered items alone: the missing ones answered 0."""
        return self.layout.unpack(self.keys, ANSWERED_SUM)

    @cached_property
    def high(self) -> Ints:
        return self.low + MAX_ANSWER * (self.layout.unpack(self.keys, MISSING) >> 1)

    @cached_property
    def is_prorated(self) -> Bools:
        return self.layout.unpack(self.keys, MISSING) >= 2

    def has_missing_items(self, position: Ints) -> Bools:
        """Whether the form at each position was not answered in full; a negative position is the first form's."""
        if not len(self.keys):
            return np.zeros(len(position), dtype=bool)
        return self.layout.unpack(self.keys.take(position, mode="clip"), MISSING) > 0

    def take(self, position: Ints) -> "Timeline":
        """Only the forms at these positions, one each, for what is read of single forms."""
        return Timeline(self.layout, self.keys[:0], self.keys[position])

    @cached_property
    def is_item_9_blank(self) -> Bools:
        return (self.layout.unpack(self.keys, MISSING) & 1) == 1

    def pair_of(self, keys: Ints) -> Ints:
        """A number for the patient and the instrument of each key, in their order."""
        return self.layout.above(keys, DAY)

    def pair(self, patient: Ints, instrument: Ints | int) -> Ints:
        """The same number, for a patient and an instrument."""
        return 2 * (patient - self.layout.lows[PATIENT]) + instrument

    def whose(self, pair: Ints) -> tuple[Ints, Ints]:
        """(patient, instrument) of such numbers."""
        return pair // 2 + self.layout.lows[PATIENT], pair % 2

    def position(
        self, patient: Ints, instrument: Ints, day: Ints, second: Ints | int = BEFORE_ALL_TIMES
    ) -> Ints:
        """Where among the forms in force the first one at or after this moment stands."""
        return np.searchsorted(self.keys, self.layout.pack(patient, instrument, day, second, 0, 0))

    def is_from(self, position: Ints, patient: Ints, instrument: Ints, day: Ints) -> Bools:
        """Whether the form at each position, which lies before others of this patient and instrument, is one of theirs and
        dated this day or later."""
        if not len(self.keys):
            return np.zeros(len(position), dtype=bool)
        first = self.layout.pack(patient, instrument, day, BEFORE_ALL_TIMES, 0, 0)
        return (position >= 0) & (self.keys.take(position, mode="clip") >= first)

    @staticmethod
    def at(values: Ints, position: Ints) -> Ints:
        """values[position], and NONE where the position is NONE."""
        return (
            np.where(position != NONE, values.take(position, mode="clip"), NONE) if len(values) else position
        )

    def stop_before(self, patient: Ints, instrument: Ints, day: Ints) -> Ints:
        """The same as position, for days that mostly come after the last form of their patient and instrument."""
        return self._runs_in_force.position(
            self.layout.pack(patient, instrument, day, BEFORE_ALL_TIMES, 0, 0)
        )

    def count_valid(self, patient: Ints, instrument: Ints, to_day: Ints) -> Ints:
        """Valid forms to a day, also those that another of their date supersedes."""
        stop = self.layout.pack(patient, instrument, to_day + 1, BEFORE_ALL_TIMES, 0, 0)
        return self._runs.count_before(stop)

    @cached_property
    def pairs(self) -> Ints:
        """The numbers of all who have a valid form, in order."""
        return self._runs_in_force.heads

    @cached_property
    def _runs_in_force(self) -> "Runs":
        return Runs.of(self.keys, self.layout.bits_from(DAY))

    @cached_property
    def _runs(self) -> "Runs":
        return Runs.of(self.all_keys, self.layout.bits_from(DAY))


def build_timeline(forms: Forms, courses: Courses) -> Timeline:
    """Sort the valid forms once, and keep those in force."""
    patients, days = limits_of(courses.patient), limits_of(courses.session_day)
    return select_in_force(sort_forms(forms, patients, days), courses)


def select_in_force(forms: SortedForms, courses: Courses) -> Timeline:
    """Of each date the latest form, and on a course's first day also the latest before the dose."""
    layout, keys = forms.layout, forms.keys
    of_day = layout.above(keys, SECOND)
    earlier = np.flatnonzero(of_day[1:] == of_day[:-1])
    superseded = earlier[~_is_last_before_first_dose(forms, earlier, courses)]
    return Timeline(layout, keys, np.delete(keys, superseded) if len(superseded) else keys)


def _is_last_before_first_dose(forms: SortedForms, position: Ints, courses: Courses) -> Bools:
    """Whether a course's first dose lies between these forms and the next ones, which are of the same day."""
    patient, day, second = (
        forms.layout.unpack(forms.keys[position], field) for field in (PATIENT, DAY, SECOND)
    )
    next_second = forms.layout.unpack(forms.keys[position + 1], SECOND)
    begun = np.flatnonzero(courses.has_session)
    if not len(begun):
        return np.zeros(len(position), dtype=bool)
    days = Layout.covering(limits_of(patient, courses.patient), limits_of(day, courses.first_day[begun]))
    first_days = days.join(courses.patient[begun], courses.first_day[begun])
    asked = days.join(patient, day)
    course = begun[np.minimum(np.searchsorted(first_days, asked), len(begun) - 1)]
    is_first_day = (courses.patient[course] == patient) & (courses.first_day[course] == day)
    dose = courses.first_second[course]
    return is_first_day & (second < dose) & (dose <= next_second)


def first_dose_moment(day: Ints, second: Ints) -> tuple[Ints, Ints]:
    """From which moment a form counts as after the dose: its start, or the next day when the start's time is unknown."""
    is_unknown = second == NONE
    return np.where(is_unknown, day + 1, day), np.where(is_unknown, BEFORE_ALL_TIMES, second)


def _total_of(instrument: Ints, answered_sum: Ints, missing: Ints) -> Ints:
    """The total again from the sum of the answered items and the missing ones: floor(n × mean + ½)."""
    n_items = np.where(instrument == PHQ9.code, PHQ9.n_items, GAD7.n_items)
    n_answered = n_items - missing // 2
    return (2 * n_items * answered_sum + n_answered) // (2 * n_answered)


_WIDTHS = Layout.covering(SUM_LIMITS, MISSING_LIMITS).widths
# What the bits of answered_sum and missing, the lowest of a key, come to for each instrument.
_ANSWER_BITS = sum(_WIDTHS)
_TOTALS = _total_of(*np.indices((len(BY_CODE), *(1 << width for width in _WIDTHS)))).ravel()
