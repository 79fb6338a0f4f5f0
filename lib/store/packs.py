"""Monthly packs: only ever added to, so that what was handed out can be shown again byte by byte."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Column, Connection, LargeBinary, Table, insert, select

from lib.store.columns import key_column, metadata, whole_columns, word_columns
from lib.store.records import read_frame

# clinics: JSON, the ids of the clinics that it speaks of, sorted. Days since 1970-01-01.
pack = Table(
    "pack",
    metadata,
    key_column(),
    *word_columns("made_by", "clinics", "data_version", "content_sha256", "html_sha256", "pdf_sha256"),
    *whole_columns("made_at", "first_day", "last_day", "as_of_day", "policy_version"),
    Column("html", LargeBinary, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
)
_LISTED = [column for column in pack.columns if column.name not in ("html", "pdf")]


def add_pack(connection: Connection, values: Mapping[str, Any]) -> int:
    """values: the columns but the key. The key."""
    found = connection.execute(insert(pack).values(dict(values))).inserted_primary_key
    assert found is not None
    return int(found[0])


def read_packs(connection: Connection) -> pd.DataFrame:
    """Every column but the bytes, the newest first."""
    return read_frame(connection, select(*_LISTED).order_by(pack.c.id.desc()))


def read_pack(connection: Connection, key: int) -> Mapping[str, Any] | None:
    """One pack with its bytes; None where there is none."""
    row = connection.execute(select(pack).where(pack.c.id == key)).mappings().first()
    return None if row is None else dict(row)
