"""Write the demo clinic's files from a seed, or load them into the demo store."""

import argparse

from lib import settings
from lib.commands.actor import command_line_actor
from lib.demo import DEMO_SEED, demo_files
from lib.services import stores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=DEMO_SEED, help="another clinic from another seed")
    parser.add_argument(
        "--load", action="store_true", help="make the demo store, or rebuild it when it is of yesterday"
    )


def run(options: argparse.Namespace) -> int:
    if options.load:
        store = stores.load_demo(command_line_actor(), options.database)
        print(f"The demo clinic is ready in {store.path.name if store.path else store.shown_url}")
        return 0
    settings.DEMO_FOLDER.mkdir(parents=True, exist_ok=True)
    for name, data in demo_files(options.seed).items():
        (settings.DEMO_FOLDER / name).write_bytes(data)
        print(f"{name}: {len(data)} bytes")
    return 0
