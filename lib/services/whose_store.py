"""Whether a store may be shown without a sign-in."""

from lib.services._store_kind import is_synthetic
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import Store


@permitted(Permission.MANAGE_STORE)
def holds_real_patients(actor: Actor, store: Store) -> bool:
    """Whether anybody in it may be a real patient: in all stores but the demo and those for practice."""
    with store.read() as connection:
        return not is_synthetic(connection)
