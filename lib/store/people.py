"""Making clinics and the identities of patients."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from lib.clinical.lookalikes import fold_alike
from lib.store.tables import clinic, patient_identity


def add_clinic(
    connection: Connection, clinic_id: str, name: str, time_zone: str, instruments: Sequence[str]
) -> int:
    """A new clinic; its key."""
    row = {"clinic_id": clinic_id, "name": name, "time_zone": time_zone, "instruments": ";".join(instruments)}
    return int(connection.execute(insert(clinic).values(row).returning(clinic.c.id)).scalar_one())


def add_patients(connection: Connection, patients: Sequence[tuple[int, str]]) -> None:
    """Identities for these (clinic_key, patient_id)."""
    rows = [
        {"clinic_key": key, "patient_id": patient_id, "alike": fold_alike(patient_id)}
        for key, patient_id in patients
    ]
    if rows:
        connection.execute(insert(patient_identity), rows)


def read_keys(connection: Connection, clinics: Sequence[int] | None = None) -> list[int]:
    """The keys of all patients (of these clinics), of identities that were merged too, ascending."""
    query = select(patient_identity.c.id).order_by(patient_identity.c.id)
    if clinics is not None:
        query = query.where(patient_identity.c.clinic_key.in_(clinics))
    return [int(key) for key in connection.execute(query).scalars()]
