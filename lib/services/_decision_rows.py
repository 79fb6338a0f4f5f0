"""The rows of a dose review: who did something for whom and when, and what was answered."""

import json
from collections.abc import Sequence
from typing import Any

from lib.clinical.decision_answers import Answers
from lib.services import _clock
from lib.services._people import read_people
from lib.services._standing import today
from lib.services.access import Actor
from lib.store.engine import Transaction


def say_by(connection: Transaction, actor: Actor, patient_key: int) -> dict[str, Any]:
    """clinic_key, patient_key, actor, happened_at, on_day of somebody in the actor's clinics."""
    people = read_people(connection, actor, [patient_key])
    return {
        "clinic_key": int(people.loc[patient_key, "clinic_key"]),
        "patient_key": patient_key,
        "actor": actor.name,
        "happened_at": _clock.seconds(_clock.now()),
        "on_day": _clock.day_number(today(connection)),
    }


def describe_answers(answers: Answers, asked: Sequence[str]) -> dict[str, Any]:
    """The answers in the columns of the table. asked: about the doses, and answered by typing the new one again."""
    checklist = {
        "checks": dict(answers.checks),
        "absent": sorted(answers.absent),
        "present": sorted(answers.present),
        "asked": list(asked),
    }
    return {
        "options": json.dumps(sorted(answers.options)),
        "reasons": json.dumps(sorted(answers.reasons)),
        "checklist": json.dumps(checklist),
        "note": answers.note.strip(),
        "review_by": answers.review_by,
        "old_dose_mg": answers.old_dose_mg,
        "new_dose_mg": answers.new_dose_mg,
        "old_interval_days": answers.old_interval_days,
        "new_interval_days": answers.new_interval_days,
    }
