"""Taking single records back; an import as a whole is undone in imports."""

from lib.services import _clock
from lib.services._refresh import refresh
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError
from lib.store import withdrawals
from lib.store.engine import Store, StoreError


@permitted(Permission.VOID_RECORDS)
def void_record(actor: Actor, store: Store, kind: str, record: int, why: str) -> None:
    """Take a record back with all its versions; they stay in the store, and an item 9 stays traceable. record: the id of any
    version not withdrawn. Raises StoreError without a reason, and where the actor's clinics have no such record in force."""
    if not why.strip():
        raise StoreError("Say why this record is voided.")
    with store.write() as connection:
        scope = clinic_keys(connection, actor)
        clinic = withdrawals.find_clinic(connection, kind, record)
        if clinic is None or (scope is not None and clinic not in scope):
            raise NotFoundError("This record was not found; somebody may have voided it.")
        withdrawal = withdrawals.Withdrawal(_clock.seconds(_clock.now()), actor.name, why.strip())
        touched = withdrawals.void_record(connection, kind, record, withdrawal)
        refresh(connection, today(connection), touched)
