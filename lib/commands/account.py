"""Accounts of the people who sign in: list them, add one, invite, switch off or on."""

import argparse

from lib import settings
from lib.commands.actor import command_line_actor
from lib.commands.output import print_csv
from lib.services import accounts, stores
from lib.services.access import Actor, Role
from lib.services.errors import Store, StoreError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=("list", "add", "invite", "off", "on"))
    parser.add_argument("email", nargs="?", default="", help="whose account")
    parser.add_argument("--name", default="", help="stands under what its owner signs")
    parser.add_argument("--role", action="append", choices=[role.value for role in Role], default=[])
    parser.add_argument(
        "--clinic", action="append", metavar="ID", help="a clinic in sight; left out: all of them"
    )


def run(options: argparse.Namespace) -> int:
    actor = command_line_actor()
    store = stores.open_store(actor, options.database, settings.database_key())
    if options.act == "list":
        print_csv(accounts.read_accounts(actor, store))
        return 0
    if options.act == "add":
        clinics = tuple(options.clinic) if options.clinic else None
        wanted = accounts.Wanted(tuple(map(Role, dict.fromkeys(options.role))), clinics)
        accounts.add_account(actor, store, options.email, options.name, wanted)
        print(f"{options.email} has an account.")
        return 0
    return _change(actor, store, options)


def _change(actor: Actor, store: Store, options: argparse.Namespace) -> int:
    known = accounts.read_accounts(actor, store).set_index("email")["account_key"]
    key = known.get(options.email.strip().lower())
    if key is None:
        raise StoreError("No account was found under this address.")
    if options.act == "invite":
        code = accounts.invite(actor, store, int(key))
        print(f"{settings.public_url() or 'http://localhost:8501'}/invitation?code={code}")
        return 0
    accounts.switch_account(actor, store, int(key), is_active=options.act == "on")
    print(f"{options.email} is switched {options.act}.")
    return 0
