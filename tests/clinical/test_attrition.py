"""Attrition: hand-made people named after their case, and a slow second count of random ones."""

import random

import numpy as np
import pandas as pd
import pytest

from lib.clinical.operations.attrition import (
    DIED,
    MAINTENANCE,
    NO_REASON,
    SILENT,
    STEPS,
    Enrolled,
    derive_stages,
    summarise_attrition,
    summarise_reasons,
)
from lib.clinical.segments import NONE
from lib.clinical.sorting import CountingSessions

AS_OF = 1_000
# name: enrolled; sessions; courses (started, ended, regimen, reason); ended, died, reason; expected stage, left, reason.
CASES = {
    "waits": (990, [], [], (), 0, False, ""),
    "waits 84 days": (916, [], [], (), 0, False, ""),
    "waited 85 days": (915, [], [], (), 0, True, SILENT),
    "one session": (900, [990], [], (), 1, False, ""),
    "silent": (800, [910], [], (), 1, True, SILENT),
    "silent, reason recorded": (800, [910], [], (NONE, NONE, "cost"), 1, True, "cost"),
    "ended without a word": (900, [950, 957], [], (960, NONE, ""), 2, True, NO_REASON),
    "ended, and why": (900, [950, 957], [], (960, NONE, "moved away"), 2, True, "moved away"),
    "ends tomorrow": (900, [950, 957], [], (1_001, NONE, "moved away"), 2, False, ""),
    "course over": (900, [950], [(950, 960, "", "no benefit")], (), 1, True, "no benefit"),
    "course over, next one begun": (
        900,
        [950],
        [(950, 960, "", "no benefit"), (970, NONE, "", "")],
        (),
        1,
        False,
        "",
    ),
    "next one begun long ago": (
        700,
        [750],
        [(750, 760, "", "completed"), (800, NONE, "", "")],
        (),
        1,
        True,
        SILENT,
    ),
    "came back after the end": (700, [720, 950], [], (730, NONE, "cost"), 2, False, ""),
    "died while under way": (900, [990], [], (NONE, 995, "cost"), 1, True, DIED),
    "six": (900, [940, 947, 954, 961, 968, 975], [], (), 6, False, ""),
    "seven": (900, [940, 947, 954, 961, 968, 975, 982], [], (), MAINTENANCE, False, ""),
    "seven, one not yet": (900, [940, 947, 954, 961, 968, 975, 1_001], [], (), 6, False, ""),
    "maintenance early": (
        900,
        [940, 947],
        [(935, NONE, "induction_weekly", ""), (960, NONE, "maintenance", "")],
        (),
        MAINTENANCE,
        False,
        "",
    ),
    "maintenance tomorrow": (900, [940], [(1_001, NONE, "maintenance", "")], (), 1, False, ""),
}


def build(people: list[tuple]) -> Enrolled:
    """people: (enrolled_on, sessions, courses, ends) by key."""
    ends = [tuple(one[3]) or (NONE, NONE, "") for one in people]
    sessions = [(key, day) for key, one in enumerate(people) for day in one[1]]
    given = [(key, *course) for key, one in enumerate(people) for course in one[2]]
    patient, day = np.array(sessions, dtype=np.int64).reshape(-1, 2).T
    return Enrolled(
        pd.DataFrame(
            {
                "patient": range(len(people)),
                "enrolled_on": [one[0] for one in people],
                "ended_on": [end[0] for end in ends],
                "died_on": [end[1] for end in ends],
                "end_reason": pd.Series([end[2] for end in ends], dtype=object),
            }
        ),
        CountingSessions(patient, day, np.full(len(day), NONE)),
        pd.DataFrame(given, columns=["patient", "started_on", "ended_on", "regimen", "end_reason"]),
    )


@pytest.fixture(scope="module")
def stages(policy):
    return derive_stages(build(list(CASES.values())), AS_OF, policy)


def test_every_case_is_where_its_name_says(stages):
    found = stages[["stage", "is_left", "reason"]].to_numpy().tolist()
    assert dict(zip(CASES, found, strict=True)) == {name: list(case[4:]) for name, case in CASES.items()}


def test_every_step_adds_up_and_hands_on(stages):
    steps = summarise_attrition(stages)
    assert (steps["n_reached"] == steps[["n_went_on", "n_under_way", "n_left"]].sum(axis=1)).all()
    assert steps["n_reached"].tolist()[1:] == steps["n_went_on"].tolist()[:-1]
    reasons = summarise_reasons(stages)
    assert (
        reasons.groupby("stage")["n"].sum().reindex(range(len(STEPS)), fill_value=0).tolist()
        == steps["n_left"].tolist()
    )


def slow_stage(one: tuple, policy) -> tuple[int, bool, str]:
    """The same, read off one person's records."""
    enrolled_on, sessions, courses, ends = one
    ended_on, died_on, said = ends or (NONE, NONE, "")
    sessions = sorted(day for day in sessions if day <= AS_OF)
    courses = sorted(course for course in courses if course[0] <= AS_OF)
    stage = min(len(sessions), 6)
    if len(sessions) > 6 or any(course[2] == "maintenance" for course in courses):
        stage = MAINTENANCE
    if NONE < died_on <= AS_OF:
        return stage, True, DIED
    last = sessions[-1] if sessions else NONE
    by_then = [course for course in courses if not sessions or course[0] <= last]
    course = by_then[-1] if by_then else None
    # The first session of the last course: after another course's start, or a long pause without one.
    start = last
    for day in reversed(sessions[:-1]):
        owner = max((one[0] for one in courses if one[0] <= day), default=None)
        if owner != (course[0] if course else None) or (
            course is None and start - day > policy.courses.gap_days
        ):
            break
        start = day
    if courses and courses[-1][0] > last:
        course, start = courses[-1], courses[-1][0]
    is_over = course is not None and NONE < course[1] <= AS_OF
    has_ended = NONE < ended_on <= AS_OF and ended_on >= start
    newest = max([enrolled_on, last, *(one[0] for one in courses[-1:])])
    is_silent = AS_OF - newest > policy.courses.in_treatment_days
    if not (has_ended or is_over or is_silent):
        return stage, False, ""
    own = said if has_ended or is_silent else ""
    of_course = course[3] if course is not None and (is_over or is_silent) else ""
    return stage, True, own or of_course or (NO_REASON if has_ended or is_over else SILENT)


def random_person(rng: random.Random) -> tuple:
    days = sorted({rng.randint(700, 1_010) for _ in range(rng.choice((0, 1, 2, 4, 7, 9)))})
    starts = sorted({rng.randint(690, 1_005) for _ in range(rng.choice((0, 0, 1, 2)))})
    regimens, reasons = ("", "maintenance", "induction_weekly"), ("", "cost", "completed")
    courses = [
        (day, rng.choice((NONE, day + rng.randint(0, 120))), rng.choice(regimens), rng.choice(reasons))
        for day in starts
    ]
    ends = (rng.choice((NONE, rng.randint(700, 1_010))), rng.choice((NONE, NONE, 990)), rng.choice(reasons))
    return rng.randint(690, 1_000), days, courses, ends


def test_random_people_are_counted_as_by_hand(policy):
    rng = random.Random(6)
    people = [random_person(rng) for _ in range(2_000)]
    found = derive_stages(build(people), AS_OF, policy)[["stage", "is_left", "reason"]]
    expected = [slow_stage(one, policy) for one in people]
    assert list(found.itertuples(index=False, name=None)) == expected


def test_nobody_at_all(policy):
    assert summarise_attrition(derive_stages(build([]), AS_OF, policy))["n_reached"].sum() == 0
