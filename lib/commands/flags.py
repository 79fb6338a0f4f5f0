"""Print what the rules find, as CSV."""

import argparse

from lib import settings
from lib.commands.actor import command_line_actor
from lib.commands.output import parse_day, print_csv
from lib.services import caseload, stores, views


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of", type=parse_day, metavar="DATE", help="as it stood on a day (default: today)"
    )


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    rows = caseload.read_flags(actor, store, options.as_of)
    views.note_listing(actor, store, "flags", len(rows))
    print_csv(rows)
    return 0
