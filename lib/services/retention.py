"""What has been kept long enough: told first, and purged on a second word.

Records are withdrawn, with who, when and why, and not erased; sign-ins that are long over are erased, as the audit has them. A
legal hold keeps a patient's records whatever their age."""

from dataclasses import dataclass

import pandas as pd

from lib.clinical.moments import SECONDS_A_DAY
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL, ITEM_9
from lib.services import _clock
from lib.services._audit import Act, write_entry, writing
from lib.services._people import find_patient
from lib.services._refresh import current_policy, refresh
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import Store, StoreError
from lib.store import derived, retention
from lib.store.engine import Transaction
from lib.store.records import read_patients
from lib.store.withdrawals import Withdrawal, withdraw_patient

_YEAR = 365.25 * SECONDS_A_DAY
DUE, ON_HOLD, WAITS = "due", "legal hold", "a flag waits for a clinician"


@dataclass(frozen=True)
class Due:
    """patients: in the actor's clinics, last heard of longer ago than the policy keeps them: patient_key, patient_id, clinic_id,
    last_heard_on (date), state (DUE, ON_HOLD or WAITS). n_sign_ins: over for longer than the policy keeps them."""

    patients: pd.DataFrame
    n_sign_ins: int

    @property
    def keys(self) -> list[int]:
        """Patients who are due, and nothing stands in the way."""
        return [int(key) for key in self.patients.loc[self.patients["state"] == DUE, "patient_key"]]


@permitted(Permission.MANAGE_STORE)
def read_due(actor: Actor, store: Store) -> Due:
    """What a purge would take now; nothing is changed."""
    with store.read() as connection:
        return _find_due(connection, actor)


def _find_due(connection: Transaction, actor: Actor) -> Due:
    policy, now = current_policy(connection), _clock.seconds(_clock.now())
    heard, in_force = retention.read_last_heard(connection), retention.read_in_force(connection)
    people = read_patients(connection, clinics=clinic_keys(connection, actor))
    limit = now - policy.retention.patient_years * _YEAR
    is_old = [key in in_force and heard.get(key, now) < limit for key in people["patient_key"]]
    old = people[pd.Series(is_old, dtype=bool, index=people.index)]
    held, waiting = retention.read_held(connection), _wait_for_clinician(connection)
    states = [
        ON_HOLD if key in held else WAITS if key in waiting else DUE for key in old["patient_key"].tolist()
    ]
    days = [_clock.day_of_second(heard[key]) for key in old["patient_key"]]
    columns = old[["patient_key", "patient_id", "clinic_id"]].reset_index(drop=True)
    told = columns.assign(last_heard_on=pd.Series(days, dtype=object), state=pd.Series(states, dtype=object))
    return Due(told, retention.count_old_sign_ins(connection, _sign_ins_before(policy, now)))


def _sign_ins_before(policy: Policy, now: int) -> int:
    return now - policy.retention.sign_in_days * SECONDS_A_DAY


def _wait_for_clinician(connection: Transaction) -> set[int]:
    """Whose item 9, or critical flag, nobody has closed."""
    flags = derived.read_open_flags(connection, None)
    return set(flags.loc[(flags["rule"] == ITEM_9) | (flags["severity"] >= CRITICAL), "patient_key"])


@permitted(Permission.MANAGE_STORE)
def purge(actor: Actor, store: Store) -> Due:
    """Withdraw the records of every patient who is due, and erase sign-ins that are long over; what was purged. The audit gets
    a row for each patient, and one for the sign-ins."""
    with store.write() as connection:
        due, now = _find_due(connection, actor), _clock.seconds(_clock.now())
        years = current_policy(connection).retention.patient_years
        withdrawal = Withdrawal(now, actor.name, f"kept for {years} years after the last record")
        for key in due.keys:
            n_versions = withdraw_patient(connection, key, withdrawal)
            detail = {"n_versions": n_versions, "years": years}
            write_entry(connection, actor, Act.PURGE, patient_key=key, detail=detail)
        if due.n_sign_ins:
            before = _sign_ins_before(current_policy(connection), now)
            detail = {"n_sign_ins": retention.delete_old_sign_ins(connection, before)}
            write_entry(connection, actor, Act.PURGE, detail=detail)
        if due.keys:
            refresh(connection, today(connection), due.keys)
    return due


@permitted(Permission.MANAGE_STORE)
def hold(actor: Actor, store: Store, patient_key: int, why: str) -> None:
    """Keep a patient's records until somebody releases them. Raises StoreError without a reason, NotFoundError."""
    with writing(actor, store, Act.HOLD, patient_key=patient_key) as connection:
        _note(connection, actor, patient_key, retention.HELD, why)


@permitted(Permission.MANAGE_STORE)
def end_hold(actor: Actor, store: Store, patient_key: int, why: str) -> None:
    """Raises StoreError without a reason, and where there is no hold; NotFoundError."""
    with writing(actor, store, Act.END_HOLD, patient_key=patient_key) as connection:
        find_patient(connection, actor, patient_key)
        if patient_key not in retention.read_held(connection):
            raise StoreError("This patient is under no legal hold.")
        _note(connection, actor, patient_key, retention.RELEASED, why)


def _note(connection: Transaction, actor: Actor, patient_key: int, event: str, why: str) -> None:
    find_patient(connection, actor, patient_key)
    if not why.strip():
        raise StoreError("Say why: a legal hold is kept with its reason.")
    values = {"patient_key": patient_key, "event": event, "reason": why.strip(), "actor": actor.name}
    retention.add_hold(connection, values | {"happened_at": _clock.seconds(_clock.now())})


@permitted(Permission.MANAGE_STORE)
def find_key(actor: Actor, store: Store, patient_id: str, clinic_id: str = "") -> int:
    """The key of a patient by the clinic's own id. Raises StoreError for nobody, and where several clinics have one."""
    with store.read() as connection:
        people = read_patients(connection, clinics=clinic_keys(connection, actor))
    own = people[people["patient_id"] == patient_id]
    own = own[own["clinic_id"] == clinic_id] if clinic_id else own
    if len(own) != 1:
        raise StoreError(
            "No patient was found." if own.empty else "Several clinics have one: name the clinic."
        )
    return int(own["patient_key"].iloc[0])
