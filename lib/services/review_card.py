"""The card of a dose review: twelve points from the record, and when each contraindication was last asked about."""

import json
from dataclasses import dataclass

import pandas as pd

from lib.services import _clock
from lib.services import _review_care as care
from lib.services import _review_scores as scores
from lib.services._contraindications import Asked, read_asked
from lib.services._followed import follow
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import Store
from lib.services.patients import read_patient
from lib.store import decisions


@dataclass(frozen=True)
class Point:
    """number: as in the physician's checklist. lines: from the record, never empty; what is missing is "not recorded"."""

    number: int
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class ReviewCard:
    points: tuple[Point, ...]
    asked: tuple[Asked, ...]


@permitted(Permission.SEE_PATIENTS)
def read_review_card(actor: Actor, store: Store, patient_key: int) -> ReviewCard:
    """Raises NotFoundError, with the same words for another clinic's patient and for nobody."""
    page = read_patient(actor, store, patient_key)
    with store.read() as connection:
        rows = decisions.read_decisions(connection, None, [patient_key])
        signed = follow(connection, rows, _clock.day_number(page.history.as_of), page.policy)
    newest = signed.to_dict("records")[-1] if len(signed) else None
    said = (
        ("Scores", scores.say_scores(page)),
        ("Trajectory and dose steps", scores.say_trajectory(page)),
        ("Doses", scores.say_doses(page)),
        ("Technique", care.say_how_taken(page)),
        ("Blood pressure, oxygen, sedation", care.say_measured(page)),
        ("Adverse events", care.say_adverse(page)),
        ("Bladder, liver, medicines", care.say_body(page)),
        ("Supervision", care.say_supervision(page)),
        ("Integration", care.say_integration(page)),
        ("Earlier treatment", care.say_earlier_treatment(page)),
        ("Alternatives considered", _say_alternatives(signed)),
        ("Decision", care.say_decided(newest and {**newest, "codes": json.loads(newest["options"])})),
    )
    points = tuple(Point(number, label, lines) for number, (label, lines) in enumerate(said, start=1))
    return ReviewCard(points, read_asked(rows))


def _say_alternatives(signed: pd.DataFrame) -> tuple[str, ...]:
    if signed.empty or not str(signed["note"].iloc[-1]):
        return ("not recorded; the note of a decision has room for it",)
    return (f"Note of the last decision: {signed['note'].iloc[-1]}",)
