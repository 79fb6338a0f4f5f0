"""Say whether a store can be relied on: database, tables, writing, disk, audit; it changes nothing."""

import argparse

from lib import settings
from lib.commands.actor import command_line_actor
from lib.services import checks


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    """0 where everything is well; 1 where something is not."""
    done = checks.check_store(command_line_actor(), options.database, settings.database_key())
    for check in done:
        print(f"{'ok ' if check.is_good else 'NOT'} {check.name}: {check.text}")
    return 0 if all(check.is_good for check in done) else 1
