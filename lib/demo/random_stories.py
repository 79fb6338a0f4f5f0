"""One story a row of the cohort: the cohort knows what happens, the story when, and what was recorded of it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from lib.demo.answers import forms_on
from lib.demo.chance import between, happens, pick
from lib.demo.clinics import SHARE_OF_PATIENTS
from lib.demo.cohort import Cohort
from lib.demo.looks import Steps, look_days
from lib.demo.schedule import Plan, plan_doses
from lib.demo.story import DEMO_LAST_DAY, Dose, Person, Story

FIRST_DAYS_BACK = (-6, 270)  # nine months of starts; those still to come have a baseline and no dose
REGIMENS = {"induction_q3d": 0.07, "daily_low_dose": 0.04, "induction_weekly": 1.0}  # [P]
STILL_EXPECTED_DAYS = 35  # a pause longer than this has ended the course
END_IS_RECORDED = 0.7  # [P] of courses that ended
COURSE_ROW_SHARE = 0.3  # [P] of courses still going on
TOTALS_ONLY_SHARE = 0.015  # [P] patients whose forms came from a source without items
LEFT_EARLY = {"cost": 0.35, "moved away": 0.15, "side effects": 0.2, "lost contact": 1.0}
STAYED_TO_THE_END = {"completed": 0.8, "cost": 0.1, "moved away": 1.0}
WITHOUT_RESPONSE = {"no benefit": 0.6, "side effects": 0.1, "cost": 1.0}


def tell_story(rng: np.random.Generator, cohort: Cohort, row: int, patient_id: str) -> Story:
    """The story of the cohort's patient `row`."""
    regimen = pick(rng, REGIMENS)
    is_daily = regimen == "daily_low_dose"
    first_day = DEMO_LAST_DAY - timedelta(days=between(rng, *FIRST_DAYS_BACK))
    n_induction = int(cohort.n_induction[row])  # sessions, or weeks of daily doses
    halved = 2 * cohort.phq9[row, 1:] <= cohort.phq9[row, 0]
    plan = Plan(regimen, first_day, n_induction, bool(cohort.is_maintained[row]), tuple(halved.tolist()))
    doses = plan_doses(rng, plan)
    steps = Steps(_step_days(doses, is_daily), n_induction)
    goes_on_answering = not plan.is_maintained and bool(halved[n_induction - 1])
    forms = forms_on(rng, cohort, row, steps, look_days(rng, first_day, steps, goes_on_answering))
    ended_on, end_reason = _draw_end(rng, steps, bool(halved[n_induction - 1]))
    earliest = min([form.on for form in forms] + [first_day, DEMO_LAST_DAY])
    return Story(
        person=_draw_person(rng, patient_id, int(cohort.age[row])),
        enrolled_on=earliest - timedelta(days=between(rng, 0, 9)),
        regimen=regimen,
        doses=doses,
        forms=forms,
        ended_on=ended_on,
        end_reason=end_reason,
        has_course_row=ended_on is not None or (bool(doses) and happens(rng, COURSE_ROW_SHARE)),
        has_adverse_event=bool(cohort.has_adverse_event[row]),
        totals_only=happens(rng, TOTALS_ONLY_SHARE),
    )


def _step_days(doses: tuple[Dose, ...], is_daily: bool) -> tuple[date, ...]:
    """Sessions that counted; of daily doses, one day a week stands for the sessions of a weekly course."""
    days = [dose.at.date() for dose in doses if dose.counts]
    if not is_daily or not days:
        return tuple(days)
    return tuple(days[0] + timedelta(days=7 * week) for week in range((days[-1] - days[0]).days // 7 + 1))


def _draw_end(rng: np.random.Generator, steps: Steps, is_halved: bool) -> tuple[date | None, str]:
    """When and why the course ended, if it did and the clinic wrote it down."""
    has_ended = bool(steps.days) and (DEMO_LAST_DAY - steps.days[-1]).days > STILL_EXPECTED_DAYS
    if not has_ended or not happens(rng, END_IS_RECORDED):
        return None, ""
    stayed = STAYED_TO_THE_END if is_halved else WITHOUT_RESPONSE
    ended_on = steps.days[-1] + timedelta(days=between(rng, 8, 30))
    return ended_on, pick(rng, stayed if steps.induction_end else LEFT_EARLY)


def _draw_person(rng: np.random.Generator, patient_id: str, age: int) -> Person:
    clinic = pick(rng, SHARE_OF_PATIENTS)
    clinician = clinic.clinicians[between(rng, 0, len(clinic.clinicians) - 1)]
    sex = pick(rng, {"female": 0.53, "male": 0.45, "other": 1.0})
    return Person(patient_id, clinic, clinician, age, sex)
