"""Make an empty clinic: its name, its time zone and the instruments that it collects."""

import argparse

from lib import settings
from lib.commands.actor import command_line_actor
from lib.services import stores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--clinic", default="clinic", metavar="ID", help="clinic_id of the files (default: clinic)"
    )
    parser.add_argument("--name", default="", help="its name on the screens")
    parser.add_argument(
        "--time-zone", default="UTC", metavar="ZONE", help="like America/Chicago (default: UTC)"
    )
    parser.add_argument(
        "--instruments",
        nargs="+",
        default=["PHQ-9", "GAD-7"],
        metavar="NAME",
        help="PHQ-9 and GAD-7 by default",
    )
    parser.add_argument(
        "--practice", action="store_true", help="a store for made-up patients only: every screen says so"
    )


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.create_store(
        actor, options.database, settings.database_key(), is_practice=options.practice
    )
    stores.init_clinic(
        actor,
        store,
        options.clinic,
        name=options.name,
        time_zone=options.time_zone,
        instruments=options.instruments,
    )
    print(f"{options.clinic} is ready in {store.shown_url}")
    return 0
