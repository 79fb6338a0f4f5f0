"""The steps of an import: read the files, take one, try a repeated one again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pandas as pd

from lib.clinical.wording import say_day
from lib.intake.caps import TooLarge, refuse_large_upload, refuse_long_upload
from lib.intake.choices import Choices, NeedsChoice
from lib.intake.reading import Reading
from lib.intake.table import UnreadableFile, rank_kind
from lib.services import _clock
from lib.services._apostrophes import take_off_apostrophes
from lib.services._brought_closings import refuse_closings
from lib.services._import_scope import keep_to_clinics
from lib.services._offers import FileOffer, Terms
from lib.services._other_readings import TAKE_BESIDE, ask_about_other_reading
from lib.services._receipts import TOO_LARGE, Receipt
from lib.services._refresh import current_policy, refresh
from lib.services._rows import release
from lib.services._shrinking import HELD, find_shrinking, hold_file, release_file
from lib.services._sources import BESIDE, OF_ONE_FILE, Answers, name_source
from lib.services._standing import today
from lib.services._taking import FileCounts, Offer, take_file
from lib.services._waiting import write_scope
from lib.services.access import Actor
from lib.store import imports as store_imports
from lib.store import unread_files
from lib.store.engine import Transaction
from lib.store.source_choices import SourceChoices, save_source_choices

Progress = Callable[[str, float], None]
# Of the time that a large file takes, about 45 % has passed when its rows are saved.
_REFRESH_SHARE, _SAVING_SHARE = 0.45, 0.95


def silently(_: str, __: float) -> None:
    """Nobody watches."""


def spell_names(files: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Names with bytes that are no text, as a file system may have them, so that they can be stored and shown."""
    return [(name.encode("utf-8", "backslashreplace").decode(), data) for name, data in files]


def read_files(
    actor: Actor,
    files: Sequence[tuple[str, bytes]],
    answers: Answers,
    terms: Terms,
) -> tuple[list[FileOffer], list[Receipt]]:
    """Readable files in the order in which they are taken, and receipts of the others."""
    found, others = [], []
    for name, data in files:
        digest = sha256(data).hexdigest()
        try:
            _refuse_unseen(name, digest, terms)
            reading, choices = _read(answers, name, data, terms)
            for raw in reading.tables:
                refuse_closings(actor, raw)
            tables = [take_off_apostrophes(keep_to_clinics(actor, raw)) for raw in reading.tables]
        except UnreadableFile as error:
            outcome = TOO_LARGE if isinstance(error, TooLarge) else store_imports.REFUSED
            others.append(Receipt(name, digest, outcome, str(error), actor.name))
        except NeedsChoice as error:
            receipt = Receipt(name, digest, store_imports.UNANSWERED, str(error), actor.name)
            read_as, warnings = (error.grid.read_as, error.grid.warnings) if error.grid else ((), ())
            others.append(replace(receipt, questions=error.questions, read_as=read_as, warnings=warnings))
        else:
            said = (digest, actor.name, terms.create_patients, terms.measured_to)
            offers = tuple(Offer(raw, *said, actor.clinics) for raw in tables)
            found.append(FileOffer(name, offers, choices, reading.names))
    return sorted(found, key=lambda file: rank_kind(file.offers[0].raw.kind)), others


def _refuse_unseen(file_name: str, digest: str, terms: Terms) -> None:
    if terms.previewed is not None and digest not in terms.previewed:
        found = "the file is not the one that was looked at: its bytes have changed since"
        raise UnreadableFile(file_name, found, "look at it again before it is taken")


def _read(answers: Answers, name: str, data: bytes, terms: Terms) -> tuple[Reading, Choices]:
    if terms.is_upload:
        refuse_large_upload(name, len(data))
    reading, choices = answers.read(name, data)
    if terms.is_upload:
        refuse_long_upload(name, max((raw.n_rows for raw in reading.tables), default=0))
    return reading, choices


def take_files(connection: Transaction, file: FileOffer, report: Progress | None = None) -> list[Receipt]:
    """All tables of one file, in the caller's transaction, and how it was read."""
    if file.choices.get(BESIDE) != TAKE_BESIDE and (asked := ask_about_other_reading(connection, file)):
        return [asked]
    receipts = [take_offer(connection, offer, report) for offer in file.offers]
    if file.choices and any(receipt.outcome == store_imports.ACCEPTED for receipt in receipts):
        said = {key: value for key, value in file.choices.items() if key not in OF_ONE_FILE}
        now, actor = _clock.seconds(_clock.now()), file.offers[0].actor
        choices = SourceChoices(said, file.names)
        save_source_choices(connection, name_source(file.file_name), choices, actor, now)
    unread_files.settle_file(connection, file.offers[0].digest)
    return [replace(receipt, choices=file.choices) for receipt in receipts]


def take_offer(connection: Transaction, offer: Offer, report: Progress | None = None) -> Receipt:
    """Take one table in the caller's transaction; the same bytes a second time change nothing. A trial reports to nobody, and
    works nothing out that it would throw away."""
    raw = offer.raw
    receipt = Receipt(
        raw.file_name, offer.digest, store_imports.ACCEPTED, "", offer.actor, kind=raw.kind.name
    )
    receipt = replace(receipt, read_as=raw.read_as, warnings=raw.warnings)
    earlier = store_imports.find_import(
        connection, offer.digest, raw.kind.name, raw.digest, write_scope(offer.scope)
    )
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
        # The last moment at which whoever watches may stop it: what they raise takes back the whole file.
        report("saving", _SAVING_SHARE)
    return replace(
        receipt,
        import_key=taken.import_key,
        counts=taken.counts,
        problems=taken.problems,
        unknown_columns=raw.unknown_columns,
        warnings=(*raw.warnings, *taken.warnings),
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
