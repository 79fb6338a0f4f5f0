"""Files in: one file is one transaction; what is not taken waits, and nothing that was offered is lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

import pandas as pd

from lib.intake.rejected_rows import write_problem_rows
from lib.intake.table import UnreadableFile, order_files, read_table
from lib.services import _clock
from lib.services._refresh import refresh
from lib.services._scope import clinic_keys
from lib.services._taking import FileCounts, Offer, Refused, refuse_file, take_file
from lib.services.access import Actor, Permission, permitted
from lib.store import imports as store_imports
from lib.store.derived import read_about
from lib.store.engine import Store, StoreError, Transaction
from lib.store.records import read_clinics
from lib.store.withdrawals import Withdrawal, withdraw_import

Progress = Callable[[str, float], None]
# Of the time that a large file takes, about 45 % has passed when its rows are saved.
_REFRESH_SHARE = 0.45


def _silently(_: str, __: float) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Receipt:
    """What became of one file. outcome: accepted, already imported or refused; problems: columns of lib.intake's problems."""

    file_name: str
    sha256: str
    outcome: str
    message: str
    actor: str
    is_dry_run: bool = False
    kind: str = ""
    import_key: int | None = None
    counts: FileCounts = field(default_factory=FileCounts)
    problems: pd.DataFrame | None = None
    unknown_columns: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every row was taken or known already."""
        return self.outcome != "refused" and self.counts.n_held + self.counts.n_rejected == 0


@permitted(Permission.IMPORT_RECORDS)
def import_files(
    actor: Actor,
    store: Store,
    files: Sequence[tuple[str, bytes]],
    *,
    create_patients: bool = False,
    progress: Progress = _silently,
) -> list[Receipt]:
    """Import files (name, bytes) in any order, patients first; each file is one transaction."""
    with store.read() as connection:
        _refuse_foreign_files(connection)
    offers, refused = _read_files(actor, files, create_patients)
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
            receipts.append(_take_offer(connection, offer, report))
    progress("done", 1.0)
    return refused + receipts


@permitted(Permission.IMPORT_RECORDS)
def preview_files(
    actor: Actor, store: Store, files: Sequence[tuple[str, bytes]], *, create_patients: bool = False
) -> list[Receipt]:
    """What import_files would do, done in full and taken back."""
    offers, refused = _read_files(actor, files, create_patients)
    with store.trial() as connection:
        receipts = [_take_offer(connection, offer) for offer in offers]
    return [replace(receipt, is_dry_run=True, import_key=None) for receipt in refused + receipts]


def _refuse_foreign_files(connection: Transaction) -> None:
    """The demo store holds made-up patients only."""
    if read_about(connection).get("is_synthetic") == "yes":
        raise StoreError(
            "This is the demo store, with made-up patients only; it takes no other files. Make a store of your own: "
            "python -m lib init --database sqlite:///clinic.sqlite"
        )


def _read_files(
    actor: Actor, files: Sequence[tuple[str, bytes]], create_patients: bool
) -> tuple[list[Offer], list[Receipt]]:
    """Readable files in the order in which they are taken, and receipts of the others."""
    digests, tables, refused = {}, [], []
    for name, data in files:
        digest = sha256(data).hexdigest()
        try:
            tables.append(read_table(name, data))
            digests[id(tables[-1])] = digest
        except UnreadableFile as error:
            refused.append(Receipt(name, digest, "refused", str(error), actor.name))
    return [Offer(raw, digests[id(raw)], actor.name, create_patients) for raw in order_files(tables)], refused


def _take_offer(connection: Transaction, offer: Offer, report: Progress | None = None) -> Receipt:
    """Take one file in the caller's transaction; the same bytes a second time change nothing. A trial reports to nobody, and
    works nothing out that it would throw away."""
    receipt = Receipt(
        offer.raw.file_name, offer.digest, "accepted", "", offer.actor, kind=offer.raw.kind.name
    )
    earlier = store_imports.find_import(connection, offer.digest)
    if earlier:
        when = pd.Timestamp(earlier["imported_at"], unit="s")
        message = f"already imported on {when.day} {when:%b %Y %H:%M} UTC by {earlier['actor']}; nothing was changed"
        return replace(receipt, outcome="already imported", message=message, import_key=earlier["id"])
    taken = take_file(connection, offer, _clock.now(), report or _silently)
    if report:
        report(f"working out {len(taken.patients):,} patients", _REFRESH_SHARE)
        refresh(connection, _clock.today(read_clinics(connection)["time_zone"]), taken.patients)
    return replace(
        receipt,
        import_key=taken.import_key,
        counts=taken.counts,
        problems=taken.problems,
        unknown_columns=offer.raw.unknown_columns,
    )


@permitted(Permission.IMPORT_RECORDS)
def undo_import(actor: Actor, store: Store, import_key: int, why: str) -> None:
    """Take back all that an import brought; what it had replaced is in force again. Item 9 stays traceable all the same."""
    if not why.strip():
        raise StoreError("Say why this import is undone.")
    with store.write() as connection:
        imports = store_imports.read_imports(connection, clinic_keys(connection, actor))
        found = imports[
            (imports["id"] == import_key) & imports["undone_at"].isna() & (imports["outcome"] == "accepted")
        ]
        if found.empty:
            raise StoreError(f"There is no import {import_key} that could be undone.")
        withdrawal = Withdrawal(_clock.seconds(_clock.now()), actor.name, why.strip())
        touched = withdraw_import(connection, str(found.iloc[0]["kind"]), import_key, withdrawal)
        store_imports.mark_undone(connection, import_key, withdrawal)
        refresh(connection, _clock.today(read_clinics(connection)["time_zone"]), touched)


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


@permitted(Permission.IMPORT_RECORDS)
def export_held_rows(actor: Actor, store: Store, import_key: int | None = None) -> bytes:
    """The same as a CSV to download, with line, column, value and reason beside the original cells."""
    return write_problem_rows(read_held_rows(actor, store, import_key))
