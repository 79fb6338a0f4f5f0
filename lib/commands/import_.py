"""Import files in any order, patients first; each file is one transaction."""

import argparse
import gc
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm import tqdm

from lib import settings
from lib.commands.actor import command_line_actor
from lib.commands.receipts import print_receipt
from lib.commands.watch import Watch, watch
from lib.services import imports, stores
from lib.services.access import Actor
from lib.services.errors import Store, StoreError

# New objects between two looks for garbage, young and old. Rows on their way to the store are many, and none is garbage: as
# Python has it (700, 10, 10) the looking took 3 s of the 20 that a million rows took.
_OBJECTS_A_LOOK = (50_000, 20, 100)
ALL_TAKEN, SOME_NOT_TAKEN, NOTHING_READABLE = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="count what would happen, save nothing")
    parser.add_argument(
        "--create-patients", action="store_true", help="make patients that no patients.csv has named"
    )
    parser.add_argument(
        "--take-shrunk",
        action="store_true",
        help="take a file although it has far fewer rows than the last one of its source",
    )
    parser.add_argument(
        "--made-up", action="store_true", help="no real patient is in these files (a store for practice asks)"
    )
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="the answer to a question about a file, such as encoding=windows-1252; @FILE reads the value from a file",
    )
    parser.add_argument(
        "--watch", type=Path, metavar="DIR", help="import what is dropped into a folder, each file once"
    )
    parser.add_argument(
        "--every", type=float, default=60, metavar="S", help="seconds between two looks (default: 60)"
    )
    parser.add_argument("--once", action="store_true", help="look once, for a job that runs at night")
    parser.add_argument(
        "--log",
        type=Path,
        metavar="FILE",
        help="where --watch writes a line a file (default: standard output)",
    )


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    gc.set_threshold(*_OBJECTS_A_LOOK)
    if options.watch:
        return _watch(actor, options)
    if not options.files:
        raise StoreError("Name the files, or a folder with --watch.")
    files = [(path.name, path.read_bytes()) for path in options.files]
    if options.dry_run:
        receipts = _preview(actor, options, files)
    else:
        store = stores.create_store(actor, options.database, settings.database_key(), are_clinics_open=True)
        receipts = _import(actor, store, _hand_over(files), options)
    for receipt in receipts:
        print_receipt(receipt)
    if not any(receipt.is_taken or receipt.outcome == "held" for receipt in receipts):
        return NOTHING_READABLE
    return ALL_TAKEN if all(receipt.is_complete for receipt in receipts) else SOME_NOT_TAKEN


def _hand_over(files: list[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Each of them, and none is kept: the bytes of a long file would lie beside its rows until they are saved."""
    while files:
        yield files.pop(0)


def _read_answers(options: argparse.Namespace) -> dict[str, dict[str, str]]:
    """The same answers for each of the files."""
    said = {}
    for text in options.answer:
        key, sign, value = text.partition("=")
        if not sign:
            raise StoreError(f"An answer is written KEY=VALUE, as in encoding=windows-1252; {text!r} is not.")
        said[key] = Path(value[1:]).read_text("utf-8") if value.startswith("@") else value
    return {path.name: said for path in options.files} if said else {}


def _watch(actor: Actor, options: argparse.Namespace) -> int:
    if not options.watch.is_dir():
        raise StoreError(f"{options.watch} is not a folder.")
    store = stores.create_store(actor, options.database, settings.database_key(), are_clinics_open=True)
    with nullcontext(sys.stdout) if options.log is None else options.log.open("a", encoding="utf-8") as log:
        look = Watch(actor, store, options.watch, log, options.create_patients, options.made_up)
        watch(look, options.every, once=options.once)
    return ALL_TAKEN


def _preview(
    actor: Actor, options: argparse.Namespace, files: list[tuple[str, bytes]]
) -> list[imports.Receipt]:
    """What an import would do; a store that does not exist is not made for it."""
    with TemporaryDirectory() as folder:
        if stores.exists(actor, options.database, settings.database_key()):
            store = stores.open_store(actor, options.database, settings.database_key())
        else:
            store = stores.create_store(actor, f"sqlite:///{folder}/trial.sqlite", are_clinics_open=True)
        return imports.preview_files(
            actor,
            store,
            files,
            choices=_read_answers(options),
            create_patients=options.create_patients,
            takes_shrunk=options.take_shrunk,
        )


def _import(
    actor: Actor, store: Store, files: Iterator[tuple[str, bytes]], options: argparse.Namespace
) -> list[imports.Receipt]:
    with tqdm(total=1.0, bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}", disable=None) as bar:

        def show(text: str, share: float) -> None:
            bar.set_description_str(text)
            bar.update(share - bar.n)

        return imports.import_files(
            actor,
            store,
            files,
            choices=_read_answers(options),
            create_patients=options.create_patients,
            are_made_up=options.made_up,
            takes_shrunk=options.take_shrunk,
            progress=show,
        )
