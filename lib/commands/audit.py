"""Who did what: verify that the audit is whole, list it, anchor its end, change its key."""

import argparse

from lib import settings
from lib.commands.actor import command_line_actor
from lib.commands.output import parse_day, print_csv
from lib.services import audit, stores
from lib.services.access import Actor
from lib.services.errors import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="|".join(_ACTIONS))
    about = {
        "verify": "hold every row against its seal and the anchor file; 1 where something does not fit",
        "list": "rows as CSV, the newest first",
        "anchor": "write down outside the database how far the audit has come",
        "change-key": "seal new rows with a new key",
        "restored": "an older state of the store was brought back on purpose",
    }
    for name, summary in about.items():
        action = actions.add_parser(name, help=summary, description=summary)
        # Also after the action; what stands before it holds where nothing does.
        action.add_argument(
            "--database", default=argparse.SUPPRESS, metavar="URL", help="as before the action"
        )
        if name == "list":
            _add_search(action)


def _add_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--actor", default="", metavar="NAME", help="what one person did")
    parser.add_argument("--act", default="", metavar="WORDS", help="one act, like 'view patient'")
    parser.add_argument("--patient", default="", metavar="ID", help="what was done about one patient")
    parser.add_argument("--first", type=parse_day, metavar="DATE", help="from this day on, by UTC")
    parser.add_argument("--last", type=parse_day, metavar="DATE", help="to the end of this day, by UTC")
    parser.add_argument("--limit", type=int, metavar="N", help="at most so many rows")


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    return _ACTIONS[options.action](actor, store, options)


def _verify(actor: Actor, store: Store, options: argparse.Namespace) -> int:
    found = audit.verify_audit(actor, store)
    for finding in found.findings:
        print(f"{finding.kind}: {finding.text}")
    for text in found.say():
        print(text)
    return 0 if found.is_whole else 1


def _list(actor: Actor, store: Store, options: argparse.Namespace) -> int:
    asked = audit.Asked(options.actor, options.act, options.patient, options.first, options.last)
    rows, _ = audit.search_audit(actor, store, asked, limit=options.limit)
    print_csv(rows.assign(at=rows["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")))
    return 0


def _anchor(actor: Actor, store: Store, options: argparse.Namespace) -> int:
    audit.anchor_audit(actor, store)
    print("anchored")
    return 0


def _change_key(actor: Actor, store: Store, options: argparse.Namespace) -> int:
    print(
        f"new rows are sealed with the key {audit.change_key(actor, store)}; keep the file with all its keys"
    )
    return 0


def _restored(actor: Actor, store: Store, options: argparse.Namespace) -> int:
    audit.note_restored(actor, store)
    print("noted: what was anchored after this state is expected no more")
    return 0


_ACTIONS = {
    "verify": _verify,
    "list": _list,
    "anchor": _anchor,
    "change-key": _change_key,
    "restored": _restored,
}
