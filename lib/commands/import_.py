"""Import files in any order, patients first; each file is one transaction."""

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm import tqdm

from lib import settings
from lib.commands.actor import command_line_actor
from lib.commands.watch import Watch, watch
from lib.services import imports, stores
from lib.services.access import Actor
from lib.services.errors import Store, StoreError

ALL_TAKEN, SOME_NOT_TAKEN, NOTHING_READABLE = 0, 1, 2
_SHOWN_PROBLEMS = 20


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
    if options.watch:
        return _watch(actor, options)
    if not options.files:
        raise StoreError("Name the files, or a folder with --watch.")
    files = [(path.name, path.read_bytes()) for path in options.files]
    if options.dry_run:
        receipts = _preview(actor, options, files)
    else:
        store = stores.create_store(actor, options.database, settings.database_key(), are_clinics_open=True)
        receipts = _import(actor, store, files, options)
    for receipt in receipts:
        _print_receipt(receipt)
    if all(receipt.outcome == "refused" for receipt in receipts):
        return NOTHING_READABLE
    return ALL_TAKEN if all(receipt.is_complete for receipt in receipts) else SOME_NOT_TAKEN


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
            create_patients=options.create_patients,
            takes_shrunk=options.take_shrunk,
        )


def _import(
    actor: Actor, store: Store, files: list[tuple[str, bytes]], options: argparse.Namespace
) -> list[imports.Receipt]:
    with tqdm(total=1.0, bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}", disable=None) as bar:

        def show(text: str, share: float) -> None:
            bar.set_description_str(text)
            bar.update(share - bar.n)

        return imports.import_files(
            actor,
            store,
            files,
            create_patients=options.create_patients,
            are_made_up=options.made_up,
            takes_shrunk=options.take_shrunk,
            progress=show,
        )


def _print_receipt(receipt: imports.Receipt) -> None:
    counts = receipt.counts
    if receipt.outcome != "accepted":
        waiting = f"; {counts.n_released} rows that had waited are taken" if counts.n_released else ""
        waiting += f"; {counts.n_held} rows are not taken yet" if counts.n_held else ""
        print(f"{receipt.file_name}: {receipt.outcome}: {receipt.message}{waiting}")
        if receipt.outcome == "held":
            print("  take it anyway: --take-shrunk", file=sys.stderr)
        return
    parts = {
        "new": counts.n_new,
        "changed": counts.n_changed,
        "unchanged": counts.n_unchanged,
        "kept behind a later version": counts.n_behind,
        "repeated": counts.n_repeated,
        "held": counts.n_held,
        "rejected": counts.n_rejected,
        "taken that had waited": counts.n_released,
    }
    listed = ", ".join(f"{n} {name}" for name, n in parts.items() if n)
    would = "would be " if receipt.is_dry_run else ""
    print(f"{receipt.file_name}: {receipt.kind}, {counts.n_rows} rows: {would}{listed or 'nothing to take'}")
    if receipt.unknown_columns:
        print(f"  columns not read: {', '.join(receipt.unknown_columns)}")
    problems = receipt.problems
    if problems is None or problems.empty:
        return
    for row in problems.head(_SHOWN_PROBLEMS).itertuples():
        print(
            f"  line {row.line}, {row.column or 'row'}: {row.value!r} {row.outcome}: {row.reason}",
            file=sys.stderr,
        )
    if len(problems) > _SHOWN_PROBLEMS:
        print(
            f"  … and {len(problems) - _SHOWN_PROBLEMS} more; the Import page offers them all as a file",
            file=sys.stderr,
        )
