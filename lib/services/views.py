"""Looking at a patient: written down once for each opening, before anything of the patient is drawn."""

import sys

from lib.services import _clock
from lib.services._audit import Act, note_reading
from lib.services._scope import clinic_keys
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import BusyError, NotFoundError, Store, StoreError
from lib.store import audit


@permitted(Permission.SEE_PATIENTS)
def note_view(actor: Actor, store: Store, patient_key: int, *, at_once: bool = False) -> str:
    """Write down that the actor opens this patient; nothing, or the sentence that says why it could not be.

    A disk that is full at night must hide no patient from whoever is on call: what cannot be written to the store is said on the
    page, and left on standard error with time, name and key. Raises NotFoundError, with the same words for another clinic's
    patient and for nobody; at_once: BusyError where somebody else is writing, an import above all."""
    with store.read() as connection:
        clinic, scope = audit.find_clinic(connection, patient_key), clinic_keys(connection, actor)
    if clinic is None or (scope is not None and clinic not in scope):
        raise NotFoundError("No patient was found at this address.")
    try:
        note_reading(actor, store, Act.VIEW, at_once=at_once, patient_key=patient_key)
    except StoreError as error:
        if at_once and isinstance(error, BusyError):
            raise
        moment = _clock.now().isoformat(timespec="seconds")
        print(f"{moment} NOT AUDITED: {actor.name} opened patient {patient_key}", file=sys.stderr)
        return f"That you look at this patient could not be written down in the audit. {error}"
    return ""


@permitted(Permission.SEE_PATIENTS)
def note_listing(actor: Actor, store: Store, name: str, n_rows: int) -> None:
    """Write down that rows with names leave, as a file of a page or for standard output. name: of the list or the command.
    Raises StoreError where it cannot be."""
    note_reading(actor, store, Act.EXPORT, detail={"form": name, "n_rows": n_rows})
