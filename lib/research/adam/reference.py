"""What days are counted from: each patient's first course, and its span of forms for each instrument."""

from dataclasses import dataclass

import numpy as np

from lib.clinical.histories import Prepared
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.spans import Points, Spans, select_spans
from lib.clinical.trajectory import Timeline, first_dose_moment


@dataclass(frozen=True)
class Reference:
    """Patients ascending, an entry each; NONE where there is no course with a dose. course: a row of prepared.courses.

    TRTSDT is the first dose of the first course, TRTEDT its last.
    """

    prepared: Prepared
    patient: Ints
    course: Ints
    first_day: Ints
    last_day: Ints
    n_courses: Ints

    def place(self, patient: Ints) -> Ints:
        """Where these patients stand."""
        return np.searchsorted(self.patient, patient)

    def study_day(self, patient: Ints, day: Ints) -> Ints:
        """ADY from TRTSDT: 1 on the day itself, −1 the day before, and no 0."""
        return count_study_day(day, self.first_day[self.place(patient)])


def count_study_day(day: Ints, first: Ints) -> Ints:
    """Days with 1 for the first and no day 0; NONE where either is."""
    apart = day - first
    return np.where((day == NONE) | (first == NONE), NONE, apart + (apart >= 0))


def find_reference(prepared: Prepared, patients: list[int], day: int) -> Reference:
    """The first courses of these patients, to a day."""
    courses = prepared.courses
    patient = np.array(sorted(patients), dtype=np.int64)
    first = courses.first_begun
    course = np.full(len(patient), NONE)
    course[np.searchsorted(patient, courses.patient[first])] = first
    is_some = course != NONE
    last = np.full(len(patient), NONE)
    last[is_some] = courses.session_day[courses.session_stop[course[is_some]] - 1]
    n_begun = np.bincount(
        np.searchsorted(patient, courses.patient[courses.has_session]), minlength=len(patient)
    )
    first_day = Timeline.at(courses.first_day, course)
    return Reference(prepared, patient, course, first_day, last, n_begun)


@dataclass(frozen=True)
class Watched:
    """A patient and instrument an entry: points of the kernel in the patient's first course, and what lies in them."""

    points: Points
    spans: Spans

    def place(self, patient: Ints, instrument: Ints) -> Ints:
        own = 2 * self.points.patient + self.points.instrument
        return np.searchsorted(own, 2 * patient + instrument)


def watch(reference: Reference, patient: Ints, instrument: Ints, day: int, policy: Policy) -> Watched:
    """For every patient and instrument among these, each once."""
    pairs = np.unique(2 * patient + instrument)
    whose = pairs // 2
    course = reference.course[reference.place(whose)]
    points = Points(whose, pairs % 2, course, np.full(len(pairs), day))
    prepared = reference.prepared
    return Watched(points, select_spans(prepared.timeline, prepared.courses, points, policy))


def is_after_baseline(reference: Reference, watched: Watched, place: Ints, day: Ints, second: Ints) -> Bools:
    """Whether forms came after the first dose, or, of a patient without one, after the form that is the baseline."""
    timeline, spans = reference.prepared.timeline, watched.spans
    course = watched.points.course
    of_dose = first_dose_moment(
        Timeline.at(reference.prepared.courses.first_day, course),
        Timeline.at(reference.prepared.courses.first_second, course),
    )
    of_form = (timeline.at(timeline.day, spans.baseline), timeline.at(timeline.second, spans.baseline) + 1)
    from_day, from_second = (
        np.where(course != NONE, dose, form)[place] for dose, form in zip(of_dose, of_form, strict=True)
    )
    is_some = (course != NONE) | spans.has_baseline
    return is_some[place] & ((day > from_day) | ((day == from_day) & (second >= from_second)))
