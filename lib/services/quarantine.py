"""Rows that were not taken: who looks after them, correcting them, leaving them out. The row as it came stays."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.clinical.frames import CLOSINGS
from lib.intake.date_order import ORDERS, can_be_ordered, spell_date
from lib.research.rejected_rows import write_problem_rows
from lib.services import _clock
from lib.services._audit import Act, name_rows, note_reading, writing
from lib.services._offering_again import OfferedAgain, find_refused, offer_again
from lib.services._quarantined import may_hold_item_9, read_quarantined
from lib.services._refresh import refresh
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, check_can, permitted
from lib.services.errors import NotFoundError
from lib.store import derived
from lib.store import imports as store_imports
from lib.store import quarantine as store_quarantine
from lib.store.engine import Store, StoreError, Transaction

__all__ = ["ORDERS", "Correction", "OfferedAgain", "can_be_ordered"]

# Rows of these codes were held for what stands around them, and may be offered again as they are.
_OF_OTHERS = (*store_imports.WAITING_CODES, "two-versions", "ambiguous-clinic", "no-clinic")


@dataclass(frozen=True)
class Correction:
    """What somebody says of rows that wait. rows: their keys, as they stood on the screen; changes: text by column, "" for "not
    recorded"; why: for good beside the rows as they came; date_order: of ORDERS, how the date in the named cell is written."""

    rows: tuple[int, ...]
    changes: Mapping[str, str]
    why: str
    date_order: str = ""

    def change(self, row: Mapping[Any, Any]) -> dict[str, str]:
        """Of one row: the text by column that it is to have."""
        came, column = json.loads(row["cells"]), row["column"]
        is_dated = self.date_order in ORDERS and column in came
        dated = {column: spell_date(came[column], self.date_order)} if is_dated else {}
        return dated | {name: text.strip() for name, text in self.changes.items()}


@permitted(Permission.IMPORT_RECORDS)
def read_quarantine(actor: Actor, store: Store) -> pd.DataFrame:
    """Rows that wait for somebody here, the oldest first: columns of lib.services.imports.read_held_rows, owner ("" nobody),
    age_days, needs_clinician (it may hold an item 9: only a closing in the review queue ends it)."""
    with store.read() as connection:
        rows = read_quarantined(connection, clinic_keys(connection, actor))
        events = store_quarantine.read_events(connection)
    owners = events[events["event"] == store_quarantine.OWNER].drop_duplicates("held_row_key", keep="last")
    owner = rows["id"].map(owners.set_index("held_row_key")["to_actor"]).astype(object).fillna("")
    return rows.assign(owner=owner, needs_clinician=may_hold_item_9(rows))


@permitted(Permission.IMPORT_RECORDS)
def export_quarantine(actor: Actor, store: Store) -> bytes:
    """The same as a CSV to download, with line, column, value and reason beside the original cells."""
    rows = read_quarantine(actor, store)
    data = write_problem_rows(rows)
    note_reading(actor, store, Act.EXPORT_ROWS, detail={"n_rows": len(rows)})
    return data


@permitted(Permission.IMPORT_RECORDS)
def read_people(actor: Actor, store: Store) -> list[str]:
    """Names to hand rows over to: who has owned or dealt with one, or handled a flag or an import; and the actor."""
    with store.read() as connection:
        events = store_quarantine.read_events(connection)
        flags = derived.read_flag_events(connection, None)
        imports = store_imports.read_imports(connection, clinic_keys(connection, actor))
    named = [
        *events["actor"],
        *events["to_actor"],
        *flags["actor"],
        *flags["to_actor"].dropna(),
        *imports["actor"],
    ]
    return sorted({str(name) for name in [*named, actor.name] if name})


@permitted(Permission.IMPORT_RECORDS)
def read_set_aside(actor: Actor, store: Store) -> pd.DataFrame:
    """Rows that were left out, the newest first: columns of read_held_rows, by, why and at (UTC epoch seconds)."""
    with store.read() as connection:
        rows = store_quarantine.read_set_aside(connection, clinic_keys(connection, actor))
        events = store_quarantine.read_events(connection)
    last = events[events["event"] == store_imports.SET_ASIDE].drop_duplicates("held_row_key", keep="last")
    said = last.set_index("held_row_key")[["actor", "reason", "happened_at"]]
    said.columns = pd.Index(["by", "why", "at"])
    return rows.join(said, on="id")


@permitted(Permission.IMPORT_RECORDS)
def hand_over(actor: Actor, store: Store, rows: Sequence[int], to: str) -> None:
    """Make somebody the owner of rows: the actor, who takes them, or somebody else; "" gives them back. Raises NotFoundError
    where one of them does not wait any more."""
    with writing(actor, store, Act.HAND_OVER_ROWS, **name_rows(rows)) as connection:
        _find(connection, actor, rows)
        _note(connection, actor, rows, store_quarantine.OWNER, to_actor=to.strip())


@permitted(Permission.IMPORT_RECORDS)
def set_aside(actor: Actor, store: Store, rows: Sequence[int], why: str) -> None:
    """Leave rows out for good, or until they are put back. Raises StoreError without a reason, and for a row that may hold an
    item 9: a clinician closes it in the review queue."""
    _ask_why(why, "Say why these rows are left out.")
    with writing(actor, store, Act.SET_ASIDE_ROWS, **name_rows(rows)) as connection:
        found = _find(connection, actor, rows)
        if may_hold_item_9(found).any():
            raise StoreError(
                "A row that may hold an item 9 is never set aside: a clinician closes it in the review queue."
            )
        _note(connection, actor, rows, store_imports.SET_ASIDE, reason=why.strip())


@permitted(Permission.IMPORT_RECORDS)
def put_back(actor: Actor, store: Store, rows: Sequence[int]) -> None:
    """Rows that were left out wait again. Raises NotFoundError where one of them was not."""
    with writing(actor, store, Act.PUT_BACK_ROWS, **name_rows(rows)) as connection:
        aside = store_quarantine.read_set_aside(connection, clinic_keys(connection, actor))
        if not rows or not set(rows) <= set(aside["id"]):
            raise NotFoundError("These rows are not set aside any more.")
        _note(connection, actor, rows, store_quarantine.PUT_BACK)


@permitted(Permission.IMPORT_RECORDS)
def preview_correction(actor: Actor, store: Store, correction: Correction) -> OfferedAgain:
    """What correct would do, done in full and taken back."""
    with store.trial() as connection:
        return _offer(connection, actor, correction)


@permitted(Permission.IMPORT_RECORDS)
def correct(actor: Actor, store: Store, correction: Correction) -> OfferedAgain:
    """Offer rows again with these cells changed, through the checks of a file's row. Those that would not be taken wait on.

    Raises StoreError without a reason, where what was in doubt is not changed, and where no row would be taken, with why.
    """
    _ask_why(correction.why, "Say why the cells are changed, or where the right ones come from.")
    with writing(actor, store, Act.CORRECT_ROWS, **name_rows(correction.rows)) as connection:
        offered = _offer(connection, actor, correction)
        if not offered.taken:
            raise StoreError(" ".join(dict.fromkeys(offered.refused.values())))
        for key, cells in offered.taken.items():
            is_beside = key in offered.kept_for_clinician
            event = store_quarantine.BESIDE if is_beside else store_imports.CORRECTED
            _note(connection, actor, [key], event, reason=correction.why.strip(), cells=cells)
        refresh(connection, today(connection), offered.patients)
    return offered


def _offer(connection: Transaction, actor: Actor, correction: Correction) -> OfferedAgain:
    rows, now = _find(connection, actor, correction.rows), _clock.now()
    if CLOSINGS in set(rows["kind"]):
        check_can(actor, Permission.CLOSE_FLAGS)
    changes = {int(row["id"]): correction.change(row) for row in rows.to_dict("records")}
    # What the checks alone would take was held by the reader of its file: that very cell was in doubt.
    in_doubt = rows[
        ~rows["code"].isin(_OF_OTHERS) & ~rows["id"].isin(find_refused(connection, rows, now, actor.clinics))
    ]
    for row in in_doubt.to_dict("records"):
        came, column = json.loads(row["cells"]), row["column"]
        changed = {name for name, text in changes[int(row["id"])].items() if came.get(name, "") != text}
        if not changed or (column in came and column not in changed):
            raise StoreError(f"{column or 'The row'} was in doubt, and is not changed: {row['reason']}")
    return offer_again(connection, rows, changes, now, actor.clinics)


def _find(connection: Transaction, actor: Actor, rows: Sequence[int]) -> pd.DataFrame:
    waiting = read_quarantined(connection, clinic_keys(connection, actor))
    if not rows or not set(rows) <= set(waiting["id"]):
        raise NotFoundError("Some of these rows do not wait any more; look again.")
    return waiting[waiting["id"].isin(list(rows))]


def _ask_why(why: str, sentence: str) -> None:
    if not why.strip():
        raise StoreError(sentence)


def _note(connection: Transaction, actor: Actor, rows: Sequence[int], event: str, **said: str) -> None:
    values = {"event": event, "actor": actor.name, "happened_at": _clock.seconds(_clock.now()), **said}
    store_quarantine.add_events(connection, rows, values)
