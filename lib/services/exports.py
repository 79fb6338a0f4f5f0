"""Files out: tables of records and of what follows from them, in one view of the store, streamed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lib.research.choices import FileForm, Privacy
from lib.research.file_forms import make_files
from lib.research.files import ExportFile, make_readme
from lib.research.held_back import HeldBack, say_held
from lib.research.table import ROWS_A_BLOCK, ExportTable
from lib.services import _clock
from lib.services._audit import Act, note_reading
from lib.services._export_ground import prepare_ground
from lib.services._export_tables import make_tables
from lib.services._held_back import count_held_back
from lib.services._importing import Progress, silently
from lib.services.access import Actor, Permission, check_can, permitted
from lib.services.errors import Store, StoreError
from lib.store.data_version import read_data_version

# The earliest date that a zip can hold: the same export gives the same bytes, whenever it is made.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Order:
    """What is asked for. topics: of lib.research.choices. patients: keys of a cohort, None: everybody in the actor's clinics."""

    topics: tuple[str, ...]
    form: FileForm = FileForm.TIDY
    privacy: Privacy = Privacy.DEIDENTIFIED
    patients: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Export:
    """Tables and files as they leave, readable as long as the view of the store is open. n_patients of n_in_scope people. held:
    rows of theirs that wait, and are in none of the files."""

    tables: tuple[ExportTable, ...]
    files: tuple[ExportFile, ...]
    n_patients: int
    n_in_scope: int
    as_of: date
    policy_version: int
    data_version: str
    held: HeldBack

    @property
    def n_rows(self) -> int:
        return sum(file.n_rows for file in self.files)


@dataclass(frozen=True)
class Written:
    """What was written: bytes and rows by file, in order."""

    sizes: dict[str, int]
    n_rows: dict[str, int]
    n_patients: int
    n_in_scope: int
    data_version: str
    held: HeldBack


@permitted(Permission.EXPORT_RECORDS)
@contextmanager
def open_export(actor: Actor, store: Store, order: Order) -> Iterator[Export]:
    """Identified rows, in one view of the store for all files. Raises NotPermittedError without the right to see patients, and
    StoreError for a table that the form cannot hold, and for another class: those leave by cohort_releases."""
    check_can(actor, Permission.SEE_PATIENTS)
    if order.privacy is not Privacy.IDENTIFIED:
        raise StoreError(
            f"The class {order.privacy} leaves as a release: of a cohort, for somebody who is named."
        )
    with store.read() as connection:
        ground = prepare_ground(connection, actor, order.patients)
        tables = make_tables(ground, order.topics, order.form)
        held = count_held_back(connection, actor, ground.people.index)
        data_version, as_of = read_data_version(connection), _clock.day_of(ground.day)
        about = {
            "patients": f"{len(ground.people):,} of {ground.n_in_scope:,}",
            "form": order.form,
            "as of": as_of,
            "data version": data_version,
            "policy version": ground.policy.version,
        }
        yield Export(
            tables,
            (*make_files(tables, order.form, ground.zones), make_readme(about, say_held(held))),
            len(ground.people),
            ground.n_in_scope,
            as_of,
            ground.policy.version,
            data_version,
            held,
        )


@permitted(Permission.EXPORT_RECORDS)
def write_folder(
    actor: Actor, store: Store, order: Order, folder: Path, progress: Progress = silently
) -> Written:
    """Every file into a new or empty folder. Whatever stops it, nothing of it stays behind. Raises StoreError for a folder with
    something in it."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"There is something in {folder} already: name a new folder.")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    try:
        unfinished.mkdir(parents=True)
    except FileExistsError:
        raise StoreError(
            f"{unfinished} is in the way: another export writes there, or one was killed."
        ) from None
    try:
        with open_export(actor, store, order) as export:
            sizes = {}
            for file, blocks in _follow(export, progress):
                path = unfinished / file.name
                path.parent.mkdir(exist_ok=True)
                with path.open("wb") as target:
                    sizes[file.name] = sum(map(target.write, blocks))
            written = _sum_up(export, sizes)
        # It stands in its place once it is written down who took it.
        _note(actor, store, order, written)
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    finally:
        rmtree(unfinished, ignore_errors=True)
    return written


@permitted(Permission.EXPORT_RECORDS)
def write_zip(
    actor: Actor, store: Store, order: Order, target: IO[bytes], progress: Progress = silently
) -> Written:
    """Every file into one zip, the same bytes from the same data."""
    with open_export(actor, store, order) as export, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        sizes = {}
        for file, blocks in _follow(export, progress):
            entry = ZipInfo(file.name, _ZIP_DATE)
            entry.compress_type = ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as part:
                sizes[file.name] = sum(map(part.write, blocks))
        written = _sum_up(export, sizes)
    _note(actor, store, order, written)
    return written


def _note(actor: Actor, store: Store, order: Order, written: Written) -> None:
    about = {
        "form": order.form.value,
        "n_patients": written.n_patients,
        "n_rows": sum(written.n_rows.values()),
    }
    note_reading(actor, store, Act.EXPORT, detail=about)


def _sum_up(export: Export, sizes: dict[str, int]) -> Written:
    n_rows = {file.name: file.n_rows for file in export.files}
    return Written(sizes, n_rows, export.n_patients, export.n_in_scope, export.data_version, export.held)


def _follow(export: Export, progress: Progress) -> Iterator[tuple[ExportFile, Iterator[bytes]]]:
    """Files with their blocks, and after each block a word to whoever watches: the share of all rows."""
    done, total = 0, max(export.n_rows, 1)
    for file in export.files:

        def blocks(file: ExportFile = file, done: int = done) -> Iterator[bytes]:
            n_bytes = 0
            for number, block in enumerate(file.write()):
                n_bytes += len(block)
                yield block
                share = min(number * ROWS_A_BLOCK, file.n_rows)
                progress(f"{file.name}: {n_bytes:,} bytes", (done + share) / total)

        yield file, blocks()
        done += file.n_rows
    progress("done", 1.0)
