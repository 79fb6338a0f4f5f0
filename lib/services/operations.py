"""The loop closed on the clinic: what became of flags, how long decisions took, and what was recorded after them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.decision_words import say_signer
from lib.clinical.flag_yield import find_episodes, select_answered, summarise_yield
from lib.clinical.histories import prepare, select_points
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import MEDIUM, RULES
from lib.clinical.status import dates
from lib.services._flag_marks import read_flags
from lib.services._followed import follow
from lib.services._histories import load_histories
from lib.services._operations_ground import Ground, read_ground
from lib.services._reading import next_reading
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services.access import Actor, Permission, permitted
from lib.store import decisions
from lib.store.engine import Store, Transaction
from lib.store.records import read_clinics


@dataclass(frozen=True)
class FlagYield:
    """as_of; since: the first day of the policy's weeks. yields: columns of flag_yield.YIELD_COLUMNS and label, one row a rule on
    scores. fired: their flags: columns of flag_yield.select_answered with patient_key, patient_id, clinic_id; empty for whoever
    may not see patients."""

    as_of: date
    since: date
    yields: pd.DataFrame
    fired: pd.DataFrame
    policy: Policy
    reading: int = field(default_factory=next_reading)


@dataclass(frozen=True)
class Decided:
    """waits: days from the first flag that a decision answers to its signing, sorted. outcomes: how many decisions of the span
    stand at each outcome, or wait. signed: patient_key, patient_id, clinic_id, signed_on (date), signer, waited (days, NA),
    outcome; empty for whoever may not see patients."""

    as_of: date
    since: date
    waits: tuple[int, ...]
    outcomes: Mapping[str, int]
    n_decisions: int
    signed: pd.DataFrame
    policy: Policy
    reading: int = field(default_factory=next_reading)

    @property
    def wait_quartiles(self) -> tuple[float, float, float] | None:
        """Days: a quarter of the decisions took at most the first; the median; a quarter at least the last."""
        if not self.waits:
            return None
        low, median, high = np.percentile(self.waits, (25, 50, 75)).tolist()
        return low, median, high


@permitted(Permission.SEE_OUTCOMES)
def read_clinic_ids(actor: Actor, store: Store) -> list[str]:
    """The clinics that the actor can count."""
    with store.read() as connection:
        clinics, scope = read_clinics(connection), clinic_keys(connection, actor)
    own = clinics if scope is None else clinics[clinics["clinic_key"].isin(scope)]
    return sorted(own["clinic_id"])


@permitted(Permission.SEE_OUTCOMES)
def read_flag_yield(actor: Actor, store: Store, clinic_id: str = "") -> FlagYield:
    """Of the actor's clinics, or one of them, over the weeks of the policy to today. The records are replayed: every history is
    loaded."""
    with store.read() as connection:
        policy = current_policy(connection)
        ground = read_ground(connection, actor, policy.flag_yield.weeks, clinic_id)
        signed = _follow(connection, actor, ground)
        loaded = load_histories(connection, policy, ground.people.index.tolist())
    prepared = prepare(loaded.histories.to_day(ground.last), policy)
    points = select_points(prepared, ground.last, with_earlier_courses=True)
    episodes = find_episodes(prepared, points, policy)
    answered = signed.rename(columns={"patient_key": "patient"})[["patient", "on_day"]].astype("int64")
    fired = select_answered(episodes, answered, ground.days, policy)
    yields = summarise_yield(fired)
    labelled = yields.assign(label=[RULES[rule].label for rule in yields["rule"]])
    return FlagYield(ground.as_of, ground.since, labelled, ground.name(fired), policy)


@permitted(Permission.SEE_OUTCOMES)
def read_decided(actor: Actor, store: Store, weeks: int, clinic_id: str = "") -> Decided:
    """Decisions signed in the weeks to today; only the patients that they are about are loaded."""
    with store.read() as connection:
        ground = read_ground(connection, actor, weeks, clinic_id)
        signed = _follow(connection, actor, ground)
    recent = signed[signed["on_day"] >= ground.first].reset_index(drop=True)
    waited = [min(_waits(row), default=None) for row in recent.to_dict("records")]
    said = pd.DataFrame(
        {
            "patient": recent["patient_key"].astype("int64"),
            "signed_on": dates(recent["on_day"].astype("int64")),
            "signer": [*map(say_signer, recent["signer"], recent["is_verified"])],
            "waited": pd.array(waited, dtype="Int64"),
            "outcome": _outcomes(recent),
        }
    )
    return Decided(
        ground.as_of,
        ground.since,
        tuple(sorted(days for days in waited if days is not None)),
        {str(word): int(n) for word, n in said["outcome"].value_counts().items()},
        len(recent),
        ground.name(said),
        ground.policy,
    )


def _follow(connection: Transaction, actor: Actor, ground: Ground) -> pd.DataFrame:
    signed = decisions.read_decisions(connection, clinic_keys(connection, actor))
    own = signed[signed["patient_key"].isin(ground.people.index)]
    return follow(connection, own, ground.last, ground.policy)


def _waits(decision: Mapping[Any, Any]) -> list[int]:
    """Days from the earliest flag that asked for a review to the decision; nothing where none was open."""
    since = [flag["since"] for flag in read_flags(decision["flags"]) if flag["severity"] >= MEDIUM]
    return [int(decision["on_day"]) - min(since)] if since else []


def _outcomes(signed: pd.DataFrame) -> "pd.Series[str]":
    return signed["outcome"].where(signed["outcome"] != "", signed["state"])
