"""The session protocol as it was recorded: supervisor, hold time, vital signs, telehealth contact."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.clinical.findings import VITAL_SIGNS
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import INFO, MEDIUM, WATCH
from lib.clinical.rules.dose_limits import sort_sessions
from lib.clinical.rules.session_safety import NOTHING
from lib.clinical.rules.wording import Row, say_day_number
from lib.clinical.segments import Ints

# Rules of a poor response: while one holds, technique comes before dose.
POOR_RESPONSE = (
    "non_improver",
    "non_improver_unconfirmed",
    "non_responder",
    "partial_and_flat",
    "gad7_non_response",
)


def derive_protocol_gaps(sessions: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Counting sessions sorted by patient and time, each with is_alone, is_hold_off, and since when vital signs and contact
    have been missing: vitals_day, contact_day (the last session with one; NaN where they are not missed)."""
    sessions = sort_sessions(sessions)
    limits, hold = policy.protocol_gaps, sessions["hold_min"]
    is_off = ((hold < limits.shortest_hold_min) | (hold > limits.longest_hold_min)).where(hold.notna())
    # Two looks: a minute too little once is no habit.
    was_off = is_off.groupby(sessions["patient"]).ffill().groupby(sessions["patient"]).shift(1)
    return sessions.assign(
        is_alone=sessions["supervisor_present"] == 0,
        is_alone_again=_is_alone_again(sessions, policy),
        is_hold_off=is_off.eq(1) & was_off.eq(1),
        vitals_day=_last_day_with(sessions, sessions[list(VITAL_SIGNS)].notna().any(axis=1), policy),
        contact_day=_last_day_with(sessions, sessions["has_contact"].notna(), policy),
    )


def _is_alone_again(sessions: pd.DataFrame, policy: Policy) -> "pd.Series[bool]":
    """Alone in this session, and often enough among the last ones with an answer."""
    limits, answered = policy.protocol_gaps, sessions[sessions["supervisor_present"].notna()]
    is_alone, patient = (answered["supervisor_present"] == 0).to_numpy(), answered["patient"].to_numpy()
    # Before each answer, and after the last, how many were alone so far. pandas' own window takes ten times as long.
    n_before = np.append(0, np.cumsum(is_alone))
    end = np.arange(len(answered)) + 1
    start = np.maximum(end - limits.alone_within, np.searchsorted(patient, patient))
    is_again = is_alone & (n_before[end] - n_before[start] >= limits.alone_sessions)
    return pd.Series(is_again, index=answered.index).reindex(sessions.index, fill_value=False)


def _last_day_with(
    sessions: pd.DataFrame, is_recorded: "pd.Series[bool]", policy: Policy
) -> "pd.Series[float]":
    """The day of the last session with a record, where so many sessions and days have followed it without one; else NaN."""
    if not is_recorded.any():
        return pd.Series(np.nan, index=sessions.index)
    patient = sessions["patient"]
    last = sessions["day"].where(is_recorded).groupby(patient).ffill()
    n_since = (~is_recorded).groupby([patient, is_recorded.groupby(patient).cumsum()]).cumsum()
    limits = policy.protocol_gaps
    is_missed = (n_since >= limits.silent_sessions) & (sessions["day"] - last > limits.silent_days)
    return last.where(is_missed)


def rate_protocol_gaps(gaps: pd.DataFrame) -> Ints:
    """The severity of each session of `derive_protocol_gaps`, or −1."""
    is_silent = gaps["vitals_day"].notna() | gaps["contact_day"].notna()
    severity = np.where(gaps["is_hold_off"] | gaps["is_alone"], INFO, NOTHING)
    severity[is_silent] = WATCH
    severity[gaps["is_alone_again"].to_numpy()] = MEDIUM
    return severity


def say_protocol_gaps(gap: Row, has_poor_response: bool) -> str:
    """What was missing or off in a session, and since when."""
    first = "; technique comes before dose" if has_poor_response else ""
    said: Sequence[tuple[bool, str]] = (
        (gap["is_alone"], "no supervisor present"),
        (gap["is_hold_off"], f"held {gap['hold_min']:g} min, off at the session before too{first}"),
        (pd.notna(gap["vitals_day"]), _say_silence("vital sign", gap["vitals_day"])),
        (pd.notna(gap["contact_day"]), _say_silence("telehealth contact", gap["contact_day"])),
    )
    return f"session of {say_day_number(gap['day'])}: {'; '.join(words for is_so, words in said if is_so)}"


def _say_silence(what: str, day: float) -> str:
    return f"no {what} recorded since the session of {say_day_number(int(day))}" if pd.notna(day) else ""
