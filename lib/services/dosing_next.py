"""Dosing next: whose dosing session lies ahead, and what is open for them before it."""

import json
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from lib.clinical.care_records import CareRecords
from lib.clinical.decision_answers import find_target
from lib.clinical.decision_records import NO_DOSE
from lib.clinical.decision_words import say_doses, say_signer
from lib.clinical.plain_rows import Row, rows_of
from lib.clinical.segments import NONE
from lib.clinical.status import dates
from lib.services import _clock
from lib.services._before_session import (
    describe_events,
    describe_flags,
    describe_item_9,
    describe_last_session,
    describe_medicines,
)
from lib.services._flag_states import read_persisting
from lib.services._histories import Loaded, load_histories
from lib.services._lists import list_patients
from lib.services._next_sessions import BY_ORDER, PLANNED, find_next_sessions
from lib.services._people import WHO, read_people
from lib.services._reading import next_reading
from lib.services._reasons import say_persisting
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._standing import find_last_sessions, phq9_categories_on, today
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.bulk_care import read_care_records
from lib.store.engine import Store
from lib.store.last_decisions import DOSES, read_last_decisions
from lib.store.planned import read_last_orders, read_open_plans

__all__ = ["BY_ORDER", "PLANNED", "DosingNext", "read_before_sessions", "read_dosing_next"]
_DAYS = {"last_day": "last_on", "item_9_day": "item_9_on"}


@dataclass(frozen=True)
class DosingNext:
    """rows: one a session that lies ahead, or of which nobody recorded what became of it (is_past), by date: patient_key, on,
    second, basis, counted_from and interval_days (NA: not a part of the basis), is_past, patient_id, initials, clinic_id,
    clinician_id and phq9_category: what a list is found and filtered by; read_before_sessions says the rest of the rows that are
    shown. reading: a number that no other reading has."""

    as_of: date
    rows: pd.DataFrame
    reading: int = field(default_factory=next_reading)


@permitted(Permission.SEE_PATIENTS)
def read_dosing_next(actor: Actor, store: Store) -> DosingNext:
    """Sessions that are planned, or due by the last order's interval; nothing dated after today is read but the plans."""
    with store.read() as connection:
        policy, as_of, scope = current_policy(connection), today(connection), clinic_keys(connection, actor)
        day = _clock.day_number(as_of)
        following = find_next_sessions(
            read_open_plans(connection, scope),
            read_last_orders(connection, scope, day),
            find_last_sessions(connection, actor, policy, as_of),
        )
        people = read_people(connection, actor)[WHO]
        category = phq9_categories_on(connection, actor, policy, as_of)
    rows = following.join(people, on="patient_key", how="inner").reset_index(drop=True)
    said = {"on": dates(rows["day"]), "counted_from": dates(rows["last_day"].fillna(NONE))}
    rows = rows.assign(**said, is_past=rows["day"] < day).drop(columns=["day", "last_day"])
    return DosingNext(as_of, rows.join(category, on="patient_key"))


@permitted(Permission.SEE_PATIENTS)
def read_before_sessions(actor: Actor, store: Store, patient_keys: list[int]) -> pd.DataFrame:
    """What is open for these patients, of those in scope, by patient key: item_9, item_9_on, has_items, n_unreadable,
    n_unreadable_closed (as in WaitingForms), persisting (words), item_9_flag, pressure_flag, adverse_flag (evidence),
    other_flags, adverse_events, new_medicines, sedatives (words); of the last session last_on, sbp_pre_mmhg, dbp_pre_mmhg,
    supervisor_present, ae_asked; of the last decision decision (its options), doses (in words), decided_on, review_by, signer;
    days_since_score. What is not recorded is NA."""
    with store.read() as connection:
        policy, as_of = current_policy(connection), today(connection)
        day = _clock.day_number(as_of)
        people = list_patients(connection, actor, policy, as_of, patient_keys)[["days_since_score"]]
        keys = people.index.tolist()
        loaded = _to_day(load_histories(connection, policy, keys), day)
        care = read_care_records(connection, keys, len(loaded.clinic_of)).to_day(day)
        flags = derived.read_open_flags(connection, None, keys)
        decisions = _describe_decisions(read_last_decisions(connection, keys))
        persisting = read_persisting(connection, None, as_of, policy, keys)
        unreadable = derived.count_unreadable(connection, keys)
    rows = people.join(_describe_open(loaded, care, day)).join(describe_flags(flags)).join(decisions)
    persists = {int(row["patient"]): say_persisting(row) for row in persisting.to_dict("records")}
    counts = np.array([unreadable.get(key, (0, 0)) for key in keys], dtype=np.int64).reshape(-1, 2)
    rows = rows.assign(
        persisting=rows.index.to_series().map(persists).astype(object),
        n_unreadable=counts[:, 0],
        n_unreadable_closed=counts[:, 1],
        **{new: dates(rows[old].astype("Int64").fillna(NONE)) for old, new in _DAYS.items()},
    )
    return rows.drop(columns=list(_DAYS))


def _to_day(loaded: Loaded, day: int) -> Loaded:
    return replace(
        loaded,
        histories=loaded.histories.to_day(day),
        phq9_forms=loaded.phq9_forms[loaded.phq9_forms["day"] <= day],
        sessions=loaded.sessions[loaded.sessions["day"] <= day],
        closings=loaded.closings[loaded.closings["on_day"] <= day],
    )


def _describe_open(loaded: Loaded, care: CareRecords, as_of: int) -> pd.DataFrame:
    last_day = loaded.sessions.groupby("patient")["day"].max()
    found = describe_last_session(loaded).assign(last_day=last_day)
    found = found.join(describe_item_9(loaded), how="outer")
    found = found.join(describe_events(care, last_day).rename("adverse_events"), how="outer")
    return found.join(describe_medicines(care, last_day, as_of), how="outer").rename_axis("patient_key")


def _say_doses(row: Row) -> str:
    """A dose beside a hold or a stop would read as one to be taken."""
    return "" if find_target(tuple(json.loads(row["options"]))) == NO_DOSE else say_doses(row)


def _describe_decisions(decisions: pd.DataFrame) -> pd.DataFrame:
    """decision, doses, signer, decided_on, review_by, by patient key."""
    return pd.DataFrame(
        {
            "decision": [", ".join(json.loads(options)) for options in decisions["options"]],
            "doses": [_say_doses(row) for row in rows_of(decisions, ("options", *DOSES))],
            "signer": [*map(say_signer, decisions["signer"], decisions["is_verified"])],
            "decided_on": dates(decisions["on_day"].astype("int64")).to_numpy(),
            "review_by": dates(decisions["review_by"].astype("int64")).to_numpy(),
        },
        index=pd.Index(decisions["patient_key"].astype("int64"), name="patient_key"),
    )
