"""adverse_events.csv, risk_assessments.csv and contacts.csv."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np

from lib.demo.chance import around, between, happens, pick
from lib.demo.story import DEMO_LAST_DAY, Dose, Form, Row, Story, moment

# [P] shares; the terms are those of evidence 5.6, the first five the commonest of TRANSFORM-2.
TERMS = {
    "Nausea": 0.28, "Dizziness": 0.16, "Dissociation": 0.12, "Vertigo": 0.06, "Dysgeusia": 0.06, "Headache": 0.14,
    "Fatigue": 0.07, "Anxiety": 0.05, "Vomiting": 0.04, "Vision blurred": 0.02, "Somnolence": 1.0,
}  # fmt: skip
SEVERITY = {"mild": 0.82, "moderate": 1.0}  # Swanson: minor and gone within a day
ACTIONS = {"rest": 0.35, "ondansetron": 0.12, "dose kept": 0.15, "none": 1.0}
ASSESSED_AFTER_ITEM_9 = 0.85  # [P] of forms with item 9 above 0
RISK = {"low": 0.7, "moderate": 1.0}
SCREENED_AT_INTAKE = 0.4  # [P]
CALLED_AFTER_MISSED = 0.7  # [P]
ROUTINE_CALL = 0.25  # [P] of patients


def adverse_event_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    """One or two events of a patient who had any, on sessions drawn at random."""
    if not story.has_adverse_event:
        return []
    n_events = 1 + happens(rng, 0.25)
    sessions = rng.permutation(len(story.taken))[:n_events]
    return [_event_row(rng, story, story.taken[session]) for session in sorted(sessions)]


def risk_assessment_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    """A structured assessment at intake for some, and soon after most forms with item 9 above 0."""
    rows = []
    if happens(rng, SCREENED_AT_INTAKE):
        rows.append(_risk_row(rng, story, story.enrolled_on, "low"))
    for form in story.forms:
        if _is_item_9_positive(form, story) and happens(rng, ASSESSED_AFTER_ITEM_9):
            assessed_on = min(form.on + timedelta(days=between(rng, 0, 1)), DEMO_LAST_DAY)
            rows.append(_risk_row(rng, story, assessed_on, pick(rng, RISK)))
    return rows


def contact_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    """A call on the day of a positive item 9, after most missed sessions, and now and then without a cause."""
    days = [(form.on, "item 9 call") for form in story.forms if _is_item_9_positive(form, story)]
    days += [
        (dose.at.date(), "missed session call")
        for dose in story.doses
        if dose.status == "missed" and happens(rng, CALLED_AFTER_MISSED)
    ]
    if story.taken and happens(rng, ROUTINE_CALL):
        days.append((story.taken[-1].at.date(), "check-in"))
    return [_contact_row(rng, story, on, kind) for on, kind in sorted(days)]


def _is_item_9_positive(form: Form, story: Story) -> bool:
    return form.instrument == "PHQ-9" and bool(form.item_9) and not story.totals_only


def _event_row(rng: np.random.Generator, story: Story, dose: Dose) -> Row:
    onset = between(rng, 3, 12) * 5
    return {
        "patient_id": story.person.patient_id,
        "started_at": moment(dose.at + timedelta(minutes=onset)),
        "term": pick(rng, TERMS),
        "severity": pick(rng, SEVERITY),
        "is_serious": "no",
        "onset_min": str(onset),
        "duration_min": str(between(rng, 2, 18) * 10),
        "action_taken": pick(rng, ACTIONS),
        "outcome": "recovered",
    }


def _risk_row(rng: np.random.Generator, story: Story, on: date, result: str) -> Row:
    return {
        "patient_id": story.person.patient_id,
        "assessed_at": moment(_in_office_hours(rng, on)),
        "tool": "C-SSRS screener",
        "result": result,
        "clinician_id": story.person.clinician_id,
    }


def _contact_row(rng: np.random.Generator, story: Story, on: date, kind: str) -> Row:
    return {
        "patient_id": story.person.patient_id,
        "at": moment(_in_office_hours(rng, on)),
        "kind": kind,
        "outcome": pick(rng, {"reached": 0.75, "message left": 0.15, "no answer": 1.0}),
        "clinician_id": story.person.clinician_id,
    }


def _in_office_hours(rng: np.random.Generator, on: date) -> datetime:
    return datetime.combine(on, time(around(rng, 14, 2, 9, 18), between(rng, 0, 59)))
