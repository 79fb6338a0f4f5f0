"""Blood pressure and sedation of dosing sessions as flags: of the latest one, and critical readings that another one followed."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL
from lib.clinical.rules.session_safety import flag_latest_session, rate_blood_pressure, rate_sedation
from lib.clinical.rules.wording import Row, say_blood_pressure, say_sedation
from lib.clinical.segments import NONE, Ints


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


def find_followed(sessions: pd.DataFrame, as_of: int, policy: Policy) -> pd.DataFrame:
    """Critical readings of recent sessions that another one followed, a row a reading, the newest first. Where both come in one
    file nobody would be told: the rules look at the latest. FLAG_COLUMNS, is_eased and is_waiting (NA), next_on: the day of the
    session after it. sessions: of Findings, none after as_of."""
    recent = sessions[sessions["day"] >= as_of - policy.flag_life.look_back_days]
    recent = recent.sort_values(["patient", "day", "second"])
    patient, day = recent["patient"].to_numpy(), recent["day"].to_numpy()
    is_followed = np.append(patient[1:] == patient[:-1], False)[: len(recent)]
    followed = recent.assign(since=day, next_on=np.roll(day, -1))[is_followed]
    found = pd.concat([_select_critical(name, followed, policy) for name in _RULES], ignore_index=True)
    found = found.sort_values("since", ascending=False, kind="stable", ignore_index=True)
    return found.drop(columns="session").assign(is_eased=pd.NA, is_waiting=pd.NA)


def _select_critical(name: str, sessions: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    is_critical = _RULES[name].rate(sessions, policy) == CRITICAL
    found = sessions.loc[is_critical, ["patient", "since", "next_on"]]
    return _describe(name, found.assign(severity=CRITICAL, session=found.index), sessions, policy)


def _describe(name: str, found: pd.DataFrame, sessions: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """In words. found: session, the index of its row in sessions, and more."""
    said = [_RULES[name].say(row, policy) for row in sessions.loc[found["session"]].to_dict("records")]
    return found.assign(
        rule=name,
        instrument=NONE,
        evidence=pd.Series([evidence for evidence, _ in said], index=found.index, dtype=object),
        threshold=pd.Series([threshold for _, threshold in said], index=found.index, dtype=object),
    )
