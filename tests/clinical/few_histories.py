"""Histories of a few patients, written as the days of their dosing sessions and PHQ-9 forms; every form has a total of 12,
or is given one."""

from collections.abc import Sequence

import numpy as np

from lib.clinical.histories import Histories, Prepared, prepare
from lib.clinical.instruments import BY_CODE, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.scoring import score_forms
from lib.clinical.segments import NONE
from lib.clinical.sorting import CountingSessions, Forms, GivenCourses

Days = Sequence[int]


def prepare_few(
    cases: Sequence[tuple[Days, Days]],
    as_of: int,
    policy: Policy,
    *,
    collects_gad7: bool = False,
    totals: Sequence[int] = (),
) -> Prepared:
    """cases: by patient key (session days, form days). Times of day are unknown. totals: of the forms in their order."""
    session, form = (
        np.array([(key, day) for key, case in enumerate(cases) for day in case[part]], dtype=np.int64)
        .reshape(-1, 2)
        .T
        for part in (0, 1)
    )
    n, codes = len(form[0]), np.full(len(form[0]), PHQ9.code)
    scores = score_forms(codes, np.full((n, 9), NONE), np.array(totals or [12] * n), policy)
    none = np.zeros(0, dtype=np.int64)
    everybody = np.ones(len(cases), dtype=bool)
    histories = Histories(
        Forms(form[0], codes, form[1], np.full(n, NONE), scores),
        CountingSessions(session[0], session[1], np.full(len(session[0]), NONE)),
        GivenCourses(none, none, none),
        np.full(len(cases), NONE),
        {one.code: everybody & (one is PHQ9 or collects_gad7) for one in BY_CODE},
    )
    return prepare(histories.to_day(as_of), policy)
