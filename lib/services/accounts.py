"""Accounts, for whoever manages them: added, changed, switched off, invited; and who is signed in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from lib.services import _clock, _secrets
from lib.services._audit import Act, write_entry
from lib.services.access import Actor, Permission, Role, permitted
from lib.services.errors import NotFoundError, Store, StoreError
from lib.store import accounts, sign_ins
from lib.store.accounts import Row
from lib.store.engine import Transaction
from lib.store.records import read_clinics

# An invitation that nobody took up lapses.
INVITATION_HOURS = 72
_NOT_FOUND = "No account was found under this name."


@dataclass(frozen=True)
class Wanted:
    """What an account may. clinics: ids, or None for all of them."""

    roles: tuple[Role, ...]
    clinics: tuple[str, ...] | None


@permitted(Permission.MANAGE_ACCOUNTS)
def read_accounts(actor: Actor, store: Store) -> pd.DataFrame:
    """account_key, email, name, roles (list), clinics (list, None for all), is_active, way (provider, password, invited or none),
    created_at (UTC epoch seconds), n_signed_in. Of accounts within the actor's clinics."""
    with store.read() as connection:
        rows = [row for row in accounts.read_accounts(connection) if _is_within(actor, row["clinics"])]
        signed_in = pd.Series([row["account_key"] for row in sign_ins.read_sign_ins(connection)], dtype=int)
    counts = signed_in.value_counts()
    said = [
        {
            "account_key": row["id"],
            "roles": row["roles"].split(","),
            "way": _say_way(row),
            **{name: row[name] for name in ("email", "name", "clinics", "created_at")},
            "is_active": bool(row["is_active"]),
            "n_signed_in": int(counts.get(row["id"], 0)),
        }
        for row in rows
    ]
    columns = ("account_key", "email", "name", "roles", "clinics", "is_active", "way", "created_at")
    return pd.DataFrame(said, columns=[*columns, "n_signed_in"])


@permitted(Permission.MANAGE_ACCOUNTS)
def read_grantable_clinics(actor: Actor, store: Store) -> list[str]:
    """Clinic ids that the actor may give."""
    with store.read() as connection:
        known = sorted(read_clinics(connection)["clinic_id"])
    return [clinic for clinic in known if actor.clinics is None or clinic in actor.clinics]


@permitted(Permission.MANAGE_ACCOUNTS)
def add_account(actor: Actor, store: Store, email: str, name: str, wanted: Wanted) -> int:
    """Its key. The name signs decisions. Raises StoreError for an address or a name that is taken or is none."""
    address, said = email.strip().lower(), " ".join(name.split())
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise StoreError("Write the e-mail address as somebody@clinic.example.")
    if not said:
        raise StoreError("Give the account a name: it stands under what its owner signs.")
    with store.write() as connection:
        _check_wanted(connection, actor, wanted)
        if accounts.read_account(connection, email=address) or accounts.read_account(connection, name=said):
            raise StoreError("There is an account with this address or this name already.")
        values = {"email": address, "name": said, "roles": ",".join(wanted.roles), "is_active": 1}
        moment = {"n_failures": 0, "created_at": _clock.seconds(_clock.now())}
        key = accounts.add_account(connection, {**values, **moment}, wanted.clinics)
        _note(connection, actor, key, "added", wanted)
        return key


@permitted(Permission.MANAGE_ACCOUNTS)
def change_account(actor: Actor, store: Store, account_key: int, wanted: Wanted) -> None:
    """Other roles or clinics; whoever is signed in has to sign in again. Raises StoreError, NotFoundError."""
    with store.write() as connection:
        _find(connection, actor, account_key)
        _check_wanted(connection, actor, wanted)
        values = {"roles": ",".join(wanted.roles), "clinics": wanted.clinics}
        accounts.change_account(connection, account_key, **values)
        _end_all(connection, account_key, "roles or clinics were changed")
        _note(connection, actor, account_key, "changed", wanted)


@permitted(Permission.MANAGE_ACCOUNTS)
def switch_account(actor: Actor, store: Store, account_key: int, *, is_active: bool) -> None:
    """Switch an account off, which ends its sign-ins at once, or on again. Raises StoreError, NotFoundError."""
    with store.write() as connection:
        _find(connection, actor, account_key)
        accounts.change_account(connection, account_key, is_active=int(is_active), enrol_hash=None)
        _end_all(connection, account_key, "the account was switched off")
        _note(connection, actor, account_key, "on" if is_active else "off")


@permitted(Permission.MANAGE_ACCOUNTS)
def invite(actor: Actor, store: Store, account_key: int) -> str:
    """A code with which its owner sets a password and an authenticator, once, within INVITATION_HOURS; the old ones end now.
    Raises StoreError, NotFoundError."""
    code = _secrets.new_token()
    until = _clock.seconds(_clock.now()) + INVITATION_HOURS * 3_600
    with store.write() as connection:
        _find(connection, actor, account_key)
        gone = {"password": None, "totp_secret": None, "totp_step": None, "n_failures": 0}
        invited = {"enrol_hash": _secrets.hash_token(code), "enrol_until": until}
        accounts.change_account(connection, account_key, **gone, **invited)
        _end_all(connection, account_key, "invited again")
        _note(connection, actor, account_key, "invited")
    return code


@permitted(Permission.MANAGE_ACCOUNTS)
def read_sign_ins(actor: Actor, store: Store) -> pd.DataFrame:
    """Who is signed in within the actor's clinics: reference, account_key, name, way, created_at, seen_at, ends_at (UTC epoch
    seconds), the newest first."""
    with store.read() as connection:
        seen = {row["id"] for row in accounts.read_accounts(connection) if _is_within(actor, row["clinics"])}
        rows = [row for row in sign_ins.read_sign_ins(connection) if row["account_key"] in seen]
    columns = ["reference", "account_key", "name", "way", "created_at", "seen_at", "ends_at"]
    return pd.DataFrame(rows, columns=columns)


@permitted(Permission.MANAGE_ACCOUNTS)
def end_sign_in(actor: Actor, store: Store, reference: str) -> None:
    """End somebody's sign-in now. Raises NotFoundError."""
    with store.write() as connection:
        row = sign_ins.read_sign_in(connection, reference=reference)
        owner = accounts.read_account(connection, id=row["account_key"]) if row else None
        if owner is None or not _is_within(actor, owner["clinics"]):
            raise NotFoundError("No sign-in was found under this reference.")
        now = _clock.seconds(_clock.now())
        sign_ins.end_sign_ins(connection, now, "ended by an administrator", reference=reference)
        subject = f"account:{owner['id']}"
        write_entry(connection, actor, Act.END_SESSION, subject=subject, detail={"ended": reference})


def _note(connection: Transaction, actor: Actor, key: int, change: str, wanted: Wanted | None = None) -> None:
    """wanted: roles and clinics that it has now, where they are others."""
    subject, act = f"account:{key}", Act.CHANGE_ROLE if change == "changed" else Act.CHANGE_ACCOUNT
    roles = list(map(str, wanted.roles)) if wanted else None
    n_clinics = len(wanted.clinics) if wanted and wanted.clinics is not None else None
    detail = {"change": change, "roles": roles, "n_clinics": n_clinics}
    write_entry(connection, actor, act, subject=subject, detail=detail)


def _find(connection: Transaction, actor: Actor, account_key: int) -> Row:
    """Somebody else's account, within the actor's clinics."""
    row = accounts.read_account(connection, id=account_key)
    if row is None or not _is_within(actor, row["clinics"]):
        raise NotFoundError(_NOT_FOUND)
    if row["name"] == actor.name and actor.session is not None:
        raise StoreError("Nobody changes the own account: ask another administrator.")
    return row


def _is_within(actor: Actor, clinics: Iterable[str] | None) -> bool:
    return actor.clinics is None or (clinics is not None and set(clinics) <= actor.clinics)


def _check_wanted(connection: Transaction, actor: Actor, wanted: Wanted) -> None:
    if not wanted.roles:
        raise StoreError("Choose at least one role.")
    known = set(read_clinics(connection)["clinic_id"])
    if not _is_within(actor, wanted.clinics) or not set(wanted.clinics or ()) <= known:
        raise StoreError("Choose clinics that are yours to give.")


def _end_all(connection: Transaction, account_key: int, why: str) -> None:
    sign_ins.end_sign_ins(connection, _clock.seconds(_clock.now()), why, account_key=account_key)


def _say_way(row: Row) -> str:
    if row["password"]:
        return "password"
    if row["subject"]:
        return "provider"
    return "invited" if row["enrol_hash"] else "none"
