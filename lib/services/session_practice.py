"""What was recorded of the dosing sessions of a span: the process measures, adverse events and severe hypertension."""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from lib.clinical.operations.process import NO, UNKNOWN, derive_process, summarise_process
from lib.clinical.operations.session_rates import derive_session_rates, summarise_months
from lib.clinical.policy import Policy
from lib.clinical.status import dates
from lib.services._operations_ground import Ground, read_ground
from lib.services._reading import next_reading
from lib.services.access import Actor, Permission, permitted
from lib.store import period_sessions
from lib.store.engine import Store


@dataclass(frozen=True)
class ProcessMeasures:
    """counts: process.PROCESS_COLUMNS. n_sessions: that count, in the span. rows: those that are not a yes: patient_key,
    patient_id, clinic_id, on (date), measure, state; empty for whoever may not see patients."""

    as_of: date
    since: date
    n_sessions: int
    counts: pd.DataFrame
    rows: pd.DataFrame
    policy: Policy
    reading: int = field(default_factory=next_reading)


@dataclass(frozen=True)
class SessionSafety:
    """months: session_rates.MONTH_COLUMNS with month as a date. rows: sessions with an event or a severe reading: patient_key,
    patient_id, clinic_id, on, month (dates), is_asked, n_events, is_severe, pressures (words); empty for whoever may not see
    patients."""

    as_of: date
    since: date
    months: pd.DataFrame
    rows: pd.DataFrame
    policy: Policy
    reading: int = field(default_factory=next_reading)


@permitted(Permission.SEE_OUTCOMES)
def read_process(actor: Actor, store: Store, weeks: int, clinic_id: str = "") -> ProcessMeasures:
    """Over counting sessions of the weeks to today."""
    with store.read() as connection:
        ground = read_ground(connection, actor, weeks, clinic_id)
        sessions = ground.own(period_sessions.read_period_sessions(connection, ground.days))
        practices = ground.own(period_sessions.read_practice_days(connection, ground.days))
    states = derive_process(sessions, practices, ground.last, ground.policy)
    missed = [
        sessions.loc[state.isin((NO, UNKNOWN)), ["patient", "day"]].assign(measure=name, state=state)
        for name, state in states.items()
    ]
    rows = ground.name(pd.concat(missed, ignore_index=True))
    return ProcessMeasures(
        ground.as_of,
        ground.since,
        len(sessions),
        summarise_process(states),
        _newest_first(rows),
        ground.policy,
    )


@permitted(Permission.SEE_OUTCOMES)
def read_session_safety(actor: Actor, store: Store, weeks: int, clinic_id: str = "") -> SessionSafety:
    """Over counting sessions of the weeks to today."""
    with store.read() as connection:
        ground = read_ground(connection, actor, weeks, clinic_id)
        sessions = ground.own(period_sessions.read_period_sessions(connection, ground.days))
        events = ground.own(period_sessions.read_event_moments(connection, ground.days))
    rated = derive_session_rates(sessions, events, ground.policy)
    months = summarise_months(rated, ground.days)
    return SessionSafety(
        ground.as_of,
        ground.since,
        months.assign(month=dates(months["month"])),
        _describe_sessions(ground, rated),
        ground.policy,
    )


def _describe_sessions(ground: Ground, rated: pd.DataFrame) -> pd.DataFrame:
    noted = rated[(rated["n_events"] > 0) | rated["is_severe"]]
    rows = ground.name(noted)
    said = [_say_pressures(row) for row in rows.to_dict("records")]
    rows = rows.assign(pressures=pd.Series(said, index=rows.index, dtype=object), month=dates(rows["month"]))
    names = ["patient_key", "patient_id", "clinic_id", "day", "month", "is_asked", "n_events", "is_severe"]
    return _newest_first(rows[[*names, "pressures"]])


def _say_pressures(row: dict) -> str:
    """118/76, 150/?, –: before the dose, at 40 and at 120 min."""
    pairs = [(row[f"sbp_{when}_mmhg"], row[f"dbp_{when}_mmhg"]) for when in ("pre", "40", "120")]
    return ", ".join(
        "–" if all(map(pd.isna, pair)) else "/".join("?" if pd.isna(one) else f"{one:.0f}" for one in pair)
        for pair in pairs
    )


def _newest_first(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.sort_values(["day", "patient_id"], ascending=[False, True], kind="stable", ignore_index=True)
    return rows.assign(on=dates(rows["day"].astype("int64"))).drop(columns="day")
