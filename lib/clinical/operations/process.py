"""The clinic's own process measures: of each dosing session, what was done, what was not, and what nobody wrote down."""

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.rules.care_gaps import is_in_window

YES, NO, UNKNOWN, TOO_NEW = STATES = ("yes", "no", "not recorded", "too early to say")
# By name, what it is called and what counts as yes.
MEASURES = {
    "pressure": ("Blood pressure before the dose", "systolic and diastolic recorded"),
    "supervisor": ("Peer supervisor present", "recorded as present"),
    "contact": ("Telehealth contact", "a contact before, during or after recorded"),
    "integration": ("Integration logged", "a practice dated in the days after the session"),
}
PROCESS_COLUMNS = ("measure", "n_sessions", "n_yes", "n_no", "n_unknown", "n_too_new")


def derive_process(
    sessions: pd.DataFrame, practices: pd.DataFrame, as_of: int, policy: Policy
) -> dict[str, pd.Series]:
    """By measure the state of each session (of STATES). sessions: counting ones: patient, day, sbp_pre_mmhg, dbp_pre_mmhg,
    supervisor_present (1, 0, NaN), has_contact (1, NaN). practices: patient, day.

    Only the supervisor can be a no: what is not recorded of the others may have happened. Integration is asked in the days
    [policy integration_missed from_day, to_day] after a session, once they are over: one that is judged as
    soon as a practice came would count before its peers.
    """
    has_pressure = sessions[["sbp_pre_mmhg", "dbp_pre_mmhg"]].notna().all(axis=1)
    present = sessions["supervisor_present"]
    is_over = sessions["day"] + policy.integration_missed.to_day < as_of
    is_logged = _is_logged(sessions, practices, policy)
    states = {
        "pressure": np.where(has_pressure, YES, UNKNOWN),
        "supervisor": np.select([present == 1, present == 0], [YES, NO], UNKNOWN),
        "contact": np.where(sessions["has_contact"] == 1, YES, UNKNOWN),
        "integration": np.select([~is_over, is_logged], [TOO_NEW, YES], UNKNOWN),
    }
    return {name: pd.Series(state, index=sessions.index, dtype=object) for name, state in states.items()}


def _is_logged(sessions: pd.DataFrame, practices: pd.DataFrame, policy: Policy) -> "pd.Series[bool]":
    if practices.empty or sessions.empty:
        return pd.Series(False, index=sessions.index)
    return is_in_window(sessions, practices, policy)


def summarise_process(states: dict[str, pd.Series]) -> pd.DataFrame:
    """PROCESS_COLUMNS, one row a measure; n_sessions are those that can be judged, so yes, no and unknown add up to it."""
    rows = []
    for name, state in states.items():
        n = state.value_counts()
        n_yes, n_no, n_unknown, n_new = (int(n.get(one, 0)) for one in STATES)
        rows.append((name, n_yes + n_no + n_unknown, n_yes, n_no, n_unknown, n_new))
    return pd.DataFrame(rows, columns=list(PROCESS_COLUMNS))
