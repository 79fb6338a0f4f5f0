"""What a form was drawn with: whose it is, and which version it shows. A save that no longer fits it is refused."""

from dataclasses import dataclass

import pandas as pd

from lib.clinical.births import say_birth, year_of_birth
from lib.clinical.plain_rows import rows_of
from lib.services._scope import clinic_keys
from lib.services._stored_records import StoredRecord, say_change
from lib.services.access import Actor
from lib.services.errors import NotFoundError
from lib.store.engine import StoreError, Transaction
from lib.store.listed_people import read_listed_people
from lib.store.records import read_record_columns


@dataclass(frozen=True)
class Person:
    """identity: P-0142 · JM · born 1984, as every form of this patient says it. initials, birth_year: what is recorded to compare
    a signature with; None: not recorded."""

    patient_key: int
    patient_id: str
    clinic_id: str
    identity: str
    initials: str | None
    birth_year: int | None

    @property
    def asks_for_patient_id(self) -> bool:
        return self.initials is None or self.birth_year is None


@dataclass(frozen=True)
class DrawnForm:
    """identity: whose form it was on the screen. record: the version in force that it showed; None where it showed none."""

    patient_key: int
    identity: str
    record: int | None = None


class ChangedSinceError(StoreError):
    """The record is no longer what the form showed."""


class AlreadyStoredError(ChangedSinceError):
    """There is a record of the same moment that the form did not show. stored: what it says."""

    def __init__(self, message: str, stored: StoredRecord) -> None:
        super().__init__(message)
        self.stored = stored


def find_person(connection: Transaction, actor: Actor, patient_key: int) -> Person:
    """A patient of the actor's clinics. Raises NotFoundError, with the same words for another clinic's and for nobody."""
    found = rows_of(read_listed_people(connection, clinic_keys(connection, actor), [patient_key]))
    if not found:
        raise NotFoundError("No patient was found at this address.")
    (row,) = found
    about = read_record_columns(connection, "patients", patient_key)
    parts = [str(row["patient_id"])]
    parts += [str(row["initials"])] if pd.notna(row["initials"]) else []
    initials, *born = (next(iter(about[name]), None) for name in ("initials", "birth_year", "birth_date"))
    parts.append(say_birth(*born))
    return Person(
        patient_key,
        str(row["patient_id"]),
        str(row["clinic_id"]),
        " · ".join(parts),
        letters_of(initials or "") or None,
        year_of_birth(*born),
    )


def letters_of(text: str) -> str:
    """J. M. and jm are JM."""
    return "".join(letter for letter in str(text) if letter.isalnum()).casefold()


def check_person(connection: Transaction, actor: Actor, patient_key: int, drawn: DrawnForm) -> Person:
    """Raises StoreError where the form was drawn for somebody else than the patient that it is saved for."""
    person = find_person(connection, actor, patient_key)
    if (drawn.patient_key, drawn.identity) != (patient_key, person.identity):
        raise StoreError(
            f"This form was drawn for {drawn.identity}, and the patient here is {person.identity}. Nothing was saved: "
            "open the patient's page again, and compare."
        )
    return person


def check_version(
    connection: Transaction, kind: str, drawn: DrawnForm, in_force: StoredRecord | None
) -> None:
    """Raises ChangedSinceError unless what is in force, read before the save, is what the form showed."""
    if drawn.record == (in_force.record if in_force else None):
        return
    if drawn.record is None and in_force:
        message = "This is recorded already, with other values. Nothing was saved: compare, then replace it or correct yours."
        raise AlreadyStoredError(message, in_force)
    raise ChangedSinceError(say_change(connection, kind, drawn.patient_key, drawn.record))
