"""Bring a backup back to an address where there is nothing, verified: bytes, database, version, audit."""

import argparse
from pathlib import Path

from lib import settings
from lib.commands.actor import command_line_actor
from lib.services import recovery


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup; its manifest lies beside it")
    parser.add_argument(
        "--anyway",
        action="store_true",
        help="although it is older than the anchor says, or its audit does not fit; the audit keeps that",
    )


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    done = recovery.restore(
        actor, options.database, settings.database_key(), options.file, anyway=options.anyway
    )
    for finding in done.findings:
        print(f"{finding.kind}: {finding.text}")
    rows = sum(done.manifest.rows.values())
    print(
        f"The store is as it was at {done.manifest.moment}: {rows:,} rows, {done.n_audit_rows:,} of them of the audit."
    )
    print("What was written after that is not in it: import it again, and sign again what was signed since.")
    print(
        "Accounts are as they were then, and nobody is signed in: switch off again whoever was switched off since."
    )
    return 0
