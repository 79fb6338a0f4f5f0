"""Doses against recorded limits: the patient's own ceiling, the step from the dose before, the ordered interval."""

from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import HIGH
from lib.clinical.rules.session_safety import NOTHING
from lib.clinical.rules.wording import Row, say_day_number
from lib.clinical.runs import last_stated
from lib.clinical.segments import Ints, begins_run, columns_of, take


def derive_dose_steps(
    sessions: pd.DataFrame, orders: pd.DataFrame, dose_ceiling_mg: np.ndarray
) -> pd.DataFrame:
    """Counting sessions sorted by patient and time, each with ceiling_mg, previous_mg (the larger of dose and prescribed dose,
    so that a whole tablet after half of one is no step), previous_day and ordered_days (NaN:
    not recorded, or none before). The ordered interval is that of the last order with one, dated on or before
    the session's date."""
    steps = sort_sessions(sessions)
    patient, day, dose, prescribed = (
        steps[name].to_numpy() for name in ("patient", "day", "dose_mg", "prescribed_mg")
    )
    is_first = begins_run(patient)

    def of_previous(values: np.ndarray) -> np.ndarray:
        return np.where(is_first, np.nan, np.roll(values, 1))

    return steps.assign(
        ceiling_mg=dose_ceiling_mg[patient],
        previous_mg=of_previous(np.fmax(dose, prescribed)),
        previous_day=of_previous(day),
        ordered_days=_interval_in_force(steps, orders),
    )


def sort_sessions(sessions: pd.DataFrame) -> pd.DataFrame:
    """By patient and time; an unknown time of day before the others."""
    return sessions.iloc[np.lexsort([sessions[name].to_numpy() for name in ("second", "day", "patient")])]


def _interval_in_force(steps: pd.DataFrame, orders: pd.DataFrame) -> np.ndarray:
    if orders.empty or steps.empty:
        return np.full(len(steps), np.nan)
    names = ("interval_days", "second", "day", "patient")
    stated = columns_of(orders, names)
    stated = take(stated, ~np.isnan(stated["interval_days"]))
    stated = take(stated, np.lexsort([stated[name] for name in names]))
    return last_stated(stated, "interval_days", columns_of(steps, ("patient", "day")))


def rate_dose_limits(judged: pd.DataFrame) -> Ints:
    """The severity of each session of `judge_dose_limits`, or −1. An unknown limit is passed by nothing."""
    return np.where(judged.any(axis=1), HIGH, NOTHING)


def judge_dose_limits(steps: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Which limits each session passed: is_over_ceiling, is_large_step, is_early."""
    limits = policy.dose_limits
    percent_of_ordered = 100 * (steps["day"] - steps["previous_day"])
    return pd.DataFrame(
        {
            "is_over_ceiling": steps["dose_mg"] > steps["ceiling_mg"],
            "is_large_step": is_large_step(steps["dose_mg"], steps["previous_mg"], policy),
            "is_early": percent_of_ordered < limits.min_interval_percent * steps["ordered_days"],
        }
    )


def is_large_step(dose: Any, before: Any, policy: Policy) -> Any:
    """Of two doses in mg, or two columns of them: whether it passes both limits of a step. An unknown one passes none."""
    limits, step = policy.dose_limits, dose - before
    return (step > limits.step_mg) & (100 * step > limits.step_percent * before)


def say_dose_limits(step: Row, passed: Row) -> str:
    """Which recorded limits a session passed, with both numbers."""
    said = []
    if passed["is_over_ceiling"]:
        said.append(
            f"taken {step['dose_mg']:g} mg, this patient's recorded ceiling {step['ceiling_mg']:g} mg"
        )
    if passed["is_large_step"]:
        said.append(f"taken {step['dose_mg']:g} mg after {step['previous_mg']:g} mg")
    if passed["is_early"]:
        days = step["day"] - step["previous_day"]
        plural = "" if days == 1 else "s"
        said.append(
            f"{days:.0f} day{plural} after the dose before, ordered every {step['ordered_days']:g} days"
        )
    return f"session of {say_day_number(step['day'])}: {'; '.join(said)}"
