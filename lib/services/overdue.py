"""Who is overdue for a form today, whom somebody has called since, and who came back after a call."""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from lib.clinical.histories import prepare
from lib.clinical.instruments import BY_CODE
from lib.clinical.operations.overdue import (
    derive_calls_since,
    judge_calls,
    select_calls,
    summarise_returns,
)
from lib.clinical.policy import Policy
from lib.clinical.rules.follow_up import find_overdue, is_in_treatment
from lib.clinical.status import dates
from lib.services._histories import load_scores
from lib.services._operations_ground import Ground, read_ground
from lib.services._reading import next_reading
from lib.services._standing import select_collected, standing_on
from lib.services.access import Actor, Permission, permitted
from lib.services.flag_life import CONTACT_OUTCOMES
from lib.store import operations
from lib.store.engine import Store, Transaction


@dataclass(frozen=True)
class Overdue:
    """counts: instrument (code), n_treated (in treatment, where the clinic collects it), n_overdue, n_called, n_reached.
    returns: columns of overdue.summarise_returns, of first calls in the span.

    people: patient_key, patient_id, clinic_id, instrument, since and last_valid_on (dates, NaT), n_calls, called_on, kind,
    outcome. calls: of returns: day, kind, outcome, since, returned_on, is_judged. Both are empty for whoever may
    not see patients."""

    as_of: date
    since: date
    counts: pd.DataFrame
    returns: pd.DataFrame
    people: pd.DataFrame
    calls: pd.DataFrame
    policy: Policy
    reading: int = field(default_factory=next_reading)


@permitted(Permission.SEE_OUTCOMES)
def read_overdue(actor: Actor, store: Store, weeks: int, clinic_id: str = "") -> Overdue:
    """Overdue today by the kept rows; calls of the weeks to today, of whose patients the histories are loaded."""
    with store.read() as connection:
        ground = read_ground(connection, actor, weeks, clinic_id)
        rows = ground.own(standing_on(connection, actor, ground.policy, ground.as_of))
        rows = select_collected(connection, rows)
        overdue = find_overdue(rows, ground.policy)
        start = min(ground.first, int(overdue["since"].min()) if len(overdue) else ground.first)
        contacts = ground.own(operations.read_contacts(connection, start))
        calls = select_calls(contacts.replace({"outcome": _said_outcomes()}), ground.last)
        judged = _judge(connection, ground, calls[calls["day"] >= ground.first])
    listed = derive_calls_since(overdue[["patient", "instrument", "since", "last_valid_on"]], calls)
    treated = rows[is_in_treatment(rows, ground.policy)]
    said = ground.name(listed.sort_values(["since", "patient"], kind="stable", ignore_index=True))
    return Overdue(
        ground.as_of,
        ground.since,
        _count(treated, listed),
        summarise_returns(judged),
        _with_dates(said, "since", "last_valid_on", "called_on"),
        _with_dates(ground.name(judged.drop(columns="second")), "day", "since", "returned_on"),
        ground.policy,
    )


def _said_outcomes() -> dict[str, str]:
    """What a contact that was noted on a flag came to, as contacts.csv says it."""
    return {code: word.lower() for code, word in CONTACT_OUTCOMES.items()}


def _judge(connection: Transaction, ground: Ground, calls: pd.DataFrame) -> pd.DataFrame:
    histories = load_scores(connection, ground.policy, calls["patient"].unique().tolist())
    prepared = prepare(histories.to_day(ground.last), ground.policy)
    return judge_calls(prepared, calls, ground.last, ground.policy)


def _count(treated: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    reached = listed[listed["outcome"] == CONTACT_OUTCOMES["reached"].lower()]
    return pd.DataFrame(
        [
            {
                "instrument": one.code,
                **{
                    name: int((rows["instrument"] == one.code).sum())
                    for name, rows in (
                        ("n_treated", treated),
                        ("n_overdue", listed),
                        ("n_called", listed[listed["n_calls"] > 0]),
                        ("n_reached", reached),
                    )
                },
            }
            for one in BY_CODE
        ]
    )


def _with_dates(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    return rows.assign(**{name: dates(rows[name].astype("int64")) for name in names})
