"""Blood pressure and sedation of dosing sessions as flags: of the latest one, and critical readings that another one followed."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL
from lib.clinical.rules.dose_limits import sort_sessions
from lib.clinical.rules.session_safety import (
    NOTHING,
    flag_latest_session,
    rate_blood_pressure,
    rate_sedation,
)
from lib.clinical.rules.wording import Row, say_blood_pressure, say_sedation
from lib.clinical.segments import NONE, Ints, begins_run


class _Rule(NamedTuple):
    rate: Callable[[pd.DataFrame, Policy], Ints]
    say: Callable[[Row, Policy], tuple[str, str]]


_RULES = {
    "blood_pressure": _Rule(rate_blood_pressure, say_blood_pressure),
    "sedation": _Rule(rate_sedation, say_sedation),
}


def flag_readings(sessions: pd.DataFrame, policy: Policy) -> list[pd.DataFrame]:
    """A frame a rule: patient, severity, since, session, rule, instrument, evidence, threshold. sessions: of Findings."""
    return [
        _describe(name, flag_latest_session(sessions, rule.rate(sessions, policy)), sessions, policy)
        for name, rule in _RULES.items()
    ]


def find_followed(
    sessions: pd.DataFrame, as_of: int, policy: Policy, *, since_ever: bool = False
) -> pd.DataFrame:
    """Critical readings of recent sessions that another one followed, a row a reading, the newest first. Where both come in one
    file nobody would be told: the rules look at the latest. FLAG_COLUMNS, is_eased and is_waiting (NA), next_on: the day of the
    session after it. sessions: of Findings, none after as_of. since_ever: of all sessions."""
    ordered = sort_sessions(sessions)
    first_day = 0 if since_ever else as_of - policy.flag_life.look_back_days
    found = pd.concat([_select_followed(name, ordered, first_day, policy) for name in _RULES])
    found = found.sort_values("next_on", ascending=False, kind="stable", ignore_index=True)
    return found.drop(columns="session").assign(is_eased=pd.NA, is_waiting=pd.NA)


def _select_followed(name: str, sessions: pd.DataFrame, first_day: int, policy: Policy) -> pd.DataFrame:
    """since: the first of the run of sessions that met the rule without a break, as it was when the session was the latest."""
    patient, day = sessions["patient"].to_numpy(), sessions["day"].to_numpy()
    severity = _RULES[name].rate(sessions, policy)
    is_followed = np.append(patient[1:] == patient[:-1], False)[: len(day)]
    holds = severity > NOTHING
    goes_on = np.append(False, holds[:-1])[: len(day)] & ~begins_run(patient)
    start = np.maximum.accumulate(np.where(holds & ~goes_on, np.arange(len(day)), 0))
    found = pd.DataFrame(
        {
            "patient": patient,
            "severity": severity,
            "since": day[start],
            "session": sessions.index,
            "next_on": np.roll(day, -1),
        }
    )
    found = found[(severity == CRITICAL) & is_followed & (day >= first_day)]
    # The newest first, also of those that one day followed.
    return _describe(name, found.iloc[::-1], sessions, policy)


def _describe(name: str, found: pd.DataFrame, sessions: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """In words. found: session, the index of its row in sessions, and more."""
    rows = _count_of_day(sessions, found["session"]).to_dict("records")
    said = [_RULES[name].say(row, policy) for row in rows]
    return found.assign(
        rule=name,
        instrument=NONE,
        evidence=pd.Series([evidence for evidence, _ in said], index=found.index, dtype=object),
        threshold=pd.Series([threshold for _, threshold in said], index=found.index, dtype=object),
    )


def _count_of_day(sessions: pd.DataFrame, which: "pd.Series[int]") -> pd.DataFrame:
    """These rows of sessions (by index), with nth_of_day: 1, 2 … of the sessions of one day."""
    if which.empty:
        # Of most patients nothing is found, and of no rows the steps below take 3 ms all the same.
        return sessions.iloc[:0]
    own = sessions[sessions["patient"].isin(sessions.loc[which, "patient"])]
    nth = own.sort_values("second", kind="stable").groupby(["patient", "day"]).cumcount() + 1
    return sessions.loc[which].assign(nth_of_day=nth)
