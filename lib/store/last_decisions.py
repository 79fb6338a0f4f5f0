"""The last signed decision of each patient."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, func, select

from lib.store.records import read_frame
from lib.store.review_tables import decision

# In mg and in days, as they were typed; null where nothing was.
DOSES = ("old_dose_mg", "new_dose_mg", "old_interval_days", "new_interval_days")


def read_last_decisions(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """patient_key, options (JSON), signer, is_verified, on_day and review_by (days since 1970-01-01), and DOSES."""
    last = select(func.max(decision.c.id)).group_by(decision.c.patient_key)
    names = ("patient_key", "options", "signer", "is_verified", "on_day", "review_by", *DOSES)
    query = select(*(decision.c[name] for name in names)).where(decision.c.id.in_(last))
    if clinics is not None:
        query = query.where(decision.c.clinic_key.in_(clinics))
    return read_frame(connection, query)
