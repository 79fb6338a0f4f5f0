"""Export the policy in force as TOML, or import a file as its next version."""

import argparse
import sys
from pathlib import Path

from lib import settings
from lib.commands.actor import command_line_actor
from lib.services import policies, stores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="export|import")
    export = actions.add_parser("export", help="print the policy")
    export.add_argument(
        "--version", type=int, metavar="N", help="an earlier version (default: the one in force)"
    )
    import_ = actions.add_parser("import", help="make a file the next version")
    import_.add_argument("file", type=Path)
    import_.add_argument("--comment", default="", help="why it changes")
    for action in (export, import_):
        # Also after the action; what stands before it holds where nothing does.
        action.add_argument(
            "--database", default=argparse.SUPPRESS, metavar="URL", help="as before the action"
        )


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    if options.action == "export":
        sys.stdout.write(policies.export_policy(actor, store, options.version))
        return 0
    version = policies.publish_policy(
        actor, store, options.file.read_bytes(), options.file.name, options.comment
    )
    print(f"{options.file.name} is policy version {version}")
    return 0
