"""What a closing writes down."""

from lib.clinical.rules.catalogue import ITEM_9
from lib.services import _clock
from lib.services._refresh import current_policy
from lib.store.engine import Transaction
from lib.store.imports import last_ids

ASSESSED = "assessed"


def closing_event(
    connection: Transaction,
    *,
    actor: str,
    is_verified: bool = False,
    reason_code: str,
    note: str,
    on_day: int,
) -> dict[str, str | int]:
    """A closing of an item-9 flag that covers everything stored so far, but for whose flag it is.

    is_verified: whether the actor was signed in."""
    covers_assessment, covers_held_row = last_ids(connection)
    return {
        "rule": ITEM_9,
        "event": "closed",
        "reason_code": reason_code,
        "note": note,
        "actor": actor,
        "is_verified": int(is_verified),
        "happened_at": _clock.seconds(_clock.now()),
        "on_day": on_day,
        "policy_version": current_policy(connection).version,
        "covers_assessment_id": covers_assessment,
        "covers_held_row_id": covers_held_row,
    }
