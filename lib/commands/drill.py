"""Practise a recovery: back up, bring the copy back elsewhere, verify it, compare status and flags; with times."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from lib import settings
from lib.commands.actor import command_line_actor
from lib.services import drills, stores
from lib.services.errors import StoreError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--into",
        metavar="URL",
        help="an empty database to bring it back to (needed for PostgreSQL); it is emptied again",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="where the copy lies meanwhile (default: the system's own place)",
    )


def run(options: argparse.Namespace) -> int:
    """0 where the copy says what the store said; 1 where it does not."""
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    if not store.is_sqlite and not options.into:
        raise StoreError(
            "Name an empty database of another server, or of this one: --into postgresql://USER@HOST/DATABASE."
        )
    with TemporaryDirectory(dir=options.folder) as folder:
        done = drills.drill(actor, store, Path(folder), into=options.into)
    for step, seconds in done.seconds.items():
        print(f"{step}: {seconds:.2f} s")
    print(f"altogether: {sum(done.seconds.values()):.2f} s for {done.manifest.n_bytes:,} bytes")
    for name, n in done.n_rows.items():
        unlike = done.unlike[name]
        print(f"{name}: {n:,} rows, {f'{unlike:,} are not the same' if unlike else 'each the same'}")
    for finding in done.audit.findings:
        print(f"{finding.kind}: {finding.text}")
    print("\n".join(done.audit.say()))
    print(
        "The drill passed."
        if done.is_passed
        else "The drill failed: this backup would not bring the clinic back as it was."
    )
    return 0 if done.is_passed else 1
