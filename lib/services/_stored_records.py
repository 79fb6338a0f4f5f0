"""One patient's records as somebody reads them before correcting one: what each says, and by whom and when it was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lib.clinical.frames import KINDS
from lib.clinical.wording import say_day
from lib.intake.by_hand import spell_record
from lib.store.engine import Transaction
from lib.store.versions import read_versions


@dataclass(frozen=True)
class StoredRecord:
    """A version. cells: what it says, as a file would spell it, without what is not recorded. version: from 1, among all that
    were ever said of this record. said_at: when it came into the store, UTC epoch seconds."""

    record: int
    kind: str
    cells: Mapping[str, str]
    version: int
    said_by: str
    said_at: int
    file_name: str
    key_hash: int
    is_in_force: bool


def read_stored(connection: Transaction, kind: str, patient_key: int) -> list[StoredRecord]:
    """Every version of the patient's records of a kind, in the order in which they came."""
    n_of: dict[int, int] = {}
    stored = []
    for row in read_versions(connection, kind, patient_key):
        n_of[row["key_hash"]] = n_of.get(row["key_hash"], 0) + 1
        stored.append(_as_stored(kind, row, n_of[row["key_hash"]]))
    return stored


def _as_stored(kind: str, row: Mapping[str, Any], version: int) -> StoredRecord:
    return StoredRecord(
        record=row["id"],
        kind=kind,
        cells=spell_record(KINDS[kind], row),
        version=version,
        said_by=row["actor"],
        said_at=row["imported_at"],
        file_name=row["file_name"],
        key_hash=row["key_hash"],
        is_in_force=row["is_current"] == 1,
    )


def say_change(connection: Transaction, kind: str, patient_key: int, record: int | None) -> str:
    """What became of a version that is no longer in force."""
    rows = read_versions(connection, kind, patient_key)
    seen = next((row for row in rows if row["id"] == record), None)
    if seen is None:
        return "The form names another record than the one that it showed. Nothing was saved: read it again."
    versions = [row for row in rows if row["key_hash"] == seen["key_hash"]]
    newest = next((row for row in versions if row["is_current"] == 1), None)
    if newest and newest["id"] != record:
        what = f"changed on {say_instant(newest['imported_at'])} by {newest['actor']}"
    elif newest:
        return "The form names another record than the one that it showed. Nothing was saved: read it again."
    else:
        what = f"withdrawn on {say_instant(seen['withdrawn_at'])} by {seen['withdrawn_by']}: {seen['withdrawn_why']}"
    return f"This record was {what}. Nothing was saved: read it again."


def say_instant(second: int) -> str:
    """20 Nov 2026, 08:12 UTC."""
    moment = datetime.fromtimestamp(second, UTC)
    return f"{say_day(moment)}, {moment:%H:%M} UTC"
