"""What the rules on dosing sessions could read, in the latest session and over the current course."""

from types import MappingProxyType

import numpy as np
import pandas as pd

from lib.clinical.findings import Findings
from lib.clinical.rules.dose_limits import derive_dose_steps, sort_sessions
from lib.clinical.segments import Ints, day_keys

# By rule, the parts that it reads; a part is known where all of its columns are.
SESSION_FIELDS = MappingProxyType(
    {
        "blood_pressure": (("sbp_pre_mmhg", "dbp_pre_mmhg"), ("sbp_after_mmhg", "dbp_after_mmhg")),
        "sedation": (("sedation_moaas",),),
        "low_oxygen": (("spo2_min_pct",),),
        "slow_recovery": (("effect_end_min", "expected_end_min"),),
        "tolerability": (("ae_known",),),
        "protocol_gaps": (
            ("supervisor_present",),
            ("hold_min",),
            ("has_contact",),
            ("sbp_pre_mmhg", "dbp_pre_mmhg"),
        ),
        "dose_limits": (("ceiling_mg",), ("previous_mg",), ("previous_day", "ordered_days")),
    }
)


def _select_course_sessions(sessions: pd.DataFrame, day_0: Ints) -> pd.DataFrame:
    """Counting sessions of the current courses, sorted by patient and time. day_0: by patient key."""
    sessions = sort_sessions(sessions)
    return sessions[sessions["day"] >= day_0[sessions["patient"]]]


def count_fields(sessions: pd.DataFrame, rule: str, size: int) -> tuple[Ints, Ints, Ints, Ints]:
    """By patient key, for one rule: the parts known in the latest session, all parts, the sessions of the course in which all
    are known, and all sessions. sessions: of describe_sessions."""
    known = _known_parts(sessions, rule)
    patient = sessions["patient"].to_numpy()
    is_latest = ~sessions["patient"].duplicated(keep="last").to_numpy()
    of_latest = np.zeros(size, dtype=np.int64)
    of_latest[patient[is_latest]] = known.sum(axis=1)[is_latest]
    n_complete = np.bincount(patient, weights=known.all(axis=1), minlength=size).astype(np.int64)
    n_sessions = np.bincount(patient, minlength=size).astype(np.int64)
    return of_latest, np.full(size, known.shape[1]), n_complete, n_sessions


def _known_parts(described: pd.DataFrame, rule: str) -> np.ndarray:
    known = [[~np.isnan(described[name].to_numpy()) for name in part] for part in SESSION_FIELDS[rule]]
    return np.column_stack([np.all(part, axis=0) for part in known])


def describe_sessions(findings: Findings, day_0: Ints) -> pd.DataFrame:
    """Sessions of the current courses with what stands beside them: a reading after the dose, limits, whether adverse events are
    known. Once for all rules: it is most of what a patient's coverage costs. day_0: by patient key."""
    sessions = _select_course_sessions(findings.sessions, day_0)
    steps = derive_dose_steps(findings.sessions, findings.care.orders, findings.care.dose_ceiling_mg)
    limits = steps.loc[sessions.index, ["ceiling_mg", "previous_mg", "previous_day", "ordered_days"]]
    own, with_event = (
        day_keys(rows["patient"].to_numpy(), rows["day"].to_numpy())
        for rows in (sessions, findings.care.adverse_events)
    )
    has_event = np.isin(own, with_event)
    is_asked = (sessions["ae_asked"] == 1).to_numpy() | has_event
    return sessions.join(limits).assign(
        sbp_after_mmhg=sessions["sbp_40_mmhg"].fillna(sessions["sbp_120_mmhg"]),
        dbp_after_mmhg=sessions["dbp_40_mmhg"].fillna(sessions["dbp_120_mmhg"]),
        ae_known=np.where(is_asked, 1.0, np.nan),
    )
