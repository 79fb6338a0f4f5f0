"""Rules on the latest counting dosing session: blood pressure, sedation, oxygen. A missing reading is never "in range"."""

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL, HIGH, WATCH
from lib.clinical.rules.suicidality import start_of_last_run
from lib.clinical.segments import Ints

NOTHING = -1
_AFTER = ("40", "120")


def rate_blood_pressure(sessions: pd.DataFrame, policy: Policy) -> Ints:
    """The severity of each session's readings, or −1 where no recorded reading is over a limit (mmHg; NaN: not recorded)."""
    limits = policy.blood_pressure
    readings = {name: sessions[f"{name}_mmhg"].to_numpy(dtype=float) for name in _readings()}
    systolic, diastolic = readings["sbp_pre"], readings["dbp_pre"]
    severity = np.full(len(sessions), NOTHING)
    severity[(systolic >= limits.watch_systolic) | (diastolic >= limits.watch_diastolic)] = WATCH
    severity[(systolic >= limits.high_systolic) | (diastolic >= limits.high_diastolic)] = HIGH
    for after in _AFTER:
        rises = readings[f"sbp_{after}"] - systolic >= limits.rise_systolic
        severity[rises | (readings[f"dbp_{after}"] - diastolic >= limits.rise_diastolic)] = HIGH
    for name, values in readings.items():
        limit = limits.critical_systolic if name.startswith("sbp") else limits.critical_diastolic
        severity[values >= limit] = CRITICAL
    return severity


def _readings() -> tuple[str, ...]:
    return tuple(f"{pressure}_{when}" for pressure in ("sbp", "dbp") for when in ("pre", *_AFTER))


def rate_sedation(sessions: pd.DataFrame, policy: Policy) -> Ints:
    """The severity of each session's lowest MOAA/S (5 alert … 0 unresponsive), or −1."""
    level = sessions["sedation_moaas"].to_numpy(dtype=float)
    severity = np.full(len(sessions), NOTHING)
    severity[level <= policy.sedation.high_at] = HIGH
    severity[level <= policy.sedation.critical_at] = CRITICAL
    return severity


def rate_oxygen(sessions: pd.DataFrame, policy: Policy) -> Ints:
    """The severity of each session's lowest SpO2 (per cent), or −1."""
    is_low = sessions["spo2_min_pct"].to_numpy(dtype=float) < policy.low_oxygen.high_below_pct
    return np.where(is_low, HIGH, NOTHING)


def rate_recovery(sessions: pd.DataFrame, policy: Policy) -> Ints:
    """The severity of each session's recorded end of the effects against the latest end that its named protocol expects, or −1.
    Without a named protocol there is no end to compare it with."""
    late = sessions["effect_end_min"] - sessions["expected_end_min"]
    return np.where(late > policy.slow_recovery.after_end_min, HIGH, NOTHING)


def flag_latest_session(sessions: pd.DataFrame, severity: Ints) -> pd.DataFrame:
    """Patients whose latest counting session has a severity: patient, severity, since, session (its row's index).

    sessions: counting ones: patient, day, second (NONE: unknown), sorted or not.
    """
    order = np.lexsort((sessions["second"], sessions["day"], sessions["patient"]))
    patient, day = sessions["patient"].to_numpy()[order], sessions["day"].to_numpy()[order]
    rated = severity[order]
    since = start_of_last_run(patient, rated > NOTHING, day)
    latest = np.searchsorted(patient, since["patient"], side="right") - 1
    return since.assign(severity=rated[latest], session=sessions.index.to_numpy()[order][latest])
