"""Taking in one record that somebody typed: checked, saved and refreshed as a file's row is, all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import uuid4

import pandas as pd

from lib.clinical.frames import ITEM_COLUMNS, KINDS, Column
from lib.intake.by_hand import BY_HAND, make_row
from lib.intake.own_words import read_own_words
from lib.intake.values import UnreadableCell, parse_cell
from lib.services import _clock
from lib.services._drawn import DrawnForm, Person, check_version
from lib.services._refresh import refresh
from lib.services._rows import Way, take_rows
from lib.services._standing import today
from lib.services._stored_records import StoredRecord, read_stored, say_instant
from lib.services._taking import note_counts
from lib.store import imports as store_imports
from lib.store.engine import StoreError, Transaction
from lib.store.merges import read_origins
from lib.store.records import read_patients

WEIGHT = "weight_kg"


class EntryRefusedError(StoreError):
    """What was typed cannot be taken. column, value and reason as a file's row would have got them."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"{column}, “{value}”: {reason}" if value else reason)
        self.column, self.value, self.reason = column, value, reason


@dataclass(frozen=True)
class EntryReceipt:
    """What is stored now, read back from the store. replaced: the version that was in force before."""

    identity: str
    import_key: int
    stored: StoredRecord
    replaced: StoredRecord | None


@dataclass(frozen=True)
class Entry:
    """What somebody typed, for whom, and over what. cells: text by column, as in a file."""

    actor: str
    person: Person
    kind: str
    cells: Mapping[str, str]
    drawn: DrawnForm


def save_entry(connection: Transaction, entry: Entry) -> EntryReceipt:
    """Save in the caller's transaction, which ends with any of these: EntryRefusedError, ChangedSinceError, StoreError."""
    refuse_odd_weight(entry.kind, entry.cells)
    person = entry.person
    # A correction stays with the identity under whose name the record came, should the two be parted again.
    whose = _named_as(connection, entry)
    raw = read_own_words(make_row(KINDS[entry.kind], (whose, person.clinic_id), entry.cells))
    before = _in_force(connection, entry)
    now = _clock.now()
    import_key = _note_entry(connection, entry, _clock.seconds(now))
    taken = take_rows(connection, raw, Way(import_key, _clock.seconds(now), is_back_loaded=False), now)
    _refuse_problems(taken.checked.problems)
    (key_hash,) = (int(key) for key in taken.checked.accepted["key_hash"])
    # Whoever presses twice, and did not see the first time, changes nothing.
    if taken.saved.n_unchanged:
        raise StoreError("This is recorded already, in the same words. Nothing was saved.")
    replaced = before.get(key_hash)
    check_version(connection, entry.kind, entry.drawn, replaced)
    if replaced and taken.saved.n_behind:
        raise StoreError(
            "The record in force says that it was recorded after now, so it would stay in force. Nothing was saved: look at "
            f"the file that brought it, {replaced.file_name}, of {say_instant(replaced.said_at)}."
        )
    note_counts(connection, import_key, raw, taken)
    refresh(connection, today(connection), taken.patients)
    return EntryReceipt(person.identity, import_key, _in_force(connection, entry)[key_hash], replaced)


def _named_as(connection: Transaction, entry: Entry) -> str:
    """The patient_id under which the record came that is corrected."""
    origins = read_origins(connection, entry.kind) if entry.drawn.record else {}
    key = origins.get(entry.drawn.record or 0)
    if key is None:
        return entry.person.patient_id
    return str(read_patients(connection, [key], with_merged=True)["patient_id"].iloc[0])


def _in_force(connection: Transaction, entry: Entry) -> dict[int, StoredRecord]:
    stored = read_stored(connection, entry.kind, entry.person.patient_key)
    return {one.key_hash: one for one in stored if one.is_in_force}


def _note_entry(connection: Transaction, entry: Entry, now: int) -> int:
    """An import of its own, so that who and when are known and it can be undone; its key."""
    values = {
        "file_name": BY_HAND,
        "kind": entry.kind,
        # Of a file its bytes; the same words typed twice are two entries.
        "sha256": sha256(uuid4().bytes).hexdigest(),
        "actor": entry.actor,
        "outcome": store_imports.ENTERED,
        "imported_at": now,
    }
    return store_imports.add_import(connection, values)


def merge_changes(stored: StoredRecord, changes: Mapping[str, str]) -> dict[str, str]:
    """What the record says once it is corrected. A stored total yields to answers that change: it would contradict them."""
    kind = KINDS[stored.kind]
    if fixed := [column.name for column in kind.key if column.name in changes]:
        raise StoreError(
            f"{', '.join(fixed)} is what this record is known by: void the record, and enter it anew."
        )
    cells = {**stored.cells, **changes}
    if not set(ITEM_COLUMNS).isdisjoint(changes) and "total" not in changes:
        cells.pop("total", None)
    return {name: text for name, text in cells.items() if text}


def refuse_odd_weight(kind: str, cells: Mapping[str, str]) -> None:
    """An observation's value is any text; a weight is a number above 0, by which doses are divided."""
    if kind != "observations" or cells.get("kind") != WEIGHT:
        return
    text = cells.get("value", "").strip()
    try:
        is_weight = not text or float(parse_cell(Column("value", "number", low=0), text)) > 0
    except UnreadableCell as fault:
        raise EntryRefusedError("value", text, f"value {fault.advice}.") from None
    if not is_weight:
        raise EntryRefusedError("value", text, "value must be more than 0: correct it.")


def _refuse_problems(problems: pd.DataFrame) -> None:
    for row in problems.to_dict("records"):
        raise EntryRefusedError(str(row["column"]), str(row["value"]), str(row["reason"]))
