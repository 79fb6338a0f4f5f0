"""The last signed decision of each patient."""

from collections.abc import Iterable, Sequence
from functools import cache

import pandas as pd
from sqlalchemy import Connection, Select, select

from lib.store.asked import chosen, of_patients
from lib.store.records import read_frame
from lib.store.review_tables import decision

# In mg and in days, as they were typed; null where nothing was.
DOSES = ("old_dose_mg", "new_dose_mg", "old_interval_days", "new_interval_days")


def read_last_decisions(
    connection: Connection, clinics: Sequence[int] | None, patients: Iterable[int]
) -> pd.DataFrame:
    """Of these patients: patient_key, options (JSON), signer, is_verified, on_day and review_by (days since 1970-01-01), and
    DOSES."""
    query = _last_decisions()
    if clinics is not None:
        query = query.where(decision.c.clinic_key.in_(clinics))
    return chosen(
        read_frame(connection, of_patients(query, decision, patients)), patients, whose="patient_key"
    )


@cache
def _last_decisions() -> Select:
    later = decision.alias()
    follows = select(later.c.id).where(
        later.c.patient_key == decision.c.patient_key, later.c.id > decision.c.id
    )
    names = ("patient_key", "options", "signer", "is_verified", "on_day", "review_by", *DOSES)
    return select(*(decision.c[name] for name in names)).where(~follows.exists())
