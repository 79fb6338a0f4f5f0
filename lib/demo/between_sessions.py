"""integration_events.csv, observations.csv, medications.csv, diagnoses.csv and events.csv."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np

from lib.demo.chance import around, between, happens, pick
from lib.demo.story import Dose, Row, Story, is_within_demo, moment

PRACTICES = {"journaling": 0.45, "reflection": 0.30, "therapy": 1.0}
MINUTES = {"journaling": (10, 40), "reflection": (10, 30), "therapy": (45, 55)}
TAGS = ("relief", "new_perspective", "fewer_intrusive_thoughts", "engagement")  # the words of the source page
PRACTISES_SHARE = 0.7  # [P] of patients; of their sessions, the share below
PRACTISED_AFTER = 0.55  # [P]
DAYS_AFTER = {1: 0.5, 2: 0.3, 3: 0.12, 5: 1.0}  # [P] most within 72 hours, the window of the source page
WEIGHT_KG = {"female": (72, 14), "male": (86, 14), "other": (78, 14)}
MEDICATIONS = {
    "sertraline": ("ssri", 0.18), "escitalopram": ("ssri", 0.14), "venlafaxine": ("snri", 0.12),
    "bupropion": ("ndri", 0.14), "mirtazapine": ("nassa", 0.06), "lamotrigine": ("anticonvulsant", 0.05),
    "lorazepam": ("benzodiazepine", 0.07), "clonazepam": ("benzodiazepine", 0.04), "methylphenidate": ("stimulant", 0.05),
    "oxycodone": ("opioid", 0.02), "phenelzine": ("maoi", 0.01), "lisinopril": ("antihypertensive", 0.08),
}  # fmt: skip
DEPRESSION_CODES = {"F33.1": 0.34, "F33.2": 0.34, "F32.1": 0.14, "F32.2": 0.08, "F34.1": 1.0}
OTHER_CODES = {"F41.1": 0.30, "F43.10": 0.12, "G89.4": 0.08, "F31.81": 0.01}
EVENTS = {
    "antidepressant changed": 0.30, "bereavement": 0.10, "new job": 0.15, "moved house": 0.10, "separation": 0.10,
    "started psychotherapy": 0.20, "flu": 1.0,
}  # fmt: skip
EVENT_SHARE = 0.14  # [P] of patients


def integration_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    if not happens(rng, PRACTISES_SHARE):
        return []
    after = [dose for dose in story.taken[:: 7 if story.is_daily else 1] if happens(rng, PRACTISED_AFTER)]
    rows = [_practice_row(rng, story, dose) for dose in after]
    return [row for row in rows if is_within_demo(date.fromisoformat(row["at"][:10]))]


def observation_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    """Weight at enrolment and now and then; liver values for some; a bladder question each month of treatment."""
    mean, sd = WEIGHT_KG[story.person.sex]
    weight = around(rng, 10 * mean, 10 * sd, 450, 1400)
    rows = []
    if happens(rng, 0.85):
        rows.append(_observation(rng, story, story.enrolled_on, "weight_kg", f"{weight / 10:.1f}"))
    if happens(rng, 0.20):
        rows.append(_observation(rng, story, story.enrolled_on, "alt_u_l", str(around(rng, 24, 8, 9, 52))))
        rows.append(_observation(rng, story, story.enrolled_on, "ggt_u_l", str(around(rng, 27, 10, 8, 60))))
    if story.person.sex == "female" and story.person.age < 50 and happens(rng, 0.5):
        rows.append(_observation(rng, story, story.enrolled_on, "pregnancy", "no"))
    for dose in _one_a_month(story):
        weight += between(rng, -8, 8)
        if happens(rng, 0.4):
            rows.append(_observation(rng, story, dose.at.date(), "weight_kg", f"{weight / 10:.1f}"))
        if happens(rng, 0.6):
            answer = "yes" if happens(rng, 0.01) else "no"
            rows.append(_observation(rng, story, dose.at.date(), "urinary_symptoms", answer))
    return rows


def medication_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    return [
        {
            "patient_id": story.person.patient_id,
            "name": name,
            "class": drug_class,
            "started_on": (story.enrolled_on - timedelta(days=between(rng, 30, 900))).isoformat(),
            "ended_on": "",
        }
        for name, (drug_class, share) in MEDICATIONS.items()
        if happens(rng, share)
    ]


def diagnosis_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    others = [code for code, share in OTHER_CODES.items() if happens(rng, share)]
    return [
        {
            "patient_id": story.person.patient_id,
            "code": code,
            "onset_on": (story.enrolled_on - timedelta(days=between(rng, 60, 3000))).isoformat(),
        }
        for code in (pick(rng, DEPRESSION_CODES), *others)
    ]


def event_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    if not (story.taken and happens(rng, EVENT_SHARE)):
        return []
    dose = story.taken[between(rng, 0, len(story.taken) - 1)]
    text = pick(rng, EVENTS)
    return [{"patient_id": story.person.patient_id, "on": dose.at.date().isoformat(), "text": text}]


def _one_a_month(story: Story) -> tuple[Dose, ...]:
    return story.taken[4 :: 28 if story.is_daily else 4]


def _practice_row(rng: np.random.Generator, story: Story, dose: Dose) -> Row:
    practice = pick(rng, PRACTICES)
    on = dose.at.date() + timedelta(days=pick(rng, DAYS_AFTER))
    at = datetime.combine(on, time(between(rng, 8, 21), between(rng, 0, 59)))
    tags = [tag for tag in TAGS if happens(rng, 0.3)]
    return {
        "patient_id": story.person.patient_id,
        "at": moment(at),
        "practice": practice,
        "minutes": str(between(rng, *MINUTES[practice])),
        "tags": ";".join(tags),
    }


def _observation(rng: np.random.Generator, story: Story, on: date, kind: str, value: str) -> Row:
    at = datetime.combine(on, time(around(rng, 10, 1, 8, 12), between(rng, 0, 59)))
    return {"patient_id": story.person.patient_id, "observed_at": moment(at), "kind": kind, "value": value}
