"""Print how every patient stands, as CSV."""

import argparse
import sys

from lib import settings
from lib.commands.actor import command_line_actor
from lib.commands.output import parse_day, print_csv
from lib.research.explore.rules import WORST_BASELINE_BIAS
from lib.services import caseload, policies, stores, views


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of", type=parse_day, metavar="DATE", help="as it stood on a day (default: today)"
    )
    parser.add_argument("--all-courses", action="store_true", help="earlier courses too")


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    rows = caseload.read_status(actor, store, options.as_of, all_courses=options.all_courses)
    views.note_listing(actor, store, "status", len(rows))
    print_csv(rows)
    if policies.read_policy(actor, store).baseline.rule == "worst_in_30_days":
        print(WORST_BASELINE_BIAS, file=sys.stderr)
    return 0
