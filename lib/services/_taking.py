"""Taking one file in: check its rows, make the patients it names, save versions, keep what cannot be taken."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from lib.clinical.frames import stored_columns
from lib.intake.table import RawTable
from lib.services._clock import seconds
from lib.services._parts import take_table
from lib.services._rows import TakenRows, Way
from lib.services._waiting import write_scope
from lib.store import imports as store_imports
from lib.store.engine import Transaction

# Of the time that a large file takes, this share has passed when its rows are saved.
_SAVED = 0.45


@dataclass(frozen=True)
class Offer:
    """A readable file, who offers it, and whether patients that nobody knows may be made.

    measured_to: imports up to this key say how many rows a file of its source has (0: none does, and it is taken however few it
    has). scope: the clinics of whoever offers it, None all.
    """

    raw: RawTable
    digest: str
    actor: str
    creates_patients: bool
    measured_to: int = 0
    scope: frozenset[str] | None = None


@dataclass(frozen=True)
class Refused:
    """A file of which no row was read, and why; outcome: refused, or needs an answer."""

    file_name: str
    sha256: str
    actor: str
    message: str
    outcome: str = store_imports.REFUSED


@dataclass(frozen=True)
class FileCounts:
    """Rows of one file. n_behind: versions kept behind one that was recorded later. n_released: rows that had waited and were
    taken. first_day, last_day: of what was taken, days since 1970-01-01."""

    n_rows: int = 0
    n_new: int = 0
    n_changed: int = 0
    n_unchanged: int = 0
    n_behind: int = 0
    n_repeated: int = 0
    n_held: int = 0
    n_rejected: int = 0
    n_released: int = 0
    first_day: int | None = None
    last_day: int | None = None
    changed_lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Taken:
    import_key: int
    counts: FileCounts
    problems: pd.DataFrame
    patients: frozenset[int]
    warnings: tuple[str, ...]


def take_file(
    connection: Transaction,
    offer: Offer,
    now: datetime,
    report: Callable[[str, float], None] = lambda _, __: None,
) -> Taken:
    """Everything that one file changes, in the caller's transaction. report: what is being done, and the share done."""
    raw = offer.raw
    is_back_loaded = store_imports.is_first_of_kind(connection, raw.kind.name)
    import_key = store_imports.add_import(
        connection,
        {
            "file_name": raw.file_name,
            "kind": raw.kind.name,
            "sha256": offer.digest,
            "actor": offer.actor,
            "outcome": store_imports.ACCEPTED,
            "imported_at": seconds(now),
            "is_back_loaded": int(is_back_loaded),
            "reading": raw.digest,
            "scope": write_scope(offer.scope),
        },
    )
    way = Way(import_key, seconds(now), is_back_loaded, offer.creates_patients, offer.scope)
    report("checking and saving", 0.0)
    taken = take_table(connection, raw, way, now, lambda share: report("checking and saving", _SAVED * share))
    counts = note_counts(connection, import_key, raw, taken)
    return Taken(import_key, counts, taken.checked.problems, taken.patients, taken.checked.warnings)


def note_counts(connection: Transaction, import_key: int, raw: RawTable, taken: TakenRows) -> FileCounts:
    """Write down with an import what became of its rows."""
    counts = _count(raw, taken)
    values = {name: value for name, value in vars(counts).items() if name in store_imports.COUNTS}
    by_clinic = taken.checked.accepted["clinic_key"].value_counts()
    shares = {int(key): int(n) for key, n in by_clinic.items()}
    store_imports.finish_import(connection, import_key, values, shares)
    return counts


def refuse_file(connection: Transaction, refused: Refused, now: datetime) -> None:
    """Remember a file of which no row was read: it may hold an item 9, so it stands in the queue."""
    values = {"kind": "unknown", "imported_at": seconds(now), **vars(refused)}
    keep_whole(connection, values, {"outcome": "rejected", "code": "unreadable-file", "may_hold_item_9": 1})


def keep_whole(connection: Transaction, values: Mapping[str, Any], said: Mapping[str, Any]) -> int:
    """A file of which nothing was taken, as an import (values: its columns) and as one row that waits (said: outcome, code and
    may_hold_item_9 of it). The import's key."""
    import_key = store_imports.add_import(connection, values)
    row = {
        "line": 0,
        "column": "",
        "value": "",
        "reason": values["message"],
        "patient_id": "",
        "cells": name_file(values["file_name"], values["sha256"]),
        "kind": values["kind"],
        **said,
    }
    store_imports.add_held_rows(connection, import_key, pd.DataFrame([row]), values["imported_at"])
    return import_key


def name_file(file_name: str, sha256: str) -> str:
    """What stands for the cells of a file that waits as a whole."""
    return json.dumps({"": f"{file_name} (sha256 {sha256})"})


def _count(raw: RawTable, taken: TakenRows) -> FileCounts:
    checked, saved = taken.checked, taken.saved
    event = raw.kind.event_column
    days = checked.accepted[stored_columns(event)[0]].dropna() if event else pd.Series(dtype="int64")
    outcome = checked.problems["outcome"].value_counts()
    return FileCounts(
        n_rows=raw.n_rows,
        n_new=saved.n_new,
        n_changed=len(saved.changed_lines),
        n_unchanged=saved.n_unchanged,
        n_behind=saved.n_behind,
        n_repeated=checked.n_repeated,
        n_held=int(outcome.get("held", 0)),
        n_rejected=int(outcome.get("rejected", 0)),
        first_day=int(days.min()) if len(days) else None,
        last_day=int(days.max()) if len(days) else None,
        n_released=taken.n_released,
        changed_lines=saved.changed_lines,
    )
