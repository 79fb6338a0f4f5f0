"""Serve the dashboard to people who sign in: the way to show real patients."""

import argparse
import os
import sys

from lib import settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--address", default="localhost", help="where to listen (default: this machine alone)"
    )
    parser.add_argument("--port", type=int, default=8501, help="(default: 8501)")


def run(options: argparse.Namespace) -> int:
    """The server is another program: it takes the place of this one."""
    settings.hand_on_database(options.database)
    settings.keep_memory_together()
    said = {"--database": options.database, "--address": options.address, "--port": str(options.port)}
    words = [word for pair in said.items() for word in pair]
    # Without a shell: no word is read as anything but a word.
    os.execv(sys.executable, [sys.executable, "-m", "lib.serving", *words])  # nosec B606
