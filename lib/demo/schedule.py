"""Dosing sessions of one random patient: dates, what was missed, and how the dose order moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from lib.demo.chance import around, between, happens, pick
from lib.demo.story import Dose, is_within_demo

MISSED_SHARE, PARTIAL_SHARE = 0.035, 0.015  # [P] of weekly sessions
LEAVES_AFTER_A_SESSION = 0.02  # [P] of those still in their induction
LEAVES_MAINTENANCE = 0.025  # [P] after each session of it
# Evidence 4.6: steps of at most 50 mg; 400 mg only under a ceiling that the physician set.
STEP_MG, HIGHEST_MG = 50, 300
DAILY_STEP_MG, DAILY_HIGHEST_MG = 15, 120  # 10-120 mg daily (Joyous)
DAILY_COURSE_DAYS = 84
STEP_SHARE = 0.6  # of the sessions after which a total is not halved yet


@dataclass(frozen=True)
class Plan:
    """What decides a schedule. `is_halved` says of sessions 1, 2, ... whether the total after it was halved."""

    regimen: str
    first_day: date
    n_induction: int
    is_maintained: bool
    is_halved: tuple[bool, ...]


def plan_doses(rng: np.random.Generator, plan: Plan) -> tuple[Dose, ...]:
    """The sessions up to the demo's last day, missed ones among them."""
    if plan.regimen == "daily_low_dose":
        return _plan_daily(rng, plan)
    doses: list[Dose] = []
    on, mg, n_taken = plan.first_day, pick(rng, {50: 0.45, 100: 0.55}), 0
    pause_days = between(rng, 14, 28)
    while is_within_demo(on):
        dose = Dose(_evening(rng, on), mg, _draw_status(rng, n_taken))
        doses.append(dose)
        n_taken += dose.counts
        if dose.counts and _leaves(rng, plan, n_taken):
            break
        on += timedelta(days=_days_to_next(rng, plan, n_taken, pause_days))
        mg = _next_mg(rng, plan, n_taken, mg) if dose.counts else mg
    return tuple(doses)


def _plan_daily(rng: np.random.Generator, plan: Plan) -> tuple[Dose, ...]:
    """Most days have a dose; the order moves up after each fortnight that has not halved the total."""
    n_days = DAILY_COURSE_DAYS if plan.is_maintained else DAILY_COURSE_DAYS // 2
    mg, doses = pick(rng, {15: 0.5, 30: 0.5}), list[Dose]()
    for day in range(n_days):
        on = plan.first_day + timedelta(days=day)
        if not is_within_demo(on):
            break
        if day and day % 14 == 0 and not plan.is_halved[min(day // 7, len(plan.is_halved)) - 1]:
            mg = min(mg + DAILY_STEP_MG, DAILY_HIGHEST_MG)
        if day == 0 or happens(rng, 0.93):
            doses.append(Dose(_evening(rng, on), mg, "taken"))
    return tuple(doses)


def _draw_status(rng: np.random.Generator, n_taken: int) -> str:
    if n_taken == 0:
        return "taken"
    return pick(rng, {"missed": MISSED_SHARE, "partial": PARTIAL_SHARE, "taken": 1.0})


def _leaves(rng: np.random.Generator, plan: Plan, n_taken: int) -> bool:
    if n_taken < plan.n_induction:
        return happens(rng, LEAVES_AFTER_A_SESSION)
    return not plan.is_maintained or happens(rng, LEAVES_MAINTENANCE)


def _days_to_next(rng: np.random.Generator, plan: Plan, n_taken: int, pause_days: int) -> int:
    if n_taken >= plan.n_induction:
        return pause_days + between(rng, -2, 3)
    if plan.regimen == "induction_q3d":
        return pick(rng, {3: 0.8, 4: 1.0})
    return pick(rng, {7: 0.8, 6: 0.1, 8: 1.0})


def _next_mg(rng: np.random.Generator, plan: Plan, n_taken: int, mg: int) -> int:
    is_halved = plan.is_halved[min(n_taken, len(plan.is_halved)) - 1]
    is_stepped = not is_halved and n_taken <= 7 and mg < HIGHEST_MG and happens(rng, STEP_SHARE)
    return mg + STEP_MG if is_stepped else mg


def _evening(rng: np.random.Generator, on: date) -> datetime:
    return datetime.combine(on, time(around(rng, 18, 1.6, 13, 20), 5 * between(rng, 0, 11)))
