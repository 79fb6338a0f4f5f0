"""What has been kept long enough: list it, purge it, and keep a patient's records under a legal hold."""

import argparse

from lib import settings
from lib.clinical.wording import count
from lib.commands.actor import command_line_actor
from lib.commands.output import print_csv
from lib.services import retention, stores
from lib.services.access import Actor
from lib.services.errors import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--purge",
        action="store_true",
        help="withdraw the records of patients who are due, and erase sign-ins that are long over (default: only list them)",
    )
    for name, what in (("--hold", "keep a patient's records"), ("--end-hold", "end a patient's legal hold")):
        parser.add_argument(name, metavar="PATIENT_ID", help=what)
    parser.add_argument("--clinic", default="", metavar="ID", help="whose patient, where several have one")
    parser.add_argument("--why", default="", metavar="TEXT", help="the reason of a legal hold, or of its end")


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    if options.hold or options.end_hold:
        _note_hold(actor, store, options)
        return 0
    due = retention.purge(actor, store) if options.purge else retention.read_due(actor, store)
    print_csv(due.patients.drop(columns="patient_key"))
    done = "purged" if options.purge else "due; nothing was changed, --purge does it"
    print(f"{count(len(due.keys), 'patient')} and {count(due.n_sign_ins, 'sign-in')} {done}")
    return 0


def _note_hold(actor: Actor, store: Store, options: argparse.Namespace) -> None:
    key = retention.find_key(actor, store, options.hold or options.end_hold, options.clinic)
    note = retention.hold if options.hold else retention.end_hold
    note(actor, store, key, options.why)
    print("held" if options.hold else "released")
