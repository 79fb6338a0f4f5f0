"""Say whether a release for research is unchanged, and who made it when and from which state of the data."""

import argparse
from pathlib import Path

from lib import settings
from lib.commands.actor import command_line_actor
from lib.services import passports, stores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the zip that was made by an export")


def run(options: argparse.Namespace) -> int:
    """0 where every byte is as it left; 1 for anything else."""
    actor = command_line_actor()
    key = settings.database_key()
    has_store = stores.exists(actor, options.database, key)
    store = stores.open_store(actor, options.database, key) if has_store else None
    found = passports.verify_file(actor, store, options.file)
    print("\n".join(filter(None, (found.text, found.policy))))
    return 0 if found.is_unchanged else 1
