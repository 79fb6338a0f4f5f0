"""What one random patient answers on a day: the cohort's totals, some of them with blanks."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, time

import numpy as np

from lib.demo.chance import around, between, happens, pick
from lib.demo.cohort import Cohort
from lib.demo.looks import Steps
from lib.demo.recipe import N_WEEKS_AFTER
from lib.demo.story import Form

FORM_WITHOUT_TIME = 0.15  # [P] typed in from paper
GAD7_NOT_GIVEN = 0.04  # [P]
BLANKS = {1: 0.018, 2: 0.006, 3: 0.004, 0: 1.0}  # [P] items left blank on one form


def forms_on(
    rng: np.random.Generator, cohort: Cohort, row: int, steps: Steps, days: list[date]
) -> tuple[Form, ...]:
    """PHQ-9 and mostly GAD-7 of each day."""
    forms: list[Form] = []
    for on in days:
        phq9, gad7, item_9 = true_answers(cohort, row, steps, on)
        at_time = None if happens(rng, FORM_WITHOUT_TIME) else _time_of_day(rng)
        forms.append(_phq9_form(rng, on, at_time, phq9, item_9))
        if not happens(rng, GAD7_NOT_GIVEN):
            forms.append(_gad7_form(rng, on, at_time, gad7))
    return tuple(forms)


def true_answers(cohort: Cohort, row: int, steps: Steps, on: date) -> tuple[int, int, int]:
    """PHQ-9 total, GAD-7 total and item 9 of a day: by session in the induction, by week after it."""
    end = steps.induction_end
    n_weeks = (on - end).days // 7 if end else 0
    if n_weeks > 0:
        after = row, min(n_weeks, N_WEEKS_AFTER) - 1
        return int(cohort.phq9_after[after]), int(cohort.gad7_after[after]), int(cohort.item_9_after[after])
    at = row, min(bisect_left(steps.days, on), steps.n_induction)
    return int(cohort.phq9[at]), int(cohort.gad7[at]), int(cohort.item_9[at])


def _phq9_form(rng: np.random.Generator, on: date, at_time: time | None, total: int, item_9: int) -> Form:
    n_blank = pick(rng, BLANKS)
    if n_blank and happens(rng, n_blank / 9):
        return Form("PHQ-9", on, at_time, min(total - item_9, 3 * (9 - n_blank)), None, n_blank - 1)
    return Form("PHQ-9", on, at_time, min(total, item_9 + 3 * (8 - n_blank)), item_9, n_blank)


def _gad7_form(rng: np.random.Generator, on: date, at_time: time | None, total: int) -> Form:
    n_blank = pick(rng, BLANKS)
    return Form("GAD-7", on, at_time, min(total, 3 * (7 - n_blank)), n_blank=n_blank)


def _time_of_day(rng: np.random.Generator) -> time:
    return time(around(rng, 11, 3, 7, 21), between(rng, 0, 59))
