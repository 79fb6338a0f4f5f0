"""The versions of a policy as they were published, and the days of recorded decisions."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from lib.store.derived_tables import policy_version
from lib.store.records import read_frame
from lib.store.review_tables import decision


def read_policy_versions(connection: Connection) -> list[Mapping[str, Any]]:
    """Every version, the oldest first: version, toml, published_at, published_by, comment."""
    query = select(policy_version).order_by(policy_version.c.version)
    return [dict(row) for row in connection.execute(query).mappings()]


def read_decision_days(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """patient, day (since 1970-01-01): one row a signed decision."""
    query = select(decision.c.patient_key.label("patient"), decision.c.on_day.label("day"))
    if clinics is not None:
        query = query.where(decision.c.clinic_key.in_(clinics))
    return read_frame(connection, query).astype("int64")
