"""What a pack is made of: facts of courses by a version of the policy, and the dosing sessions of the period."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from lib.clinical.operations.session_rates import derive_session_rates, summarise_months
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.fingerprint import fingerprint_facts
from lib.clinical.outcomes.periods import Span, period_before
from lib.clinical.policy import Policy
from lib.clinical.policy_completion import parse_earlier_policy
from lib.services import _clock
from lib.services._course_scores import facts_anew, facts_on
from lib.services._policy_upgrade import shipped_policy
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services._store_kind import is_synthetic
from lib.services.access import Actor
from lib.services.errors import StoreError
from lib.store import derived, period_sessions
from lib.store.engine import Transaction
from lib.store.quarantine import count_open_rows
from lib.store.records import read_clinics, read_patients

_INSTRUMENTS = (0, 1)
_SUMS = ("n_sessions", "n_asked", "n_events", "n_pressure", "n_severe")


@dataclass(frozen=True)
class Asked:
    """What a pack is asked for. as_of None: today; policy_version None: the one in force."""

    first: date
    last: date
    as_of: date | None = None
    policy_version: int | None = None


@dataclass(frozen=True)
class Ground:
    """facts: of every course of these clinics that had begun by as_of. sums: of dosing sessions of the period, by name."""

    facts: Facts
    policy: Policy
    first: date
    last: date
    as_of: date
    clinics: tuple[str, ...]
    n_waiting: int
    sums: dict[str, int]
    is_synthetic: bool

    def begun(self, first: date, last: date) -> Facts:
        low, high = _clock.day_number(first), _clock.day_number(last)
        return self.facts.select((self.facts.day_0 >= low) & (self.facts.day_0 <= high))

    def of(self, instrument: int) -> "Ground":
        """Those courses only of which the instrument (code) is asked."""
        return replace(self, facts=self.facts.of(instrument))

    @property
    def period(self) -> Facts:
        return self.begun(self.first, self.last)

    @property
    def before(self) -> Span:
        return period_before(self.first, self.last)

    @property
    def data_version(self) -> str:
        """Of all that is read here: other records that say the same have the same."""
        return fingerprint_facts(self.facts, self.n_waiting, *self.sums.values())


def read_ground(connection: Transaction, actor: Actor, asked: Asked) -> Ground:
    """Of the actor's clinics. Raises StoreError for a period that is upside down or not over, or an unknown policy version."""
    policy, scope = current_policy(connection), clinic_keys(connection, actor)
    as_of = asked.as_of or today(connection)
    _check(asked, as_of, today(connection))
    day = _clock.day_number(as_of)
    if asked.policy_version in (None, policy.version):
        facts = facts_on(connection, policy, day, _INSTRUMENTS, scope)
    else:
        policy = _read_policy(connection, int(asked.policy_version or 0))
        facts = facts_anew(connection, policy, day, _INSTRUMENTS, scope)
    known = read_clinics(connection)
    own = known if scope is None else known[known["clinic_key"].isin(scope)]
    return Ground(
        facts,
        policy,
        asked.first,
        asked.last,
        as_of,
        tuple(sorted(own["clinic_id"])),
        count_open_rows(connection, scope),
        _sum_sessions(connection, scope, policy, asked, day),
        is_synthetic(connection),
    )


def _check(asked: Asked, as_of: date, today_: date) -> None:
    if asked.first > asked.last:
        raise StoreError(f"The period ends on {asked.last}, before it begins on {asked.first}.")
    if as_of > today_:
        raise StoreError(f"Nothing is known of {as_of} yet; today is {today_}.")
    if asked.last > as_of:
        raise StoreError(
            f"The period ends on {asked.last}, and the pack speaks as of {as_of}: it is not over."
        )


def _read_policy(connection: Transaction, version: int) -> Policy:
    stored = derived.read_policy_version(connection, version)
    if stored is None:
        raise StoreError(f"There is no policy version {version}.")
    return parse_earlier_policy(stored["toml"], shipped_policy(), version)


def _sum_sessions(
    connection: Transaction, scope: list[int] | None, policy: Policy, asked: Asked, as_of: int
) -> dict[str, int]:
    """An event of the day after the period may belong to a session of its last day, so that day is read as well."""
    first, last = _clock.day_number(asked.first), _clock.day_number(asked.last)
    days = (first, min(last + 1, as_of))
    own = read_patients(connection, clinics=scope)

    def select(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[np.isin(rows["patient"], own["patient_key"])].reset_index(drop=True)

    sessions = select(period_sessions.read_period_sessions(connection, days))
    events = select(period_sessions.read_event_moments(connection, days))
    rated = derive_session_rates(sessions, events, policy)
    months = summarise_months(rated[rated["day"] <= last], (first, last))
    return {name: int(months[name].sum()) for name in _SUMS}
