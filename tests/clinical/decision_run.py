"""Decisions and lives of the slow twin through lib.clinical.decisions."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from slow_decisions import Decision, Life

from lib.clinical.courses import derive_courses
from lib.clinical.decision_records import TARGETS, Dated, Decisions, Followed
from lib.clinical.decisions import derive_outcomes
from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.policy import Policy
from lib.clinical.scoring import score_forms
from lib.clinical.segments import NONE
from lib.clinical.sorting import CountingSessions, Forms, GivenCourses
from lib.clinical.trajectory import build_timeline


def _ints(values) -> np.ndarray:
    return np.array([NONE if value is None else value for value in values], dtype=np.int64)


def run(decisions: Sequence[Decision], lives: Mapping[str, Life], as_of: int, policy: Policy) -> pd.DataFrame:
    """The kernel's rows; records dated after as_of are not handed to it."""
    keys = {name: number for number, name in enumerate(sorted(lives), start=3)}
    followed = _follow(keys, lives, as_of, policy)
    code = {None: None} | {name: one.code for name, one in INSTRUMENTS.items()}
    arrays = Decisions(
        number=_ints(one.number for one in decisions),
        patient=_ints(keys[one.patient] for one in decisions),
        on_day=_ints(one.on_day for one in decisions),
        review_by=_ints(one.review_by for one in decisions),
        last_day=_ints(one.last_day for one in decisions),
        target=_ints(TARGETS.index(one.target) for one in decisions),
        instrument=_ints(code[one.instrument if one.target == "score" else None] for one in decisions),
        points=_ints(one.points for one in decisions),
        from_total=_ints(one.falls_from for one in decisions),
        new_dose_mg=np.array([np.nan if d.new_dose_mg is None else d.new_dose_mg for d in decisions]),
        is_stop=np.array([one.is_stop for one in decisions], dtype=bool),
        signed_at=_ints(one.signed_at for one in decisions),
    )
    return derive_outcomes(arrays, followed, as_of)


def _follow(keys: Mapping[str, int], lives: Mapping[str, Life], as_of: int, policy: Policy) -> Followed:
    def dated(days) -> Dated:
        rows = [(keys[name], day) for name, life in lives.items() for day in days(life) if day <= as_of]
        return Dated(_ints(key for key, _ in rows), _ints(day for _, day in rows))

    doses = [(keys[n], *dose) for n, life in lives.items() for dose in life.doses if dose[0] <= as_of]
    sessions = Dated(_ints(dose[0] for dose in doses), _ints(dose[1] for dose in doses))
    # A time of day for each: the first dose of a course stands at noon.
    counting = CountingSessions(sessions.patient, sessions.day, np.full(len(doses), 43_200))
    none = np.array([], dtype=np.int64)
    courses = derive_courses(counting, GivenCourses(none, none, none), policy)
    return Followed(
        timeline=build_timeline(_forms(keys, lives, as_of, policy), courses),
        sessions=sessions,
        session_mg=np.array([dose[2] for dose in doses], dtype=float),
        session_second=_ints(dose[3] for dose in doses),
        referrals=dated(lambda life: life.referrals),
        visits=dated(lambda life: [*life.visits, *(dose[0] for dose in life.doses)]),
        looks=dated(lambda life: life.looks),
    )


def _forms(keys: Mapping[str, int], lives: Mapping[str, Life], as_of: int, policy: Policy) -> Forms:
    """Items that make the total; a prorated one has (high - low) / 3 of them blank."""
    rows = [(keys[name], form) for name, life in lives.items() for form in life.forms if form.day <= as_of]
    codes = _ints(INSTRUMENTS[form.instrument].code for _, form in rows)
    items = np.array([_items(form) for _, form in rows], dtype=np.int64).reshape(len(rows), 9)
    return Forms(
        _ints(key for key, _ in rows),
        codes,
        _ints(form.day for _, form in rows),
        _ints(21_600 + 3600 * form.order for _, form in rows),
        score_forms(codes, items, np.full(len(rows), NONE), policy),
    )


def _items(form) -> list[int]:
    n_items = INSTRUMENTS[form.instrument].n_items
    n_blank = (form.high - form.low) // 3
    answers, left = [], form.low
    for _ in range(n_items - n_blank):
        answers.append(min(3, left))
        left -= answers[-1]
    assert left == 0, f"{form} cannot be filled in"
    return answers + [NONE] * (9 - len(answers))
