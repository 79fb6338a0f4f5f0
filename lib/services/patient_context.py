"""What else is on record about a patient: diagnoses, dispensing, risk assessments and contacts. Read only where it is shown."""

from dataclasses import dataclass

import pandas as pd

from lib.services._people import read_people
from lib.services._record_frames import read_records
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError
from lib.store.engine import Store


@dataclass(frozen=True)
class PatientContext:
    """Frames of one patient, oldest row first; empty cells are "not recorded", never zero or no.

    diagnoses: on (onset; NaT where not recorded) · code · resolved_on
    dispensing: on · tablets · strength_mg · lot
    risk_assessments: on · at · is_time_known · tool · result · clinician_id
    contacts: on · at · is_time_known · kind · outcome · clinician_id
    """

    diagnoses: pd.DataFrame
    dispensing: pd.DataFrame
    risk_assessments: pd.DataFrame
    contacts: pd.DataFrame


@permitted(Permission.SEE_PATIENTS)
def read_context(actor: Actor, store: Store, patient_key: int) -> PatientContext:
    """Of one patient of the actor's clinics, up to today. Raises NotFoundError, with the same words for another clinic's
    patient and for nobody."""
    with store.read() as connection:
        if patient_key not in read_people(connection, actor, [patient_key]).index:
            raise NotFoundError("No patient was found at this address.")
        as_of = pd.Timestamp(today(connection))

        def read(kind: str) -> pd.DataFrame:
            rows = read_records(connection, kind, patient_key)
            # What has no date has been so since before anybody asked.
            return rows[~(rows["on"] > as_of)].reset_index(drop=True)

        return PatientContext(*(read(kind) for kind in PatientContext.__dataclass_fields__))
