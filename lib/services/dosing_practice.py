"""Doses as a clinic gives them: by prescriber, beyond recorded limits, and tablets dispensed against taken."""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from lib.clinical.operations.limits import LIMITS, OVER, derive_limits, summarise_limits
from lib.clinical.operations.prescribers import derive_last_doses, summarise_prescribers
from lib.clinical.operations.supply import derive_balances, summarise_balances
from lib.clinical.policy import Policy
from lib.clinical.status import dates
from lib.services._operations_ground import read_ground
from lib.services._people import read_weights
from lib.services._reading import next_reading
from lib.services.access import Actor, Permission, permitted
from lib.store import bulk_care, period_sessions
from lib.store.engine import Store


@dataclass(frozen=True)
class Prescribed:
    """counts: columns of prescribers.summarise_prescribers. people: patient_key, patient_id, clinic_id, on (date of the last
    dose), dose_mg, mg_per_kg (NaN), drug, prescriber; empty for whoever may not see patients."""

    as_of: date
    since: date
    counts: pd.DataFrame
    people: pd.DataFrame
    policy: Policy
    reading: int = field(default_factory=next_reading)


@dataclass(frozen=True)
class BeyondLimits:
    """counts: columns of limits.summarise_limits. rows: sessions over one: patient_key, patient_id, clinic_id, on (date), limit,
    dose_mg, ceiling_mg, evaluated_on (date, NaT); empty for whoever may not see patients."""

    as_of: date
    since: date
    n_sessions: int
    counts: pd.DataFrame
    rows: pd.DataFrame
    policy: Policy
    reading: int = field(default_factory=next_reading)


@dataclass(frozen=True)
class Balances:
    """counts: columns of supply.summarise_balances. people: columns of derive_balances with patient_key, patient_id,
    clinic_id and dates, the largest overuse first; empty for whoever may not see patients."""

    as_of: date
    since: date
    counts: pd.DataFrame
    people: pd.DataFrame
    policy: Policy
    reading: int = field(default_factory=next_reading)


@permitted(Permission.SEE_OUTCOMES)
def read_prescribed(actor: Actor, store: Store, weeks: int, clinic_id: str = "") -> Prescribed:
    """Of whoever took a dose in the weeks to today the last one."""
    with store.read() as connection:
        ground = read_ground(connection, actor, weeks, clinic_id)
        doses = ground.own(period_sessions.read_period_doses(connection, ground.days))
        orders = period_sessions.read_prescribers(connection, ground.last)
        clinicians = period_sessions.read_clinicians(connection)
        weights = read_weights(connection, ground.last).rename(columns={"patient_key": "patient"})
    last = derive_last_doses(doses, orders, clinicians, weights)
    people = ground.name(last.sort_values(["dose_mg", "patient"], ascending=[False, True]))
    return Prescribed(
        ground.as_of,
        ground.since,
        summarise_prescribers(last),
        people.assign(on=dates(people["day"].astype("int64"))),
        ground.policy,
    )


@permitted(Permission.SEE_OUTCOMES)
def read_beyond_limits(actor: Actor, store: Store, weeks: int, clinic_id: str = "") -> BeyondLimits:
    """Over counting sessions of the weeks to today."""
    with store.read() as connection:
        ground = read_ground(connection, actor, weeks, clinic_id)
        sessions = ground.own(period_sessions.read_period_sessions(connection, ground.days))
        size = int(ground.people.index.max()) + 1 if len(ground.people) else 0
        limits = bulk_care.read_limits(connection, ground.people.index.tolist(), size)
    judged = derive_limits(sessions, *limits, ground.policy)
    over = [judged[judged[name] == OVER].assign(limit=name) for name in LIMITS]
    names = ["patient", "day", "limit", "dose_mg", "ceiling_mg", "evaluated_on"]
    rows = ground.name(pd.concat(over)[names].sort_values(["day", "patient"], ascending=[False, True]))
    return BeyondLimits(
        ground.as_of,
        ground.since,
        len(sessions),
        summarise_limits(judged),
        rows.assign(
            on=dates(rows["day"].astype("int64")), evaluated_on=dates(rows["evaluated_on"].astype("int64"))
        ),
        ground.policy,
    )


@permitted(Permission.SEE_OUTCOMES)
def read_balances(actor: Actor, store: Store, weeks: int, clinic_id: str = "") -> Balances:
    """Of whoever got tablets or took a dose in the weeks to today, and ever got tablets, all since the first dispensing."""
    with store.read() as connection:
        ground = read_ground(connection, actor, weeks, clinic_id)
        dispensing = ground.own(period_sessions.read_supplies(connection, ground.last))
        start = int(dispensing["day"].min()) if len(dispensing) else ground.first
        sessions = ground.own(period_sessions.read_period_sessions(connection, (start, ground.last)))
    recent = [rows.loc[rows["day"] >= ground.first, "patient"] for rows in (sessions, dispensing)]
    balances = derive_balances(sessions, dispensing)
    balances = balances[balances["patient"].isin(pd.concat(recent))]
    people = ground.name(balances.sort_values(["left_mg", "patient"], na_position="first"))
    return Balances(
        ground.as_of,
        ground.since,
        summarise_balances(balances),
        people.assign(**{name: dates(people[name].astype("int64")) for name in ("first_on", "last_on")}),
        ground.policy,
    )
