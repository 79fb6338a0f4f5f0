"""Practising the day on which a store is lost: a backup is made, brought back elsewhere, and held against the store."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pandas as pd

from lib.services import caseload
from lib.services._audit_anchor import anchor_file_of
from lib.services._audit_keys import key_file_of, read_keys_in
from lib.services._audit_verifying import Verified
from lib.services._backing_up import note_backup, verify_copy, write_backup
from lib.services._backup_manifest import Manifest, read_manifest
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import Store
from lib.store.backups import check_is_empty, hold_still, take_away, unpacked


@dataclass(frozen=True)
class Drill:
    """seconds: by step. n_rows: of each list that was compared; unlike: rows of which the two stores say different things."""

    manifest: Manifest
    seconds: Mapping[str, float]
    audit: Verified
    n_rows: Mapping[str, int]
    unlike: Mapping[str, int]

    @property
    def is_passed(self) -> bool:
        return self.audit.is_whole and not any(self.unlike.values())


@permitted(Permission.MANAGE_STORE)
def drill(actor: Actor, store: Store, folder: Path, *, into: str | None = None) -> Drill:
    """Back up while others write, bring the copy back into the folder, verify its audit, and compare status and flags with those
    of the store at the moment of the backup, row for row. into: an empty database instead, for PostgreSQL. The copy is taken
    away again. Raises StoreError."""
    seconds: dict[str, float] = {}
    backup = folder / "drill.backup"
    elsewhere = Store(into or f"sqlite:///{folder / 'drill.sqlite'}", store.key)
    check_is_empty(elsewhere)
    keys, anchor = read_keys_in(key_file_of(store.path)), anchor_file_of(store.path)
    note_backup(actor, store, backup)
    with hold_still(store) as still:
        with _timed(seconds, "backup"):
            write_backup(still, backup)
        expected = _read_lists(actor, still)
    try:
        with _timed(seconds, "restore"):
            manifest = read_manifest(backup)
            with unpacked(backup, elsewhere):
                pass
        with _timed(seconds, "verify"):
            verified = verify_copy(elsewhere, manifest, keys, anchor)
        with _timed(seconds, "first lists"):
            found = _read_lists(actor, elsewhere)
    finally:
        take_away(elsewhere)
    unlike = {name: _count_unlike(expected[name], found[name]) for name in expected}
    return Drill(manifest, seconds, verified, {name: len(rows) for name, rows in expected.items()}, unlike)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    begun = perf_counter()
    yield
    seconds[step] = perf_counter() - begun


def _read_lists(actor: Actor, store: Store) -> dict[str, pd.DataFrame]:
    return {"status": caseload.read_status(actor, store), "flags": caseload.read_flags(actor, store)}


def _count_unlike(expected: pd.DataFrame, found: pd.DataFrame) -> int:
    """Rows that stand in one list and not, as they are there, in the other."""
    one, other = (
        rows.astype("string").fillna("").apply(tuple, axis=1).value_counts()
        if len(rows)
        else pd.Series(dtype="int64")
        for rows in (expected, found)
    )
    return int(one.sub(other, fill_value=0).abs().sum())
