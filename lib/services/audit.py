"""Reading the audit, and proving that it is whole."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

import pandas as pd

from lib.clinical.moments import SECONDS_A_DAY
from lib.services import _audit, _clock
from lib.services._audit import Act, anchor_start, note_act, note_reading
from lib.services._audit_anchor import anchor_file, begin_anchor
from lib.services._audit_chain import Finding, Kind
from lib.services._audit_keys import append_key, key_file, read_keys
from lib.services._audit_verifying import Verified, verify
from lib.services._scope import clinic_keys
from lib.services._signature import find_changed
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import Store, StoreError
from lib.store import accounts, audit
from lib.store.audit import Sight
from lib.store.engine import Transaction, UnwritableError, seeing_every_clinic

__all__ = ["Act", "Finding", "Kind", "Verified"]

# Columns of a search, as they are printed.
LISTED = MappingProxyType(
    {
        "seq": "row",
        "happened_at": "at",
        "actor": "actor",
        "role": "role",
        "act": "act",
        "patient_id": "patient_id",
        "clinic_id": "clinic_id",
        "subject": "subject",
        "detail": "detail",
        "session": "session",
    }
)


@dataclass(frozen=True)
class Asked:
    """What is looked for; nothing: all of it. patient_id: as the clinic writes it. first, last: days by UTC, both included."""

    actor: str = ""
    act: str = ""
    patient_id: str = ""
    first: date | None = None
    last: date | None = None


@permitted(Permission.SEE_AUDIT)
def search_audit(
    actor: Actor, store: Store, asked: Asked, *, limit: int | None = None, offset: int = 0
) -> tuple[pd.DataFrame, int]:
    """Rows of the actor's clinics, and of none but for those of people of other clinics alone, the newest first: the values of
    LISTED, at in UTC (moments), NA for nothing; and how many there are in all. Names of patients are looked up now, and are in no
    row."""
    equal = {"actor": asked.actor, "act": asked.act}
    with store.read() as connection:
        rows, n_rows = audit.search_entries(
            connection,
            equal={name: value for name, value in equal.items() if value},
            patient_id=asked.patient_id,
            sight=_find_sight(connection, actor),
            since=_start_of(asked.first),
            until=_start_of(asked.last and asked.last + timedelta(days=1)),
            limit=limit,
            offset=offset,
        )
    shown = rows[list(LISTED)].rename(columns=dict(LISTED))
    return shown.assign(at=pd.to_datetime(shown["at"].astype("int64"), unit="s", utc=True)), n_rows


def _find_sight(connection: Transaction, actor: Actor) -> Sight | None:
    clinics = clinic_keys(connection, actor)
    if clinics is None or actor.clinics is None:
        return None
    people = [row for row in accounts.read_accounts(connection) if row["clinics"] is not None]
    return Sight(
        clinics, {row["id"]: row["name"] for row in people if actor.clinics.isdisjoint(row["clinics"])}
    )


def _start_of(day: date | None) -> int | None:
    """The first second of a day by UTC."""
    return None if day is None else _clock.day_number(day) * SECONDS_A_DAY


@permitted(Permission.SEE_AUDIT)
def read_people(actor: Actor, store: Store) -> list[str]:
    """Everybody who ever did something that the actor may see."""
    with store.read() as connection:
        return audit.read_actors(connection, _find_sight(connection, actor))


@permitted(Permission.SEE_AUDIT)
def verify_audit(actor: Actor, store: Store) -> Verified:
    """Read every row, and hold it against its seal, the anchor file and the decision that it tells of. Raises StoreError
    without the key."""
    with store.read() as connection, seeing_every_clinic(connection):
        found = verify(audit.read_all(connection), read_keys(connection), anchor_file(connection))
        found = replace(found, findings=(*found.findings, *find_changed(connection)))
    counted = {"n_rows": found.n_rows, "n_findings": len(found.findings)}
    # What stands on a disk that takes nothing is verified all the same.
    with suppress(UnwritableError):
        note_reading(actor, store, Act.VERIFY_AUDIT, detail=counted)
    return found


@permitted(Permission.MANAGE_STORE)
def anchor_audit(actor: Actor, store: Store) -> None:
    """Write down outside the database how far the audit has come; a file that is missing begins with today, and that is a row of
    the audit. Raises StoreError where no file is named."""
    with store.read() as connection:
        path, keys = anchor_file(connection), read_keys(connection)
    if path is None:
        raise StoreError("Name the anchor file of this store: AUDIT_ANCHOR.")
    if not path.exists():
        note_act(actor, store, Act.BEGIN_ANCHOR)
        begin_anchor(path, keys)
    anchor_start(store)


@permitted(Permission.MANAGE_STORE)
def note_restored(actor: Actor, store: Store) -> None:
    """Say that an older state of this store was brought back on purpose: what was anchored after it is expected no more. Whoever
    verifies is told from which row on."""
    with store.write() as connection, seeing_every_clinic(connection):
        _audit.note_restored(connection, actor)


@permitted(Permission.MANAGE_STORE)
def change_key(actor: Actor, store: Store) -> str:
    """Seal new rows with a new key; rows of before stay as they are, and their keys are kept to verify them. The new key's id.
    Raises StoreError where the keys are in the environment: put the new one behind the others there."""
    with store.read() as connection:
        path, keys = key_file(connection), read_keys(connection)
    if path is None or not path.exists():
        raise StoreError("The keys are in AUDIT_KEY: put a new one behind the others, after a comma.")
    key_id = append_key(path)
    note_act(actor, store, Act.CHANGE_AUDIT_KEY, detail={"from": keys.current[0], "to": key_id})
    return key_id
