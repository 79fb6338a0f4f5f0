"""Files in: one file is one transaction; what is not taken waits, and nothing that was offered is lost."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from lib.services import _clock
from lib.services._importing import Progress, Receipt, read_files, silently, take_offer
from lib.services._quality_records import keep_counts_if_due
from lib.services._refresh import refresh
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services._store_kind import check_can_take_files, is_demo
from lib.services._taking import Offer, Refused, refuse_file
from lib.services.access import Actor, Permission, permitted
from lib.store import imports as store_imports
from lib.store.engine import Store, StoreError, Transaction
from lib.store.past_files import last_import
from lib.store.withdrawals import Withdrawal, touches_others, withdraw_import

__all__ = [
    "TAKEN_OUTCOMES",
    "Receipt",
    "import_files",
    "preview_files",
    "read_held_rows",
    "read_imports",
    "undo_import",
]

_MOST_ROWS_COUNTED = 100_000
# Imports that brought records, and can be undone.
TAKEN_OUTCOMES = (store_imports.ACCEPTED, store_imports.ENTERED)


@permitted(Permission.IMPORT_RECORDS)
def import_files(
    actor: Actor,
    store: Store,
    files: Sequence[tuple[str, bytes]],
    *,
    create_patients: bool = False,
    are_made_up: bool = False,
    takes_shrunk: bool = False,
    progress: Progress = silently,
) -> list[Receipt]:
    """Import files (name, bytes) in any order, patients first; each file is one transaction.

    are_made_up: somebody says that no real patient is in them, which a store for practice asks for. takes_shrunk: a file with far
    fewer rows than the last one of its source is taken all the same; else it is held whole.
    """
    with store.read() as connection:
        check_can_take_files(connection, are_made_up=are_made_up)
        # Files that are offered together may be parts of one export: they are no measure for each other.
        measured_to = 0 if takes_shrunk else last_import(connection)
    offers, refused = read_files(actor, files, create_patients, measured_to)
    for receipt in refused:
        with store.write() as connection:
            entry = Refused(receipt.file_name, receipt.sha256, actor.name, receipt.message)
            refuse_file(connection, entry, _clock.now())
    receipts = []
    for place, offer in enumerate(offers):

        def report(doing: str, share: float, place: int = place, offer: Offer = offer) -> None:
            progress(
                f"{offer.raw.file_name}, {len(offer.raw.lines):,} rows: {doing}",
                (place + share) / len(offers),
            )

        with store.write() as connection:
            receipts.append(take_offer(connection, offer, report))
    _count_for_the_trend(store, offers)
    progress("done", 1.0)
    return refused + receipts


def _count_for_the_trend(store: Store, offers: Sequence[Offer]) -> None:
    """Counting reads every record: after a load of very many rows it waits for the next day's refresh."""
    if 0 < sum(len(offer.raw.lines) for offer in offers) <= _MOST_ROWS_COUNTED:
        with store.write() as connection:
            keep_counts_if_due(connection, today(connection))


@permitted(Permission.IMPORT_RECORDS)
def preview_files(
    actor: Actor,
    store: Store,
    files: Sequence[tuple[str, bytes]],
    *,
    create_patients: bool = False,
    takes_shrunk: bool = False,
) -> list[Receipt]:
    """What import_files would do, done in full and taken back."""
    with store.trial() as connection:
        # The made-up clinic's own files are no measure for another's.
        takes_shrunk = takes_shrunk or is_demo(connection)
        measured_to = 0 if takes_shrunk else last_import(connection)
        offers, refused = read_files(actor, files, create_patients, measured_to)
        receipts = [take_offer(connection, offer) for offer in offers]
    return [replace(receipt, is_dry_run=True, import_key=None) for receipt in refused + receipts]


@permitted(Permission.IMPORT_RECORDS)
def undo_import(actor: Actor, store: Store, import_key: int, why: str) -> None:
    """Take back all that an import brought; what it had replaced is in force again. Item 9 stays traceable all the same."""
    if not why.strip():
        raise StoreError("Say why this import is undone.")
    with store.write() as connection:
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
