"""patients.csv and courses.csv."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from lib.demo.chance import between, happens, pick
from lib.demo.story import DEMO_LAST_DAY, Row, Story

SEEN_IN_PERSON = 0.75  # [P]
CEILING_SHARE = 0.15  # [P] patients with a ceiling of their own
CONSENT = {"yes": 0.62, "no": 0.18, "withdrawn": 0.03, "not recorded": 0.07, "": 1.0}
# [P] Beside depression; the source pages name anxiety, PTSD and chronic pain.
ALSO_TREATED_FOR = {"anxiety": 0.38, "ptsd": 0.13, "chronic_pain": 0.09}
PRIOR_TRIALS = {"0": 0.06, "1": 0.14, "2": 0.28, "3": 0.22, "4": 0.12, "5": 0.06, "7": 0.02, "": 1.0}
LETTERS = "ABCDEFGHJKLMNOPRSTVW"


def patient_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    person = story.person
    also = [name for name, share in ALSO_TREATED_FOR.items() if happens(rng, share)]
    seen_on = story.enrolled_on + timedelta(days=between(rng, 0, 6))
    ceiling = max(dose.prescribed_mg for dose in story.doses) if story.doses else 200
    initials = [LETTERS[between(rng, 0, len(LETTERS) - 1)] for _ in range(2)]
    row = {
        "patient_id": person.patient_id,
        "clinic_id": person.clinic.clinic_id,
        "clinician_id": person.clinician_id,
        "initials": "".join(initials),
        "birth_year": str(DEMO_LAST_DAY.year - person.age),
        "sex": person.sex,
        "indication": ";".join(["depression", *also]),
        "prior_antidepressant_trials": pick(rng, PRIOR_TRIALS),
        "enrolled_on": story.enrolled_on.isoformat(),
        "in_person_eval_on": min(seen_on, DEMO_LAST_DAY).isoformat() if happens(rng, SEEN_IN_PERSON) else "",
        "dose_ceiling_mg": str(ceiling + 50 * between(rng, 0, 2)) if happens(rng, CEILING_SHARE) else "",
        "ended_on": story.ended_on.isoformat() if story.ended_on else "",
        "end_reason": story.end_reason,
    }
    return [row | _consent(rng, story)]


def course_rows(_rng: np.random.Generator, story: Story) -> list[Row]:
    """The clinic's own record of the course, from the first session that was taken."""
    if not story.has_course_row:
        return []
    row = {
        "patient_id": story.person.patient_id,
        "started_on": story.taken[0].at.date().isoformat(),
        "regimen": story.regimen,
        "ended_on": story.ended_on.isoformat() if story.ended_on else "",
        "end_reason": story.end_reason,
    }
    return [row]


def _consent(rng: np.random.Generator, story: Story) -> Row:
    answer = pick(rng, CONSENT)
    asked_on = "" if answer in ("", "not recorded") else story.enrolled_on.isoformat()
    return {"research_consent": answer, "research_consent_on": asked_on}
