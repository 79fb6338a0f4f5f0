"""How long flags wait: the open ones by age, and how soon somebody looked at the urgent ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from lib.clinical.operations.acknowledging import (
    NEVER,
    STATES,
    derive_local_hours,
    derive_urgent,
    summarise_hours,
)
from lib.clinical.operations.ageing import derive_ages, summarise_ages
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL, ITEM_9, RULES, SEVERITIES
from lib.clinical.status import dates
from lib.services import _clock
from lib.services._operations_ground import Ground, read_ground
from lib.services._reading import next_reading
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.engine import Store, Transaction
from lib.store.flag_life import read_urgent_log
from lib.store.records import read_clinics

CRITICAL_FLAGS, ITEM_9_ALERTS = URGENT = ("critical", "item 9")


@dataclass(frozen=True)
class QueueAgeing:
    """ages: age (place in ageing.AGES), severity, n, of flags that are open today. acknowledged: by kind (URGENT) and state, how
    many became urgent in the span; seen_hours: by kind the quartiles of the hours to the first look, or None. hours: columns of
    acknowledging.summarise_hours, of both kinds together.

    flags: the open ones: patient_key, patient_id, clinic_id, label, severity, since (date), age_days, age. urgent: those of the
    span and those still unseen: label, kinds, severity, opened_at, waited_hours (to the look, the end or now), state. Both are
    empty for whoever may not see patients."""

    as_of: date
    since: date
    ages: pd.DataFrame
    acknowledged: Mapping[str, Mapping[str, int]]
    seen_hours: Mapping[str, tuple[float, float, float] | None]
    hours: pd.DataFrame
    flags: pd.DataFrame
    urgent: pd.DataFrame
    policy: Policy
    reading: int = field(default_factory=next_reading)


@permitted(Permission.SEE_OUTCOMES)
def read_queue_ageing(actor: Actor, store: Store, weeks: int, clinic_id: str = "") -> QueueAgeing:
    """Flags as they were kept at the last refresh; urgent ones from the log of what each refresh changed."""
    with store.read() as connection:
        ground = read_ground(connection, actor, weeks, clinic_id)
        flags = derived.read_open_flags(connection, None).rename(columns={"patient_key": "patient"})
        # What is on no card yet waits for nobody.
        flags = ground.own(flags[flags["is_waiting"] != 1])
        urgent, start = _read_urgent(connection, ground)
    flags = derive_ages(flags.drop(columns=["patient_id", "clinic_id"]), ground.last)
    in_span = urgent[urgent["opened_at"] >= start]
    kinds = {CRITICAL_FLAGS: in_span["severity"] == CRITICAL, ITEM_9_ALERTS: in_span["rule"] == ITEM_9}
    return QueueAgeing(
        ground.as_of,
        ground.since,
        summarise_ages(flags),
        {kind: _count_states(in_span[is_one]) for kind, is_one in kinds.items()},
        {kind: _quartiles(in_span[is_one]) for kind, is_one in kinds.items()},
        summarise_hours(in_span),
        ground.name(_describe_flags(flags)),
        ground.name(_describe_urgent(urgent[(urgent["opened_at"] >= start) | _is_unseen(urgent)])),
        ground.policy,
    )


def _read_urgent(connection: Transaction, ground: Ground) -> tuple[pd.DataFrame, int]:
    """derive_local_hours of the clinics' flags, with waited_hours; and the moment at which the span begins."""
    clinics = read_clinics(connection)
    zones = dict(zip(clinics["clinic_key"].tolist(), clinics["time_zone"], strict=True))
    start = _clock.end_of_day(_clock.day_of(ground.first - 1), zones.values())
    until = derived.read_about(connection).get("known_until")
    now = int(until) if until else _clock.seconds(_clock.now())
    log = read_urgent_log(connection, start)
    log = log[log["patient_key"].isin(ground.people.index)]
    events = derived.read_flag_events(connection, log["patient_key"].unique().tolist())
    urgent = derive_urgent(log, events, now, ground.policy.flag_life.escalate_after_hours)
    ended = urgent["seen_at"].fillna(urgent["ended_at"]).fillna(now)
    urgent = urgent.assign(waited_hours=(ended - urgent["opened_at"]) / 3600)
    return derive_local_hours(urgent, zones).rename(columns={"patient_key": "patient"}), start


def _is_unseen(urgent: pd.DataFrame) -> "pd.Series[bool]":
    return (urgent["state"] == NEVER) & urgent["ended_at"].isna()


def _count_states(urgent: pd.DataFrame) -> dict[str, int]:
    n = urgent["state"].value_counts()
    return {state: int(n.get(state, 0)) for state in STATES}


def _quartiles(urgent: pd.DataFrame) -> tuple[float, float, float] | None:
    hours = urgent.loc[urgent["seen_at"].notna(), "waited_hours"].astype(float)
    if hours.empty:
        return None
    low, median, high = hours.quantile([0.25, 0.5, 0.75]).tolist()
    return low, median, high


def _describe_flags(flags: pd.DataFrame) -> pd.DataFrame:
    flags = flags.sort_values(["age_days", "severity"], ascending=False, kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "patient": flags["patient"].astype("int64"),
            "label": [RULES[rule].label for rule in flags["rule"]],
            "severity": [SEVERITIES[code] for code in flags["severity"]],
            "since": dates(flags["since"].astype("int64")),
            "age_days": flags["age_days"],
            "age": flags["age"],
        }
    )


def _describe_urgent(urgent: pd.DataFrame) -> pd.DataFrame:
    urgent = urgent.sort_values(["state", "waited_hours"], ascending=[False, False], ignore_index=True)
    return pd.DataFrame(
        {
            "patient": urgent["patient"],
            "label": [RULES[rule].label for rule in urgent["rule"]],
            "is_critical": urgent["severity"] == CRITICAL,
            "is_item_9": urgent["rule"] == ITEM_9,
            "severity": [SEVERITIES[code] for code in urgent["severity"]],
            "opened_at": urgent["opened_at"],
            "waited_hours": urgent["waited_hours"],
            "state": urgent["state"],
        }
    )
