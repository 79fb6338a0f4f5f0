"""Print what each measure of outcomes comes to, as CSV."""

import argparse

from lib import settings
from lib.clinical.outcomes.measures import DENOMINATORS, ELIGIBLE, MISSING_FAILS
from lib.commands.actor import command_line_actor
from lib.commands.output import parse_day, print_csv
from lib.services import caseload, outcomes, stores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of", type=parse_day, metavar="DATE", help="as it stood on a day (default: today)"
    )
    parser.add_argument(
        "--from", dest="first", type=parse_day, metavar="DATE", help="courses begun on this day or later"
    )
    parser.add_argument(
        "--to", dest="last", type=parse_day, metavar="DATE", help="courses begun on this day or earlier"
    )
    said = "; ".join(f"{name}: {words}" for name, words in DENOMINATORS.items() if name != ELIGIBLE)
    parser.add_argument(
        "--denominator",
        choices=[name for name in DENOMINATORS if name != ELIGIBLE],
        default=MISSING_FAILS,
        help=said,
    )


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    caseload.refresh_if_a_day_has_passed(actor, store)
    period = outcomes.Period(options.first, options.last)
    print_csv(outcomes.read_outcomes(actor, store, period, options.denominator, options.as_of))
    return 0
