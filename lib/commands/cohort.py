"""Print who leaves a cohort at each step of its criteria, and who is left, as CSV."""

import argparse
import sys
from pathlib import Path

from lib import settings
from lib.commands.actor import command_line_actor
from lib.commands.output import print_csv
from lib.research.criteria_file import parse_about, parse_criteria
from lib.services import caseload, cohorts, stores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--file",
        required=True,
        type=Path,
        metavar="FILE",
        help="criteria as the page Cohort saves them, JSON",
    )


def run(options: argparse.Namespace) -> int:
    actor, name = command_line_actor(), options.file.name
    text = options.file.read_text("utf-8")
    criteria, said = parse_criteria(text, name), parse_about(text, name).get("data_version")
    store = stores.open_store(actor, options.database, settings.database_key())
    caseload.refresh_if_a_day_has_passed(actor, store)
    now = cohorts.read_data_version(actor, store)
    if said not in (None, now):
        print(f"{name} was saved from data version {said}; now it is {now}.", file=sys.stderr)
    print_csv(cohorts.tell_cohort(actor, store, criteria))
    return 0
