"""Whose courses stand behind a number: names, for a purpose that is stated and kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lib.services import _clock
from lib.services._audit import Act, writing
from lib.services._scope import clinic_keys
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import Store, StoreError
from lib.store import bulk_outcomes
from lib.store.records import read_patients

LEAST_PURPOSE = 8


@dataclass(frozen=True)
class Opening:
    """What is looked at ("Response, PHQ-9: not met"), what for, and whose courses: patient keys."""

    what: str
    purpose: str
    patients: tuple[int, ...]


@permitted(Permission.SEE_PATIENTS)
def open_list(actor: Actor, store: Store, opening: Opening) -> None:
    """Write down who looks, what at and what for, before a name is shown. Raises StoreError where no purpose is stated."""
    purpose = " ".join(opening.purpose.split())
    if len(purpose) < LEAST_PURPOSE:
        raise StoreError("Say what the names are needed for, in a few words: it is kept with your name.")
    values = {
        "actor": actor.name,
        "purpose": purpose,
        "what": opening.what,
        "n_patients": len(set(opening.patients)),
        "opened_at": _clock.seconds(_clock.now()),
    }
    with writing(
        actor, store, Act.VIEW_LIST, detail={"n_patients": len(set(opening.patients))}
    ) as connection:
        bulk_outcomes.add_list_opening(connection, values)


@permitted(Permission.SEE_PATIENTS)
def read_names(actor: Actor, store: Store, patients: Sequence[int]) -> pd.DataFrame:
    """patient_key, patient_id, clinic_id of these patients in the actor's clinics."""
    with store.read() as connection:
        own = read_patients(connection, patients, clinics=clinic_keys(connection, actor))
    return own[["patient_key", "patient_id", "clinic_id"]]
