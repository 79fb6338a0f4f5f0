"""assessments.csv: item answers that sum to each form's total."""

from __future__ import annotations

import numpy as np

from lib.clinical.instruments import INSTRUMENTS, MAX_ANSWER
from lib.demo.chance import happens, pick
from lib.demo.story import Form, Row, Story
from lib.demo.totals import Floats, Ints

# [P] How readily an item is answered above 0 (lower: sooner); no item distribution was found. Mood and interest
# persist longest (Mathai 2024), sleep and energy lead most clinic samples, psychomotor change is rare.
PHQ9_RELUCTANCE = np.array([-0.10, -0.10, -0.20, -0.25, 0.05, 0.0, 0.0, 0.35])
GAD7_RELUCTANCE = np.array([-0.15, -0.05, -0.20, -0.05, 0.20, 0.0, 0.15])
PERSONAL_SPREAD = 0.25  # a patient's own profile, the same on each form
PATIENT_MODES = {"app": 0.6, "web": 1.0}
STAFF_MODES = {"phone": 0.5, "paper": 1.0}


def assessment_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    reluctance = {
        "PHQ-9": PHQ9_RELUCTANCE + PERSONAL_SPREAD * rng.standard_normal(8),
        "GAD-7": GAD7_RELUCTANCE + PERSONAL_SPREAD * rng.standard_normal(7),
    }
    language = pick(rng, {"es": 0.06, "en": 1.0})
    usual_mode = pick(rng, PATIENT_MODES)
    sittings = {form.on: _sitting(rng, form, usual_mode) for form in story.forms}
    return [
        {
            "patient_id": story.person.patient_id,
            "instrument": form.instrument,
            "assessed_at": _assessed_at(form),
            **_answers(rng, form, reluctance[form.instrument], story.totals_only),
            **({} if story.totals_only else sittings[form.on] | _difficulty(rng, form)),
            "language": language,
        }
        for form in story.forms
    ]


def split_total(rng: np.random.Generator, total: int, reluctance: Floats) -> Ints:
    """Answers (0-3, one an item) that sum to the total: its points fall on the least reluctant free places."""
    places = rng.random((len(reluctance), MAX_ANSWER)) + reluctance[:, None]
    chosen = np.argsort(places, axis=None, kind="stable")[:total]
    return np.bincount(chosen // MAX_ANSWER, minlength=len(reluctance))


def _answers(rng: np.random.Generator, form: Form, reluctance: Floats, totals_only: bool) -> Row:
    """The item columns and the total; a form with blanks carries no total of its own."""
    if totals_only:
        return {"total": str(form.total)}
    is_phq9 = form.instrument == "PHQ-9"
    answered = np.sort(rng.permutation(len(reluctance))[form.n_blank :])
    points = form.total - (form.item_9 or 0)
    row = {
        f"item_{item + 1}": str(answer)
        for item, answer in zip(answered, split_total(rng, points, reluctance[answered]), strict=True)
    }
    if is_phq9 and form.item_9 is not None:
        row["item_9"] = str(form.item_9)
    is_complete = len(row) == INSTRUMENTS[form.instrument].n_items
    return {**row, "total": str(form.total)} if is_complete else row


def _sitting(rng: np.random.Generator, form: Form, usual_mode: str) -> Row:
    """How the forms of one day came in, both alike; one without a time was typed in by staff."""
    if form.at_time is None or happens(rng, 0.05):
        return {"entered_by": "staff", "mode": pick(rng, STAFF_MODES)}
    return {"entered_by": "patient", "mode": usual_mode}


def _difficulty(rng: np.random.Generator, form: Form) -> Row:
    """The tenth question, which follows the total loosely and is at times skipped."""
    difficulty = min(max(form.total // 6 + pick(rng, {-1: 0.15, 1: 0.30, 0: 1.0}), 0), 3)
    return {"difficulty": str(difficulty)} if happens(rng, 0.85) else {}


def _assessed_at(form: Form) -> str:
    day = form.on.isoformat()
    return f"{day}T{form.at_time:%H:%M}" if form.at_time else day
