"""The policy as TOML: export it, preview a file, make it the next version; and what it asks for: the flag budget."""

import argparse
import sys
from pathlib import Path

from lib import settings
from lib.clinical.flag_budget import FlagBudget
from lib.clinical.flag_budget_wording import LIMITS, say_budget, say_cohort
from lib.commands.actor import command_line_actor
from lib.commands.output import parse_day, print_csv
from lib.services import flag_budget, policies, policy_preview, stores
from lib.services.access import Actor
from lib.services.errors import Store, StoreError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="export|import|preview|budget|versions"
    )
    export = actions.add_parser("export", help="print the policy")
    which = export.add_mutually_exclusive_group()
    which.add_argument(
        "--version", type=int, metavar="N", help="an earlier version (default: the one in force)"
    )
    which.add_argument("--on", type=parse_day, metavar="DATE", help="the version in force at a day's end")
    import_ = actions.add_parser("import", help="make a file the next version")
    import_.add_argument("--comment", help="why it changes (default: the file's name)")
    import_.add_argument(
        "--previewed",
        type=int,
        metavar="N",
        help="the version it was previewed against; refused if a newer one is there",
    )
    preview = actions.add_parser("preview", help="who would gain and lose a flag today, as CSV")
    for action in (import_, preview):
        action.add_argument("file", type=Path)
    budget = actions.add_parser("budget", help="what the policy, or a file, would have asked for")
    budget.add_argument("file", type=Path, nargs="?", help="a policy that is not in force")
    budget.add_argument(
        "--weeks",
        type=int,
        default=flag_budget.WEEKS,
        metavar="N",
        help="courses begun since (default: %(default)s)",
    )
    versions = actions.add_parser("versions", help="every version: when, by whom, why")
    for action in (export, import_, preview, budget, versions):
        # Also after the action; what stands before it holds where nothing does.
        action.add_argument(
            "--database", default=argparse.SUPPRESS, metavar="URL", help="as before the action"
        )


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    _ACTIONS[options.action](actor, store, options)
    return 0


def _export(actor: Actor, store: Store, options: argparse.Namespace) -> None:
    version = options.version
    if options.on is not None:
        in_force = policies.read_policy_on(actor, store, options.on)
        if in_force is None:
            raise StoreError(
                f"No policy was in force on {options.on}: this store's first version is younger."
            )
        version = in_force.policy.version
    sys.stdout.write(policies.export_policy(actor, store, version))


def _import(actor: Actor, store: Store, options: argparse.Namespace) -> None:
    name = options.file.name
    comment = f"the file {name}" if options.comment is None else options.comment
    version = policies.publish_policy(
        actor, store, options.file.read_bytes(), name, comment, previewed=options.previewed
    )
    print(f"{name} is policy version {version}")


def _preview(actor: Actor, store: Store, options: argparse.Namespace) -> None:
    draft = policies.begin_draft(actor, store, options.file.read_bytes(), options.file.name)
    moved = policy_preview.preview_policy(actor, store, draft.text, draft.file_name).moved
    print_csv(
        moved[["patient_id", "clinic_id", "rule", "change", "before", "after", "evidence", "threshold"]]
    )


def _budget(actor: Actor, store: Store, options: argparse.Namespace) -> None:
    text = None
    if options.file is not None:
        text = policies.begin_draft(actor, store, options.file.read_bytes(), options.file.name).text
    name = options.file.name if options.file else ""
    _print_budget(flag_budget.read_flag_budget(actor, store, options.weeks, text, name))


def _print_budget(budget: FlagBudget) -> None:
    print(say_cohort(budget))
    for what, count in [*say_budget(budget), *((f"  by {rule}", n) for rule, n in budget.by_rule.items())]:
        print(f"{what}: {count}")
    print(LIMITS)


def _versions(actor: Actor, store: Store, options: argparse.Namespace) -> None:
    print_csv(policies.list_versions(actor, store))


_ACTIONS = {
    "export": _export,
    "import": _import,
    "preview": _preview,
    "budget": _budget,
    "versions": _versions,
}
