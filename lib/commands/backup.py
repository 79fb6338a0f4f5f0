"""Copy a store into one file while it is in use, with a manifest beside it that says what it holds."""

import argparse
from pathlib import Path

from lib import settings
from lib.commands.actor import command_line_actor
from lib.services import recovery, stores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a new file, on another disk than the store's"
    )


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    made = recovery.back_up(actor, store, options.file)
    manifest = made.manifest
    print(f"{options.file}: {manifest.n_bytes:,} bytes, the store as it was at {manifest.moment}")
    print(f"{sum(manifest.rows.values()):,} rows, the audit up to row {manifest.seq:,}, data {manifest.data}")
    print(
        "Keep it apart from the keys (DATABASE_KEY, the audit's key) and from the anchor file: it needs them to be brought back."
    )
    if not made.is_noted:
        print("The store takes nothing now: its audit has no row of this backup.")
    return 0
