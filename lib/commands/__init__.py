"""The command line: one module a command, each with a docstring, `add_arguments` and `run`."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from lib import settings

# In the order in which they are of use. `import` is a word of the language: its module is import_.
COMMANDS = (
    "init",
    "demo",
    "account",
    "serve",
    "import",
    "status",
    "flags",
    "outcomes",
    "pack",
    "cohort",
    "export",
    "verify",
    "policy",
    "audit",
    "check",
    "backup",
    "restore",
    "drill",
    "retention",
    "recompute",
)


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit code. An error that a person can mend is one sentence on standard error."""
    from lib.clinical.policy import PolicyError
    from lib.research.criteria import CriteriaError
    from lib.services.access import NotPermittedError
    from lib.services.errors import StoreError

    options = _parser(arguments).parse_args(arguments)
    try:
        return int(options.run(options))
    except BrokenPipeError:
        return 0
    except (StoreError, PolicyError, CriteriaError, NotPermittedError, OSError) as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 2


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lib", description="Dosing and outcomes, without a browser."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    # A command loads what it needs, and nothing of the others: figures, paper and FHIR take 0.4 s and 45 MB.
    is_named = bool(arguments) and arguments[0] in COMMANDS
    for name in arguments[:1] if is_named else COMMANDS:
        module = import_module(f"lib.commands.{name}_" if name == "import" else f"lib.commands.{name}")
        summary = (module.__doc__ or "").strip().splitlines()[0]
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument(
            "--database",
            default=settings.database_url(),
            metavar="URL",
            help="a store: sqlite:///FILE or postgresql://USER@HOST/DATABASE (default: DATABASE_URL, else the demo clinic)",
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser
