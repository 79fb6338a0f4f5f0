"""Two identities that are one person: only a named person says so, with a reason, and it can be taken back."""

import pandas as pd

from lib.services import _clock
from lib.services._audit import Act, name_pair, write_entry, writing
from lib.services._carried_flags import take_flags_back
from lib.services._drawn import DrawnForm, find_person
from lib.services._identities import rename_records
from lib.services._joining import DrawnPair, join_identities
from lib.services._refresh import refresh
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError
from lib.store import merges as store_merges
from lib.store.engine import Store, StoreError, Transaction
from lib.store.merges import Merge

__all__ = ["DrawnPair", "merge_patients", "read_merges", "read_pair", "unmerge"]


@permitted(Permission.MERGE_PATIENTS)
def read_pair(actor: Actor, store: Store, from_key: int, into_key: int) -> DrawnPair:
    """What a form that asks for a merge is drawn from. Raises NotFoundError, as for every patient who is not the actor's."""
    with store.read() as connection:
        people = (find_person(connection, actor, key) for key in (from_key, into_key))
        return DrawnPair(*(DrawnForm(one.patient_key, one.identity) for one in people))


@permitted(Permission.MERGE_PATIENTS)
def merge_patients(
    actor: Actor, store: Store, from_key: int, into_key: int, why: str, *, drawn: DrawnPair
) -> int:
    """Give all rows of one identity to another one of the same clinic; the merge's key. Nothing is deleted, and nothing that was
    closed for one of them is thereby closed for the other. drawn: both as the person saw them.

    Raises StoreError without a reason, for two clinics, and where either is somebody else than was shown; NotFoundError where
    either is not a patient of the actor's clinics (any more).
    """
    if not why.strip():
        raise StoreError("Say why these two are one person.")
    if from_key == into_key:
        raise StoreError("Choose two patients.")
    with writing(actor, store, Act.MERGE, **name_pair((into_key, from_key))) as connection:
        return join_identities(connection, actor, (from_key, into_key), drawn, why)


@permitted(Permission.MERGE_PATIENTS)
def unmerge(actor: Actor, store: Store, merge_key: int, why: str) -> None:
    """Take a merge back: exactly the rows that it gave, and those that have come under the old name since, go back. What was
    closed while the two were one is open again in both.

    Raises StoreError without a reason and while a later merge stands on this one; NotFoundError where the actor's clinics have
    no such merge in force."""
    if not why.strip():
        raise StoreError("Say why these two are not one person.")
    with store.write() as connection:
        known = store_merges.describe_merges(connection, clinic_keys(connection, actor))
        merge = _find_merge(connection, merge_key) if merge_key in set(known["id"]) else None
        if merge is None or not merge.is_in_force:
            raise NotFoundError("This merge was not found; somebody may have taken it back.")
        if merge.into_key in store_merges.read_remaining(connection):
            raise StoreError("The patient has been merged into another one since: take that back first.")
        said = {"unmerged_by": actor.name, "unmerged_why": why.strip(), "unmerged_at": _now()}
        store_merges.take_rows_back(connection, merge)
        rename_records(connection, merge, merge.from_key)
        store_merges.mark_unmerged(connection, merge_key, said)
        take_flags_back(connection, merge, today(connection))
        refresh(connection, today(connection), [merge.from_key, merge.into_key])
        write_entry(connection, actor, Act.UNMERGE, **name_pair((merge.into_key, merge.from_key)))


@permitted(Permission.MERGE_PATIENTS)
def read_merges(actor: Actor, store: Store) -> pd.DataFrame:
    """Every merge in the actor's clinics, also those taken back, the newest first: id, clinic_id, from_key, from_patient_id,
    into_key, into_patient_id, merged_at, merged_by, merged_why, unmerged_at, unmerged_by, unmerged_why, n_rows."""
    with store.read() as connection:
        return store_merges.describe_merges(connection, clinic_keys(connection, actor))


def _now() -> int:
    return _clock.seconds(_clock.now())


def _find_merge(connection: Transaction, merge_key: int) -> Merge | None:
    return next((one for one in store_merges.read_merges(connection) if one.key == merge_key), None)
