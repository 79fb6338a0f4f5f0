"""What each form of one patient is used for: the baseline of a course, a follow-up of one, or neither (definitions.md 4)."""

import numpy as np

from lib.clinical.courses import Courses
from lib.clinical.instruments import BY_CODE
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.sorting import INSTRUMENT
from lib.clinical.spans import Points, select_spans
from lib.clinical.trajectory import Timeline, first_dose_moment

# Of a form: instrument (code), day, second.
Moment = tuple[int, int, int]
# Wider than any second of a day, and than what stands for an unknown one.
_DAY_WIDTH = 1 << 18


def moments_in_force(timeline: Timeline) -> list[Moment]:
    """Of each form in force, in the order of the timeline."""
    code = timeline.layout.unpack(timeline.keys, INSTRUMENT)
    return list(zip(code.tolist(), timeline.day.tolist(), timeline.second.tolist(), strict=True))


def name_baselines(
    patient: int, timeline: Timeline, courses: Courses, as_of: int, policy: Policy
) -> dict[Moment, str]:
    """By form in force the courses whose baseline it is: "1", "2", "1 and 2". Of a patient without a dose the one that the policy
    may choose is that of course 1."""
    if not len(timeline.keys):
        return {}
    begun = np.flatnonzero(courses.has_session)
    course, number = (begun, courses.number[begun]) if len(begun) else (np.array([NONE]), np.array([1]))
    course, number = (np.repeat(one, len(BY_CODE)) for one in (course, number))
    code = np.resize([one.code for one in BY_CODE], len(course))
    points = Points(np.full(len(course), patient), code, course, np.full(len(course), as_of))
    place = select_spans(timeline, courses, points, policy).baseline
    moments = moments_in_force(timeline)
    found: dict[Moment, list[str]] = {}
    for form, of_course in zip(place.tolist(), number.tolist(), strict=True):
        if form != NONE:
            found.setdefault(moments[form], []).append(str(of_course))
    return {key: " and ".join(numbers) for key, numbers in found.items()}


def compare_with_doses(day: Ints, second: Ints, courses: Courses) -> tuple[Bools, Bools]:
    """Whether forms of these moments come before the first dose of any course; whether after that of one and before the next
    one's day 0. courses: of one patient."""
    begun = np.flatnonzero(courses.has_session)
    first_day, first_second = first_dose_moment(courses.first_day[begun], courses.first_second[begun])
    place = (
        np.searchsorted(first_day * _DAY_WIDTH + first_second, day * _DAY_WIDTH + second, side="right") - 1
    )
    end = np.append(courses.next_first_day[begun], NONE)[place]
    is_before = place < 0
    return is_before, ~is_before & ((end == NONE) | (day < end))
