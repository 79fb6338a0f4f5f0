"""Which clinics a read is about: those of the actor, and no others."""

from lib.services.access import Actor
from lib.store.engine import Transaction
from lib.store.records import read_clinics


def clinic_keys(connection: Transaction, actor: Actor) -> list[int] | None:
    """The keys of the actor's clinics, or None for all of them."""
    if actor.clinics is None:
        return None
    clinics = read_clinics(connection)
    return [int(key) for key in clinics.loc[clinics["clinic_id"].isin(actor.clinics), "clinic_key"]]
