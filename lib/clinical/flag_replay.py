"""History looked at once a week, as it stood on each of those days: whom the rules on totals would have put up for review."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.dose_review import DOSE_REVIEW, classify_card
from lib.clinical.histories import Prepared
from lib.clinical.policy import Policy
from lib.clinical.reference import nobody
from lib.clinical.rules.efficacy import rate_efficacy
from lib.clinical.rules.follow_up import is_in_treatment
from lib.clinical.rules.further_efficacy import FURTHER_EFFICACY_RULES, RULES_OF_TREATMENT, rate_further
from lib.clinical.rules.replay import Ground, judge_points
from lib.clinical.segments import NONE, Bools, Ints, Layout, begins_run, columns_of, expand, limits_of
from lib.clinical.spans import Points
from lib.clinical.standing import assess

DAYS_BETWEEN_LOOKS = 7


@dataclass(frozen=True)
class Cohort:
    """Patients who began a course from a day on, each with the first of them; arrays by patient.

    course: a row of Courses. last_day: the day before the next course begins, or as_of. n_later: later courses, not looked at.
    """

    from_day: int
    as_of: int
    patient: Ints
    course: Ints
    day_0: Ints
    last_day: Ints
    n_later: int


def select_cohort(prepared: Prepared, from_day: int, as_of: int) -> Cohort:
    """Whoever began a course from from_day to as_of."""
    courses = prepared.courses
    begun = np.flatnonzero(
        courses.has_session & (courses.first_day >= from_day) & (courses.first_day <= as_of)
    )
    is_first = begins_run(courses.patient[begun])
    chosen = begun[is_first]
    next_day = courses.next_first_day[chosen]
    last_day = np.where(next_day == NONE, as_of, np.minimum(next_day - 1, as_of))
    n_later = int((~is_first).sum())
    return Cohort(
        from_day, as_of, courses.patient[chosen], chosen, courses.first_day[chosen], last_day, n_later
    )


def select_looks(cohort: Cohort) -> tuple[Ints, Ints]:
    """(patient, day): every week's look, counted back from as_of, that falls into a course."""
    first = -((cohort.as_of - cohort.day_0) // DAYS_BETWEEN_LOOKS)
    last = -((cohort.as_of - cohort.last_day + DAYS_BETWEEN_LOOKS - 1) // DAYS_BETWEEN_LOOKS)
    week, owner = expand(first, last + 1)
    return cohort.patient[owner], cohort.as_of + DAYS_BETWEEN_LOOKS * week


def replay_looks(prepared: Prepared, looks: tuple[Ints, Ints], policy: Policy) -> pd.DataFrame:
    """patient, look (day), instrument, rule: what stood on the card "Dose review" at these looks, by the rules on totals."""
    points = _points_at(prepared, *looks)
    rows = assess(prepared, points, policy)
    # One reference for every week would know what came later: the rule on the expected course stays out.
    judged = judge_points(Ground(prepared, nobody()), points, columns_of(rows), policy)
    treated = is_in_treatment(rows, policy)
    found = []
    for rule in judged.holds:
        held = pd.DataFrame(judged.found(rule))
        rate = rate_further if rule in FURTHER_EFFICACY_RULES else rate_efficacy
        held = held.assign(rule=rule, severity=rate(rule, held, policy))
        is_asked = treated[held["owner"]] if rule in RULES_OF_TREATMENT else np.ones(len(held), dtype=bool)
        found.append(held[is_asked & _is_for_review(held)])
    every = pd.concat(found, ignore_index=True)
    # A second row of a point stands as of its last firm form: the look is the point's own day.
    every = every.assign(look=points.as_of[every["owner"]])
    return every[["patient", "look", "instrument", "rule"]]


def _is_for_review(held: pd.DataFrame) -> Bools:
    return (classify_card(held) == DOSE_REVIEW).to_numpy()


def _points_at(prepared: Prepared, patient: Ints, day: Ints) -> Points:
    """Each patient's course on a day, the last one begun, with every instrument that the clinic collects."""
    courses = prepared.courses
    begun = np.flatnonzero(courses.has_session)
    layout = Layout.covering(
        limits_of(courses.patient[begun], patient), limits_of(courses.first_day[begun], day)
    )
    starts = layout.pack(courses.patient[begun], courses.first_day[begun])
    position = np.searchsorted(starts, layout.pack(patient, day), side="right") - 1
    index = begun[np.maximum(position, 0)] if len(begun) else position
    is_begun = (position >= 0) & (courses.patient[index] == patient) if len(begun) else position >= 0
    parts = [np.flatnonzero(is_begun & is_collected[patient]) for is_collected in prepared.collects.values()]
    chosen = np.concatenate(parts)
    code = np.repeat(list(prepared.collects), [len(part) for part in parts]).astype(np.int64)
    return Points(patient[chosen], code, index[chosen], day[chosen])
