"""The planted patients of the demo: each is there for one reason, and its identifier says which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from lib.demo.case import Case
from lib.demo.cases_outcome import OUTCOME_CASES
from lib.demo.cases_safety import SAFETY_CASES
from lib.demo.chance import PLANTED, between, pick, stream
from lib.demo.clinics import CLINICS
from lib.demo.story import Person, Row, Story

_ALL = (*SAFETY_CASES, *OUTCOME_CASES)

CASES: dict[str, str] = {case.patient_id: case.sentence for case in _ALL}
"""patient_id of a planted patient -> what is to be seen on that patient, in one sentence."""

ENROLLED_DAYS_BEFORE = 5


def planted_stories(seed: int) -> Iterator[Story]:
    """A story a case; the seed moves only what the case leaves open (age, clinic's habits, readings)."""
    for number, case in enumerate(_ALL):
        yield _story(stream(seed, PLANTED, number), case, number)


def _story(rng: np.random.Generator, case: Case, number: int) -> Story:
    clinic = CLINICS[number % len(CLINICS)]
    clinician = clinic.clinicians[number % len(clinic.clinicians)]
    sex = pick(rng, {"female": 0.5, "male": 1.0})
    doses, forms = case.taken_and_missed(_calm(rng)), case.forms()
    earliest = min([dose.at.date() for dose in doses] + [form.on for form in forms])
    return Story(
        person=Person(case.patient_id, clinic, clinician, between(rng, 26, 62), sex),
        enrolled_on=earliest - timedelta(days=ENROLLED_DAYS_BEFORE),
        regimen=case.regimen,
        doses=doses,
        forms=forms,
        has_course_row=case.has_course_row,
        totals_only=case.totals_only,
        more_rows=case.more_rows,
    )


def _calm(rng: np.random.Generator) -> Row:
    """Readings of a last session that no rule looks at: a planted patient is there for one reason only."""
    sbp, dbp = between(rng, 108, 130), between(rng, 66, 82)
    return {
        "sbp_pre_mmhg": str(sbp),
        "dbp_pre_mmhg": str(dbp),
        "sbp_40_mmhg": str(sbp + between(rng, 3, 14)),
        "dbp_40_mmhg": str(dbp + between(rng, 1, 9)),
        "sbp_120_mmhg": "",
        "dbp_120_mmhg": "",
        "sedation_moaas": pick(rng, {"4": 0.4, "5": 1.0}),
    }
