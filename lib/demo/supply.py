"""dose_orders.csv and dispensing.csv: what was ordered and handed out before each dosing session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from lib.demo.chance import around, between
from lib.demo.story import Dose, Row, Story, moment

SESSIONS_A_FILL = 4
DAILY_FILL_DAYS = 28
LOTS_START = date(2024, 1, 1)
DAYS_A_LOT = 45
INTERVAL_DAYS = {"induction_weekly": 7, "induction_q3d": 3, "daily_low_dose": 1, "maintenance": 28}


@dataclass(frozen=True)
class Fill:
    on: date
    tablets: int
    strength_mg: int
    lot: str


def fills_of(story: Story) -> list[Fill]:
    """Tablets handed out two days before the session that needs them, enough for the next four at that dose."""
    a_fill = DAILY_FILL_DAYS if story.is_daily else SESSIONS_A_FILL
    return [_fill(story, story.doses[start : start + a_fill]) for start in range(0, len(story.doses), a_fill)]


def lot_at(fills: list[Fill], on: date) -> str:
    return next(fill.lot for fill in reversed(fills) if fill.on <= on)


def dispensing_rows(_rng: np.random.Generator, story: Story) -> list[Row]:
    return [
        {
            "patient_id": story.person.patient_id,
            "dispensed_on": fill.on.isoformat(),
            "tablets": str(fill.tablets),
            "strength_mg": str(fill.strength_mg),
            "lot": fill.lot,
        }
        for fill in fills_of(story)
    ]


def order_rows(rng: np.random.Generator, story: Story) -> list[Row]:
    """One order for the first dose and one for each dose that differs from the one before it."""
    rows = []
    before: Dose | None = None
    for dose in story.doses:
        if before is None or dose.prescribed_mg != before.prescribed_mg:
            rows.append(_order_row(rng, story, dose, before))
        before = dose
    return rows


def _order_row(rng: np.random.Generator, story: Story, dose: Dose, before: Dose | None) -> Row:
    days_ahead = 3 if before is None else 0 if story.is_daily else 1
    day = dose.at.date() - timedelta(days=days_ahead)
    hour = time(around(rng, 10, 2, 8, 16), between(rng, 0, 59))
    return {
        "patient_id": story.person.patient_id,
        "ordered_at": moment(datetime.combine(day, hour)),
        "dose_mg": str(dose.prescribed_mg),
        "interval_days": str(INTERVAL_DAYS[story.regimen]),
        "clinician_id": story.person.clinician_id,
        "reason": _reason(dose, before),
    }


def _reason(dose: Dose, before: Dose | None) -> str:
    if before is None:
        return "starting dose"
    return "step up, tolerated" if dose.prescribed_mg > before.prescribed_mg else "step down"


def _fill(story: Story, doses: tuple[Dose, ...]) -> Fill:
    strength = 15 if story.is_daily else story.person.clinic.tablet_mg
    on = doses[0].at.date() - timedelta(days=2)
    tablets = sum(-(-dose.prescribed_mg // strength) for dose in doses)
    serial = (on - LOTS_START).days // DAYS_A_LOT
    return Fill(on, tablets, strength, f"{story.person.clinic.clinic_id[:2].upper()}-{4100 + 37 * serial}")
