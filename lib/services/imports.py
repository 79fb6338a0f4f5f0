"""Files in: one file is one transaction; what is not taken waits, and nothing that was offered is lost."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from lib.intake.choices import Choices, Question
from lib.services import _clock
from lib.services._audit import Act, write_entry, writing
from lib.services._brought_closings import tell_closings
from lib.services._importing import (
    Progress,
    read_files,
    silently,
    spell_names,
    take_files,
)
from lib.services._offers import FileOffer, Terms
from lib.services._receipts import Receipt, name_receipts
from lib.services._refresh import refresh
from lib.services._scope import clinic_keys
from lib.services._sources import Answers, read_answers
from lib.services._standing import today
from lib.services._store_kind import check_can_take_files, is_demo
from lib.services._taking import Refused, refuse_file
from lib.services.access import Actor, Permission, permitted
from lib.store import imports as store_imports
from lib.store import unread_files
from lib.store.engine import Store, StoreError, Transaction
from lib.store.review_marks import last_import_key
from lib.store.withdrawals import Withdrawal, touches_others, withdraw_import

__all__ = [
    "TAKEN_OUTCOMES",
    "Question",
    "Receipt",
    "import_files",
    "preview_files",
    "read_held_rows",
    "read_imports",
    "undo_import",
]

# Imports that brought records, and can be undone.
TAKEN_OUTCOMES = (store_imports.ACCEPTED, store_imports.ENTERED)


@permitted(Permission.IMPORT_RECORDS)
def import_files(
    actor: Actor,
    store: Store,
    files: Iterable[tuple[str, bytes]],
    *,
    choices: Mapping[str, Choices] | None = None,
    create_patients: bool = False,
    are_made_up: bool = False,
    takes_shrunk: bool = False,
    previewed: Collection[str] | None = None,
    is_upload: bool = False,
    progress: Progress = silently,
) -> list[Receipt]:
    """Import files (name, bytes) in any order, patients first; each file is one transaction. A receipt a file and kind of record.

    choices: answers to the questions of files, by file name; those of before stand for the same source with the same columns.
    are_made_up: somebody says that no real patient is in them, which a store for practice asks for. takes_shrunk: a file with far
    fewer rows than the last one of its source is taken all the same; else it is held whole. previewed: SHA-256 of files that were
    looked at; a file with other bytes is refused. is_upload: they come through the browser, with the caps of lib.intake.caps.
    """
    with store.read() as connection:
        check_can_take_files(connection, are_made_up=are_made_up)
        # Files that are offered together may be parts of one export: they are no measure for each other.
        measured_to = 0 if takes_shrunk else last_import_key(connection)
        terms = Terms(create_patients, measured_to, previewed, is_upload)
    offers, receipts = read_files(actor, *_prepare(store, files, choices), terms)
    _remember_unread(actor, store, receipts)
    for place, offer in enumerate(offers):

        def report(doing: str, share: float, place: int = place, offer: FileOffer = offer) -> None:
            progress(f"{offer.file_name}, {offer.n_rows:,} rows: {doing}", (place + share) / len(offers))

        with store.write() as connection:
            taken = take_files(connection, offer, report)
            write_entry(connection, actor, Act.IMPORT, **name_receipts(taken))
        _remember_unread(actor, store, taken, is_noted=True)
        receipts += taken
    progress("done", 1.0)
    return _tell_closings(store, receipts)


def _tell_closings(store: Store, receipts: Sequence[Receipt]) -> list[Receipt]:
    with store.read() as connection:
        return tell_closings(connection, receipts)


def _prepare(
    store: Store, files: Iterable[tuple[str, bytes]], choices: Mapping[str, Choices] | None
) -> tuple[list[tuple[str, bytes]], Answers]:
    """The files, and what is known of how they are read."""
    spelled = spell_names(files)
    return spelled, read_answers(store, [name for name, _ in spelled], choices)


def _remember_unread(
    actor: Actor, store: Store, receipts: Sequence[Receipt], *, is_noted: bool = False
) -> None:
    """At once, as an import may be stopped and nobody would see them else. The same bytes wait for an answer once, however often
    they are offered; what is too large here comes by another way. is_noted: the audit has the file's row already."""
    for receipt in receipts:
        is_kept = receipt.outcome in (store_imports.REFUSED, store_imports.UNANSWERED)
        if is_noted and not is_kept:
            continue
        with store.write() as connection:
            is_waiting = bool(receipt.questions) and unread_files.is_unanswered(connection, receipt.sha256)
            if is_kept and not is_waiting:
                said = (receipt.file_name, receipt.sha256, receipt.actor, receipt.message, receipt.outcome)
                refuse_file(connection, Refused(*said), _clock.now())
            if not is_noted:
                write_entry(connection, actor, Act.IMPORT, **name_receipts([receipt]))


@permitted(Permission.IMPORT_RECORDS)
def find_settled(actor: Actor, store: Store, digests: Sequence[str]) -> frozenset[str]:
    """Of these files (SHA-256 of their bytes) those that have been taken or refused; what waits for an answer is not settled."""
    with store.read() as connection:
        return unread_files.find_settled(connection, digests)


@permitted(Permission.IMPORT_RECORDS)
def preview_files(
    actor: Actor,
    store: Store,
    files: Sequence[tuple[str, bytes]],
    *,
    choices: Mapping[str, Choices] | None = None,
    create_patients: bool = False,
    takes_shrunk: bool = False,
    is_upload: bool = False,
) -> list[Receipt]:
    """What import_files would do, done in full and taken back."""
    files, answers = _prepare(store, files, choices)
    with store.trial() as connection:
        # The made-up clinic's own files are no measure for another's.
        measured_to = 0 if takes_shrunk or is_demo(connection) else last_import_key(connection)
        terms = Terms(create_patients, measured_to, is_upload=is_upload)
        offers, others = read_files(actor, files, answers, terms)
        receipts = [receipt for offer in offers for receipt in take_files(connection, offer)]
        receipts = tell_closings(connection, receipts)
    return [replace(receipt, is_dry_run=True, import_key=None) for receipt in others + receipts]


@permitted(Permission.IMPORT_RECORDS)
def undo_import(actor: Actor, store: Store, import_key: int, why: str) -> None:
    """Take back all that an import brought; what it had replaced is in force again. Item 9 stays traceable all the same."""
    if not why.strip():
        raise StoreError("Say why this import is undone.")
    with writing(actor, store, Act.UNDO_IMPORT, subject=f"import:{import_key}") as connection:
        scope = clinic_keys(connection, actor)
        imports = store_imports.read_imports(connection, scope)
        is_taken = imports["outcome"].isin(TAKEN_OUTCOMES)
        found = imports[(imports["id"] == import_key) & imports["undone_at"].isna() & is_taken]
        if found.empty or _is_shared(connection, found.iloc[0], scope):
            raise StoreError(f"There is no import {import_key} that could be undone.")
        _refuse_undoing_what_others_confirmed(imports, found.iloc[0])
        withdrawal = Withdrawal(_clock.seconds(_clock.now()), actor.name, why.strip())
        touched = withdraw_import(connection, str(found.iloc[0]["kind"]), import_key, withdrawal)
        store_imports.mark_undone(connection, import_key, withdrawal)
        refresh(connection, today(connection), touched)


def _is_shared(connection: Transaction, undone: "pd.Series", scope: list[int] | None) -> bool:
    """Whether an import also brought records to clinics that are not the actor's."""
    return scope is not None and touches_others(connection, undone["kind"], int(undone["id"]), scope)


def _refuse_undoing_what_others_confirmed(imports: pd.DataFrame, undone: "pd.Series") -> None:
    """A later file that brought the same rows again counts on them."""
    later = imports[(imports["id"] > undone["id"]) & (imports["kind"] == undone["kind"])]
    later = later[later["undone_at"].isna() & (later["n_unchanged"] > 0)]
    if len(later):
        names = ", ".join(
            f"{name} (import {key})" for name, key in zip(later["file_name"], later["id"], strict=True)
        )
        raise StoreError(f"Later files brought some of the same rows again: {names}. Undo those first.")


@permitted(Permission.IMPORT_RECORDS)
def read_imports(actor: Actor, store: Store) -> pd.DataFrame:
    """Every import in the actor's clinics, the newest first: columns of the table `import`."""
    with store.read() as connection:
        return store_imports.read_imports(connection, clinic_keys(connection, actor))


@permitted(Permission.IMPORT_RECORDS)
def read_held_rows(actor: Actor, store: Store, import_key: int | None = None) -> pd.DataFrame:
    """Rows that wait (of one import): columns of `held_row`, with file_name, imported_at and clinic_id."""
    with store.read() as connection:
        return store_imports.read_held_rows(connection, clinic_keys(connection, actor), import_key=import_key)
