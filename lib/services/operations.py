"""The loop closed on the clinic: what became of flags, how long decisions took, and what was recorded after them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.flag_yield import find_episodes, select_answered, summarise_yield
from lib.clinical.histories import prepare, select_points
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import MEDIUM, RULES
from lib.services import _clock
from lib.services._flag_marks import read_flags
from lib.services._followed import follow
from lib.services._histories import load_histories
from lib.services._reading import next_reading
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import decisions
from lib.store.engine import Store
from lib.store.records import read_patients


@dataclass(frozen=True)
class Operations:
    """as_of; since: the first day of the span. fired: its flags: columns of flag_yield.select_answered with patient_key,
    patient_id, clinic_id. yields: columns of flag_yield.YIELD_COLUMNS and label, one row a rule on scores.
    waits: days from the first flag that a decision answers to its signing, sorted. outcomes: how many decisions of the span stand
    at each outcome, or wait. n_decisions. reading: a number that no other reading has."""

    as_of: date
    since: date
    fired: pd.DataFrame
    yields: pd.DataFrame
    waits: tuple[int, ...]
    outcomes: Mapping[str, int]
    n_decisions: int
    policy: Policy
    reading: int = field(default_factory=next_reading)

    @property
    def wait_quartiles(self) -> tuple[float, float, float] | None:
        """Days: a quarter of the decisions took at most the first; the median; a quarter at least the last."""
        if not self.waits:
            return None
        low, median, high = np.percentile(self.waits, (25, 50, 75)).tolist()
        return low, median, high


@permitted(Permission.SEE_PATIENTS)
def read_operations(actor: Actor, store: Store) -> Operations:
    """The actor's clinics, over the weeks of the policy to today."""
    with store.read() as connection:
        policy, as_of = current_policy(connection), today(connection)
        last = _clock.day_number(as_of)
        first = last - 7 * policy.flag_yield.weeks + 1
        scope = clinic_keys(connection, actor)
        people = read_patients(connection)
        own = people if scope is None else people[people["clinic_key"].isin(scope)]
        signed = follow(connection, decisions.read_decisions(connection, scope), last, policy)
        loaded = load_histories(connection, policy, own["patient_key"].tolist())
    prepared = prepare(loaded.histories.to_day(last), policy)
    points = select_points(prepared, last, with_earlier_courses=True)
    episodes = find_episodes(prepared, points, policy)
    answered = signed.rename(columns={"patient_key": "patient"})[["patient", "on_day"]].astype("int64")
    fired = select_answered(episodes, answered, (first, last), policy)
    yields = summarise_yield(fired)
    names = people.set_index("patient_key")[["patient_id", "clinic_id"]]
    recent = signed[signed["on_day"] >= first]
    return Operations(
        as_of,
        _clock.day_of(first),
        fired.join(names, on="patient").rename(columns={"patient": "patient_key"}),
        yields.assign(label=[RULES[rule].label for rule in yields["rule"]]),
        tuple(sorted(wait for row in recent.to_dict("records") for wait in _waits(row))),
        _count_outcomes(recent),
        len(recent),
        policy,
    )


def _waits(decision: Mapping[Any, Any]) -> list[int]:
    """Days from the earliest flag that asked for a review to the decision; nothing where none was open."""
    since = [flag["since"] for flag in read_flags(decision["flags"]) if flag["severity"] >= MEDIUM]
    return [int(decision["on_day"]) - min(since)] if since else []


def _count_outcomes(signed: pd.DataFrame) -> dict[str, int]:
    words = signed["outcome"].where(signed["outcome"] != "", signed["state"])
    return {str(word): int(n) for word, n in words.value_counts().items()}
