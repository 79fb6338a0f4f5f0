"""Joining two identities in the caller's transaction: for good, or for a look at what it would change."""

from dataclasses import dataclass

from lib.services import _clock
from lib.services._carried_flags import carry_flags
from lib.services._drawn import DrawnForm, check_person
from lib.services._identities import rename_records
from lib.services._refresh import refresh
from lib.services._standing import today
from lib.services.access import Actor
from lib.store import merges as store_merges
from lib.store.engine import StoreError, Transaction


@dataclass(frozen=True)
class DrawnPair:
    """Both identities as they stood on the screen: the one whose rows move, and the one that remains."""

    gone: DrawnForm
    remains: DrawnForm


def join_identities(
    connection: Transaction, actor: Actor, keys: tuple[int, int], drawn: DrawnPair, why: str
) -> int:
    """All that a merge does, in the caller's transaction; its key. keys: whose rows move, and who remains.

    Raises StoreError for two clinics, and where either is somebody else than was shown."""
    from_key, into_key = keys
    gone = check_person(connection, actor, from_key, drawn.gone)
    remains = check_person(connection, actor, into_key, drawn.remains)
    if gone.clinic_id != remains.clinic_id:
        raise StoreError("The two are patients of two clinics, and no clinic sees another's records.")
    said = {"merged_by": actor.name, "merged_why": why.strip(), "merged_at": _clock.seconds(_clock.now())}
    merge = store_merges.add_merge(connection, from_key, into_key, said)
    store_merges.give_rows(connection, merge)
    rename_records(connection, merge, into_key)
    carry_flags(connection, merge, today(connection))
    refresh(connection, today(connection), [from_key, into_key])
    return merge.key
