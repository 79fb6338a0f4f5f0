"""Open flags with what people have done about them, and forms that persist under a closing."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import pandas as pd

from lib.clinical.flag_cover import absences_of, find_cover
from lib.clinical.flag_life import SNOOZED, WRONG, derive_flag_life
from lib.clinical.held_columns import arrays_of, beside, rename, typed
from lib.clinical.policy import Policy
from lib.clinical.rules.suicidality import PERSISTING_COLUMNS, summarise_persisting
from lib.services import _clock
from lib.services._item_9_forms import find_assessed, item_9_forms_on, load_item_9
from lib.store import derived
from lib.store.engine import Transaction
from lib.store.flag_life import (
    read_absences,
    read_open_acts,
    read_open_log,
    read_queue_acts,
    read_queue_log,
)
from lib.store.identities import are_of_this_page
from lib.store.records import read_patients

_PLACES = ("until_day", "owner", "in_charge", "is_escalated", "waits_hours")
_NOTHING_PERSISTS = pd.DataFrame(columns=list(PERSISTING_COLUMNS), dtype="int64")


def add_states(
    connection: Transaction, flags: pd.DataFrame, as_of: date, policy: Policy, patients: list[int]
) -> pd.DataFrame:
    """Open flags of these patients with the columns of derive_flag_life, in_charge (the owner, or who stands in) and
    waits_hours."""
    told = read_open_acts(connection, patients), read_open_log(connection, patients)
    return _tell_states(connection, flags, told, as_of, policy)


def add_places(
    connection: Transaction, flags: pd.DataFrame, as_of: date, policy: Policy, clinics: Sequence[int] | None
) -> pd.DataFrame:
    """Open flags of these clinics with what decides where they stand in the queue: set_aside (SNOOZED, WRONG or ""), until_day,
    owner, in_charge, is_escalated and waits_hours."""
    told = read_queue_acts(connection, clinics), read_queue_log(connection, clinics)
    states = _tell_states(connection, flags, told, as_of, policy)
    # Whether somebody has seen a flag that is not critical was not read.
    aside = np.where(states["state"].isin((SNOOZED, WRONG)), states["state"].array, "")
    return beside(flags, {**arrays_of(states, _PLACES), "set_aside": aside})


def _tell_states(
    connection: Transaction,
    flags: pd.DataFrame,
    told: tuple[pd.DataFrame, pd.DataFrame],
    as_of: date,
    policy: Policy,
) -> pd.DataFrame:
    """told: what was done about them, and what changed in them."""
    acts, log = told
    # What was done about the flags of another identity, before it was this patient, was not done about these.
    if len(acts):
        acts = acts[are_of_this_page(connection, rename(acts, {"patient_key": "patient"}))]
    # Looking back, the hours end with the day that is looked at.
    until = derived.read_about(connection).get("known_until")
    now, today = int(until) if until else _clock.seconds(_clock.now()), _clock.day_number(as_of)
    flags = derive_flag_life(flags, acts, log, today=today, now=now, policy=policy)
    waiting = (now - flags["waits_since"].array) // 3600
    in_charge = typed(_find_in_charge(connection, flags, today))
    return beside(flags, {"in_charge": in_charge, "waits_hours": waiting})


def _find_in_charge(connection: Transaction, flags: pd.DataFrame, today: int) -> list[str]:
    """By flag its owner, or who stands in for them in the patient's clinic."""
    if not any(flags["owner"].tolist()):
        return [""] * len(flags)
    entered = read_absences(connection)
    own = {clinic: absences_of(frozenset({clinic}), entered) for clinic in flags["clinic_id"].unique()}
    pairs = list(zip(flags["owner"], flags["clinic_id"], strict=True))
    stands_in = {(owner, clinic): find_cover(owner, own[clinic], today) for owner, clinic in set(pairs)}
    return [stands_in[pair] for pair in pairs]


def read_persisting(
    connection: Transaction,
    scope: list[int] | None,
    as_of: date,
    policy: Policy,
    patients: Iterable[int] | None = None,
) -> pd.DataFrame:
    """Columns of summarise_persisting, of these patients (None: of everyone in the scope of clinics): only whoever was
    assessed of late is looked at: nothing adds to an older closing."""
    day = _clock.day_number(as_of)
    closed = find_assessed(connection, patients, day - policy.flag_life.reassess_days)
    if not closed:
        return _NOTHING_PERSISTS.copy(deep=False)
    forms, closings = load_item_9(connection, closed)
    closings = closings[closings["on_day"] <= day]
    found = summarise_persisting(item_9_forms_on(forms, day), closings, day, policy)
    if scope is None:
        return found
    own = read_patients(connection, found["patient"].tolist(), clinics=scope)
    return found[found["patient"].isin(own["patient_key"])]
