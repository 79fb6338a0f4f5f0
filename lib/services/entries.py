"""Records that somebody types: one at a time, through the checks of a file's row, as a new version with who and when."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.clinical.frames import KINDS
from lib.services._audit import About, Act, writing
from lib.services._drawn import (
    AlreadyStoredError,
    ChangedSinceError,
    DrawnForm,
    check_person,
    check_version,
    find_person,
)
from lib.services._entering import WEIGHT, Entry, EntryReceipt, EntryRefusedError, merge_changes, save_entry
from lib.services._stored_records import StoredRecord, read_stored
from lib.services.access import Actor, Permission, permitted
from lib.store.engine import Store, StoreError
from lib.store.records import read_clinics

__all__ = [
    "ENTERED_KINDS",
    "WEIGHT",
    "AlreadyStoredError",
    "ChangedSinceError",
    "DrawnForm",
    "EntryForm",
    "EntryReceipt",
    "EntryRefusedError",
    "StoredRecord",
    "correct_record",
    "enter_record",
    "read_entry_form",
]

# The others come as files: who the patients and courses are is not decided on one patient's page.
ENTERED_KINDS = (
    "assessments",
    "dosing_sessions",
    "adverse_events",
    "integration_events",
    "dose_orders",
    "observations",
    "events",
)


@dataclass(frozen=True)
class EntryForm:
    """What a form of one patient is drawn from. records: in force, the newest event first."""

    patient_key: int
    identity: str
    time_zone: str
    records: tuple[StoredRecord, ...]

    def draw(self, record: int | None = None) -> DrawnForm:
        """What a save is to be compared with. record: the version that the form shows."""
        return DrawnForm(self.patient_key, self.identity, record)


@permitted(Permission.ENTER_RECORDS)
def read_entry_form(actor: Actor, store: Store, patient_key: int, kind: str) -> EntryForm:
    """Raises NotFoundError, with the same words for another clinic's patient and for nobody."""
    _check_kind(kind)
    with store.read() as connection:
        person = find_person(connection, actor, patient_key)
        zones = read_clinics(connection).set_index("clinic_id")["time_zone"]
        in_force = [one for one in read_stored(connection, kind, patient_key) if one.is_in_force]
    # ISO dates and moments sort as text.
    newest = sorted(in_force, key=lambda one: (_event_of(one), one.record), reverse=True)
    return EntryForm(patient_key, person.identity, str(zones[person.clinic_id]), tuple(newest))


@permitted(Permission.ENTER_RECORDS)
def enter_record(
    actor: Actor,
    store: Store,
    patient_key: int,
    kind: str,
    values: Mapping[str, str],
    *,
    expected: DrawnForm,
) -> EntryReceipt:
    """Save a record as typed (text by column, as in a file). A known record with other values gets a new version, where the
    form showed the one in force.

    Raises EntryRefusedError with the sentence that a file's row would get, ChangedSinceError where the record is not what the
    form showed, StoreError where the form is another patient's; then nothing is changed.
    """
    _check_kind(kind)
    cells = {name: text for name, text in values.items() if text.strip()}
    about: About = {"patient_key": patient_key, "subject": kind}
    with writing(actor, store, Act.ENTER, **about) as connection:
        person = check_person(connection, actor, patient_key, expected)
        return save_entry(connection, Entry(actor.name, person, kind, _sign(kind, cells), expected))


@permitted(Permission.ENTER_RECORDS)
def correct_record(
    actor: Actor,
    store: Store,
    patient_key: int,
    kind: str,
    changes: Mapping[str, str],
    *,
    expected: DrawnForm,
) -> EntryReceipt:
    """A new version of the record that the form showed: these columns say something else ("": not recorded), the others stay.

    Raises as enter_record does.
    """
    _check_kind(kind)
    if not changes:
        raise StoreError("Choose what is wrong, and type what is right.")
    subject = f"{kind}:{expected.record}"
    with writing(actor, store, Act.CORRECT, patient_key=patient_key, subject=subject) as connection:
        person = check_person(connection, actor, patient_key, expected)
        stored = read_stored(connection, kind, patient_key)
        shown = next((one for one in stored if one.record == expected.record and one.is_in_force), None)
        if shown is None:
            check_version(connection, kind, expected, None)
            raise StoreError("Choose the record that is corrected.")
        cells = merge_changes(shown, {name: text.strip() for name, text in changes.items()})
        return save_entry(connection, Entry(actor.name, person, kind, _sign(kind, cells), expected))


def _check_kind(kind: str) -> None:
    if kind not in ENTERED_KINDS:
        raise StoreError(f"{kind} are not entered by hand: import them as a file.")


def _sign(kind: str, cells: Mapping[str, str]) -> Mapping[str, str]:
    """Scores that staff typed stay apart from those that patients gave themselves."""
    return {**cells, "entered_by": "staff"} if kind == "assessments" else cells


def _event_of(stored: StoredRecord) -> str:
    event = KINDS[stored.kind].event_column
    return stored.cells[event.name] if event else ""
