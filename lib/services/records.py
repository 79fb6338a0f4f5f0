"""Taking single records back; an import as a whole is undone in imports."""

from lib.services import _clock
from lib.services._audit import Act, write_entry
from lib.services._drawn import DrawnForm, check_person, check_version
from lib.services._refresh import refresh
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services._stored_records import read_stored
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError
from lib.store import withdrawals
from lib.store.engine import Store, StoreError, Transaction


@permitted(Permission.VOID_RECORDS)
def void_record(
    actor: Actor, store: Store, kind: str, record: int, why: str, *, expected: DrawnForm | None = None
) -> None:
    """Take a record back with all its versions; they stay in the store, and an item 9 stays traceable. record: the id of any
    version not withdrawn. expected: the form that asks for it, so that nothing is voided that it did not show.

    Raises StoreError without a reason, where the actor's clinics have no such record in force, and where it is another
    patient's, or another version, than the form showed."""
    if not why.strip():
        raise StoreError("Say why this record is voided.")
    with store.write() as connection:
        scope = clinic_keys(connection, actor)
        clinic = withdrawals.find_clinic(connection, kind, record)
        if clinic is None or (scope is not None and clinic not in scope):
            raise NotFoundError("This record was not found; somebody may have voided it.")
        if expected:
            _check_form(connection, actor, kind, record, expected)
        withdrawal = withdrawals.Withdrawal(_clock.seconds(_clock.now()), actor.name, why.strip())
        touched = withdrawals.void_record(connection, kind, record, withdrawal)
        refresh(connection, today(connection), touched)
        write_entry(connection, actor, Act.VOID, patient_key=min(touched), subject=f"{kind}:{record}")


def _check_form(connection: Transaction, actor: Actor, kind: str, record: int, expected: DrawnForm) -> None:
    person = check_person(connection, actor, expected.patient_key, expected)
    stored = read_stored(connection, kind, person.patient_key)
    in_force = next((one for one in stored if one.record == record and one.is_in_force), None)
    check_version(connection, kind, expected, in_force)
