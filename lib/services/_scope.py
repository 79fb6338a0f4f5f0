"""Which clinics a read is about: those of the actor, and no others."""

import pandas as pd

from lib.services.access import Actor
from lib.services.errors import NotFoundError
from lib.store.engine import Transaction
from lib.store.records import read_clinics, read_patients


def clinic_keys(connection: Transaction, actor: Actor) -> list[int] | None:
    """The keys of the actor's clinics, or None for all of them."""
    if actor.clinics is None:
        return None
    clinics = read_clinics(connection)
    return [int(key) for key in clinics.loc[clinics["clinic_id"].isin(actor.clinics), "clinic_key"]]


def read_names(connection: Transaction, actor: Actor, clinic_id: str) -> "pd.Series[str]":
    """By patient key the patient_id of everybody in one of the actor's clinics. Raises NotFoundError, with the same words for
    another's clinic and for one without patients."""
    scope = clinic_keys(connection, actor)
    people = read_patients(connection).set_index("patient_key")
    is_seen = True if scope is None else people["clinic_key"].isin(scope)
    names = people.loc[(people["clinic_id"] == clinic_id) & is_seen, "patient_id"]
    if names.empty:
        raise NotFoundError("No clinic was found at this address.")
    return names
