"""dosing_sessions.csv: how each dose went, as far as the clinic writes it down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.demo.chance import around, between, happens, pick
from lib.demo.readings import blood_pressure_columns, monitoring_columns
from lib.demo.story import Dose, Row, Story, moment
from lib.demo.supply import fills_of, lot_at
from lib.demo.vitals import draw_blood_pressure

# Minutes (mean, sd, low, high) to onset, peak and end, as the two source pages have them; they disagree on the end.
MINUTES = {
    "sublingual-tablet": {
        "onset_min": (15, 3, 7, 30),
        "peak_min": (50, 6, 32, 75),
        "effect_end_min": (145, 22, 85, 220),
    },
    "odt-at-home": {
        "onset_min": (17, 2, 10, 30),
        "peak_min": (42, 5, 31, 60),
        "effect_end_min": (72, 12, 61, 130),
    },
}
TIMES_RECORDED = 0.88  # [P]
SUPERVISOR_PRESENT = 0.97  # [P] of sessions with the question answered
EVERY_SEVENTH = 7  # of daily doses, the weekly check-in is written down in full
NOTES = (
    "Music and eye mask. Calm.",
    "Fell asleep for a while, easily woken.",
    "Spoke of her father for the first time.",
    "Tablet tasted bitter; rinsed afterwards.",
    "Felt restless for the first twenty minutes.",
    "Said the effect was weaker than last week.",
)


@dataclass(frozen=True)
class Habits:
    """What one patient does alike each time."""

    hold_min: int
    swallows: bool
    food_h: int
    heart_rate: int


def session_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    habits = _draw_habits(rng)
    pressure = draw_blood_pressure(rng, np.array([story.person.age]), len(story.doses))
    fills = fills_of(story)
    rows = []
    for number, dose in enumerate(story.doses):
        row = _ordered(story, dose, lot_at(fills, dose.at.date()))
        if dose.counts and (not story.is_daily or number % EVERY_SEVENTH == 0):
            readings = blood_pressure_columns(rng, pressure, number, story.person.clinic.bp_at_120_share)
            row |= _technique(rng, habits) | _course_of_effect(rng, story) | readings
            row |= monitoring_columns(rng, habits.heart_rate, dose.prescribed_mg) | _company(rng, story)
        rows.append({**row, **dose.recorded})
    return rows


def _draw_habits(rng: np.random.Generator) -> Habits:
    hold = pick(rng, {between(rng, 10, 15): 0.88, between(rng, 6, 9): 1.0})  # the source pages ask for 10-15
    return Habits(hold, happens(rng, 0.65), between(rng, 2, 5), around(rng, 72, 8, 54, 98))


def _ordered(story: Story, dose: Dose, lot: str) -> Row:
    """What is known of every session, also of a missed one."""
    share_taken = {"missed": 0.0, "partial": 0.5}.get(dose.status, 1.0)
    return {
        "patient_id": story.person.patient_id,
        "started_at": moment(dose.at),
        "dose_mg": f"{dose.prescribed_mg * share_taken:g}" if share_taken else "",
        "prescribed_mg": str(dose.prescribed_mg),
        "drug": "racemic_ketamine",
        "formulation": story.person.clinic.formulation,
        "route": "sublingual",
        "protocol": story.person.clinic.protocol,
        "lot": lot if dose.counts else "",
        "status": dose.status,
    }


def _technique(rng: np.random.Generator, habits: Habits) -> Row:
    if not happens(rng, TIMES_RECORDED):
        return {}
    return {
        "hold_min": str(habits.hold_min + between(rng, -1, 1)),
        "swallowed": "yes" if habits.swallows else "no",
        "food_h": str(habits.food_h + between(rng, 0, 1)),
    }


def _course_of_effect(rng: np.random.Generator, story: Story) -> Row:
    if story.is_daily or not happens(rng, TIMES_RECORDED):
        return {}
    minutes = MINUTES[story.person.clinic.protocol]
    return {column: str(around(rng, *usual)) for column, usual in minutes.items()}


def _company(rng: np.random.Generator, story: Story) -> Row:
    """Who was there, and what was asked afterwards."""
    is_recorded = happens(rng, story.person.clinic.supervisor_recorded_share)
    present = "yes" if happens(rng, SUPERVISOR_PRESENT) else "no"
    note = NOTES[between(rng, 0, len(NOTES) - 1)] if happens(rng, 0.03) else ""
    return {
        "supervisor_present": present if is_recorded else "",
        "telehealth_contact": pick(rng, {"pre": 0.35, "during": 0.25, "post": 0.25, "": 1.0}),
        "ae_asked": pick(rng, {"yes": 0.92, "no": 0.03, "": 1.0}),
        "note": note,
    }
