"""Made-up cohorts in weekly courses through the kernel: which efficacy rules have held by each look."""

from collections.abc import Iterable

import numpy as np

from lib.clinical.histories import Histories, Prepared, prepare
from lib.clinical.instruments import BY_CODE, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.reference import Reference
from lib.clinical.rules.replay import Ground, judge_points
from lib.clinical.scoring import score_forms
from lib.clinical.segments import NONE
from lib.clinical.sorting import CountingSessions, Forms, GivenCourses
from lib.clinical.spans import Points
from lib.clinical.standing import assess_columns

# A day is days since 1970: any Monday. A dose each week, and a form the day before the next one.
DAY_0 = 20_000
FORM_AFTER_DAYS = 6


def prepare_weekly(totals: np.ndarray, policy: Policy) -> Prepared:
    """totals: patients × (baseline, after session 1, 2 …), NONE where nobody answered."""
    n, n_looks = totals.shape
    sessions = n_looks - 1
    patient, look = np.nonzero(totals != NONE)
    day = np.where(look == 0, DAY_0 - 1, DAY_0 + 7 * (look - 1) + FORM_AFTER_DAYS)
    nobody_said = np.full((len(patient), 9), NONE)
    scores = score_forms(np.zeros(len(patient), dtype=np.int64), nobody_said, totals[patient, look], policy)
    times = np.full(len(patient), NONE)
    every, none = np.ones(n, dtype=bool), np.zeros(0, dtype=np.int64)
    histories = Histories(
        Forms(patient, np.zeros(len(patient), dtype=np.int64), day, times, scores),
        CountingSessions(
            np.repeat(np.arange(n), sessions),
            np.tile(DAY_0 + 7 * np.arange(sessions), n),
            np.full(n * sessions, NONE),
        ),
        GivenCourses(none, none, none),
        np.full(n, NONE),
        {one.code: every & (one is PHQ9) for one in BY_CODE},
    )
    return prepare(histories, policy)


def held_by_look(
    totals: np.ndarray, rules: Iterable[str], reference: Reference, policy: Policy
) -> dict[str, np.ndarray]:
    """By rule, patients × looks: whether it has held on the day of that look or before."""
    prepared, (n, n_looks) = prepare_weekly(totals, policy), totals.shape
    held = {rule: np.zeros((n, n_looks), dtype=bool) for rule in rules}
    every = np.arange(n)
    for look in range(1, n_looks):
        day = np.full(n, DAY_0 + 7 * (look - 1) + FORM_AFTER_DAYS)
        points = Points(every, np.zeros(n, dtype=np.int64), every, day)
        rows = assess_columns(prepared, points, policy)
        judged = judge_points(Ground(prepared, reference), points, rows, policy)
        for rule, found in held.items():
            found[judged.found(rule)["owner"], look] = True
    return {rule: np.logical_or.accumulate(found, axis=1) for rule, found in held.items()}
