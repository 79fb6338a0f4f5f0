"""The steps of an import: read the files, take one, try a repeated one again; and the receipt that says what became of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import pandas as pd

from lib.clinical.wording import say_day
from lib.intake.table import UnreadableFile, order_files, read_table
from lib.services import _clock
from lib.services._refresh import current_policy, refresh
from lib.services._rows import release
from lib.services._shrinking import HELD, find_shrinking, hold_file, release_file
from lib.services._standing import today
from lib.services._taking import FileCounts, Offer, take_file
from lib.services.access import Actor
from lib.store import imports as store_imports
from lib.store.engine import Transaction

Progress = Callable[[str, float], None]
# Of the time that a large file takes, about 45 % has passed when its rows are saved.
_REFRESH_SHARE = 0.45


def silently(_: str, __: float) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Receipt:
    """What became of one file. outcome: accepted, already imported, held (it shrank, and nothing of it was taken) or refused;
    problems: columns of lib.intake's problems."""

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
        return self.outcome not in ("refused", HELD) and self.counts.n_held + self.counts.n_rejected == 0


def read_files(
    actor: Actor, files: Sequence[tuple[str, bytes]], create_patients: bool, measured_to: int = 0
) -> tuple[list[Offer], list[Receipt]]:
    """Readable files in the order in which they are taken, and receipts of the others. measured_to: of Offer."""
    digests, tables, refused = {}, [], []
    for name, data in files:
        digest = sha256(data).hexdigest()
        try:
            tables.append(read_table(name, data))
            digests[id(tables[-1])] = digest
        except UnreadableFile as error:
            refused.append(Receipt(name, digest, "refused", str(error), actor.name))
    offers = [
        Offer(raw, digests[id(raw)], actor.name, create_patients, measured_to) for raw in order_files(tables)
    ]
    return offers, refused


def take_offer(connection: Transaction, offer: Offer, report: Progress | None = None) -> Receipt:
    """Take one file in the caller's transaction; the same bytes a second time change nothing. A trial reports to nobody, and
    works nothing out that it would throw away."""
    receipt = Receipt(
        offer.raw.file_name, offer.digest, "accepted", "", offer.actor, kind=offer.raw.kind.name
    )
    earlier = store_imports.find_import(connection, offer.digest)
    if earlier:
        return _try_again(connection, offer, receipt, earlier)
    message = find_shrinking(connection, offer, current_policy(connection).imports)
    if message:
        import_key = hold_file(connection, offer, message, _clock.now())
        return replace(receipt, outcome=HELD, message=message, import_key=import_key)
    release_file(connection, offer)
    taken = take_file(connection, offer, _clock.now(), report or silently)
    if report:
        report(f"working out {len(taken.patients):,} patients", _REFRESH_SHARE)
        refresh(connection, today(connection), taken.patients)
    return replace(
        receipt,
        import_key=taken.import_key,
        counts=taken.counts,
        problems=taken.problems,
        unknown_columns=offer.raw.unknown_columns,
    )


def _try_again(
    connection: Transaction, offer: Offer, receipt: Receipt, earlier: Mapping[str, Any]
) -> Receipt:
    """The same bytes a second time: only its rows that still wait are tried again."""
    waiting = store_imports.read_waiting(connection, import_key=earlier["id"])
    released = release(connection, waiting, _clock.now(), creates_patients=offer.creates_patients)
    refresh(connection, today(connection), released.patients)
    when = pd.Timestamp(earlier["imported_at"], unit="s")
    message = f"already imported on {say_day(when)} {when:%H:%M} UTC by {earlier['actor']}"
    counts = FileCounts(
        n_rows=earlier["n_rows"],
        n_released=released.n_rows,
        n_held=store_imports.count_waiting(connection, earlier["id"]),
    )
    if not released.n_rows:
        message += "; nothing was changed"
    return replace(
        receipt, outcome="already imported", message=message, import_key=earlier["id"], counts=counts
    )
