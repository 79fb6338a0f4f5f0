"""The last signed decision of each patient."""

from collections.abc import Iterable
from functools import cache

import pandas as pd
from sqlalchemy import Connection, Select, select

from lib.store.asked import chosen, of_patients
from lib.store.records import read_frame
from lib.store.review_tables import decision

# In mg and in days, as they were typed; null where nothing was.
DOSES = ("old_dose_mg", "new_dose_mg", "old_interval_days", "new_interval_days")


def read_last_decisions(connection: Connection, patients: Iterable[int]) -> pd.DataFrame:
    """Of these patients: patient_key, options (JSON), signer, is_verified, on_day and review_by (days since 1970-01-01), and
    DOSES."""
    asked = of_patients(_last_decisions(), decision, patients)
    return chosen(read_frame(connection, asked), patients, "patient_key")


@cache
def _last_decisions() -> Select:
    later = decision.alias()
    follows = select(later.c.id).where(
        later.c.patient_key == decision.c.patient_key, later.c.id > decision.c.id
    )
    names = ("patient_key", "options", "signer", "is_verified", "on_day", "review_by", *DOSES)
    return select(*(decision.c[name] for name in names)).where(~follows.exists())
