"""Signing in and out. The server asks; whoever is signed in is an actor of their account, looked up anew each time."""

import json
import secrets
from dataclasses import dataclass
from hmac import compare_digest, digest

from lib import settings
from lib.services import _clock, _secrets
from lib.services._audit import Act, write_entry
from lib.services._waits import is_to_wait
from lib.services.access import Actor, Permission, Role, permissions_of, permitted
from lib.services.errors import Store, StoreError
from lib.store import accounts, sign_ins
from lib.store.engine import Transaction

# An act is noted when a fifth of the idle time has passed since the last one that was: a click writes nothing as a rule.
_NOTED_EACH = 0.2
# What the server says of a sign-in to the pages is stamped: nobody outside of this process can say it.
_STAMP_KEY = secrets.token_bytes(32)
_REFUSED = (
    "That did not work. The address, the password or the code is not right, or there were several wrong tries "
    "just before: then wait a few minutes."
)


class SignInRefusedError(StoreError):
    """The words are the same for whoever is unknown, has no right, or mistyped."""


@dataclass(frozen=True)
class SignedIn:
    """token: for the cookie alone. actor: who it is. ends_at: UTC epoch seconds."""

    token: str
    actor: Actor
    ends_at: int


@permitted(Permission.SIGN_PEOPLE_IN)
def sign_in_by_password(actor: Actor, store: Store, email: str, password: str, code: str) -> SignedIn:
    """A local account: argon2 and a one-time code (RFC 6238), both. Raises SignInRefusedError."""
    now = _clock.seconds(_clock.now())
    with store.read() as connection:
        found = accounts.read_account(connection, email=_plain(email))
    is_right = _secrets.is_password(password, found["password"] if found else None)
    with store.write() as connection:
        # Read again under the lock: of two tries with one code, one is the second.
        found = accounts.read_account(connection, email=_plain(email))
        step = None
        if found and is_right and found["totp_secret"] and not is_to_wait(found, now):
            step = _secrets.find_step(code, found["totp_secret"], now, found["totp_step"])
        if found and found["is_active"] and step is not None:
            accounts.change_account(connection, found["id"], n_failures=0, totp_step=step)
            return _begin(connection, found["id"], "password", now)
        if found and not is_to_wait(found, now):
            failed = {"n_failures": found["n_failures"] + 1, "failed_at": now}
            accounts.change_account(connection, found["id"], **failed)
        _note_refusal(connection, actor, found, "password")
    raise SignInRefusedError(_REFUSED)


@permitted(Permission.SIGN_PEOPLE_IN)
def sign_in_by_provider(actor: Actor, store: Store, subject: str, email: str) -> SignedIn:
    """Somebody whom the identity provider vouches for. subject: issuer and sub, which are bound to the account at the first
    sign-in; afterwards the e-mail address alone is not enough. Raises SignInRefusedError."""
    now = _clock.seconds(_clock.now())
    with store.write() as connection:
        found = accounts.read_account(connection, subject=subject)
        if found is None:
            found = accounts.read_account(connection, email=_plain(email), subject=None)
        if found and found["is_active"]:
            accounts.change_account(connection, found["id"], subject=subject)
            return _begin(connection, found["id"], "provider", now)
        _note_refusal(connection, actor, found, "provider")
    raise SignInRefusedError("The identity provider knows you, but there is no active account for you here.")


@permitted(Permission.SIGN_PEOPLE_IN)
def find_sign_in(actor: Actor, store: Store, token: str) -> Actor | None:
    """Whom a cookie signs in now, or None."""
    return _find(store, token_hash=_secrets.hash_token(token))


@permitted(Permission.SIGN_PEOPLE_IN)
def find_reader(actor: Actor, store: Store, stamped: str, *, is_act: bool = True) -> Actor | None:
    """Who stands behind what the server said of a sign-in, now, or None. is_act: somebody did something, which is noted."""
    reference, _, stamp = stamped.partition(".")
    if not compare_digest(stamp, _stamp(reference)):
        return None
    return _find(store, is_act=is_act, reference=reference)


@permitted(Permission.SIGN_PEOPLE_IN)
def end_sign_in(actor: Actor, store: Store, token: str) -> None:
    """Sign out, for good: the cookie is worth nothing any more."""
    _sign_out(store, token_hash=_secrets.hash_token(token))


@permitted(Permission.SIGN_PEOPLE_IN)
def end_reader(actor: Actor, store: Store, stamped: str) -> None:
    """Sign out whoever stands behind what the server said of a sign-in."""
    reference, _, stamp = stamped.partition(".")
    if compare_digest(stamp, _stamp(reference)):
        _sign_out(store, reference=reference)


@permitted(Permission.SIGN_PEOPLE_IN)
def stamp_session(actor: Actor, reference: str) -> str:
    """A sign-in's reference as only this process can write it."""
    return f"{reference}.{_stamp(reference)}"


def _stamp(reference: str) -> str:
    return digest(_STAMP_KEY, reference.encode(), "sha256").hex()


def _plain(email: str) -> str:
    return email.strip().lower()


def _sign_out(store: Store, **which: str) -> None:
    now = _clock.seconds(_clock.now())
    with store.write() as connection:
        row = sign_ins.read_sign_in(connection, **which)
        if row is not None:
            sign_ins.end_sign_ins(connection, now, "signed out", id=row["id"])
            write_entry(
                connection, _actor_of(row, now), Act.SIGN_OUT, subject=f"account:{row['account_key']}"
            )


def _note_refusal(connection: Transaction, server: Actor, account: accounts.Row | None, way: str) -> None:
    """What was typed as an address is not noted: it may be a password."""
    subject = f"account:{account['id']}" if account else None
    write_entry(connection, server, Act.SIGN_IN_REFUSED, subject=subject, detail={"way": way})


def _begin(connection: Transaction, account_key: int, way: str, now: int) -> SignedIn:
    token, reference = _secrets.new_token(), _secrets.new_reference()
    ends_at = now + settings.session_limits().longest_seconds
    values = {
        "reference": reference,
        "token_hash": _secrets.hash_token(token),
        "account_key": account_key,
        "way": way,
        "created_at": now,
        "seen_at": now,
        "ends_at": ends_at,
    }
    sign_ins.add_sign_in(connection, values)
    row = sign_ins.read_sign_in(connection, reference=reference)
    assert row is not None
    actor = _actor_of(row, now)
    write_entry(connection, actor, Act.SIGN_IN, subject=f"account:{account_key}", detail={"way": way})
    return SignedIn(token, actor, ends_at)


def _find(store: Store, *, is_act: bool = False, **which: str) -> Actor | None:
    now, idle = _clock.seconds(_clock.now()), settings.session_limits().idle_seconds
    with store.read() as connection:
        row = sign_ins.read_sign_in(connection, **which)
    if row is None or not row["is_active"] or now >= row["ends_at"] or now - row["seen_at"] >= idle:
        return None
    if is_act and now - row["seen_at"] >= idle * _NOTED_EACH:
        with store.note() as connection:
            sign_ins.note_seen(connection, row["id"], now)
    return _actor_of(row, now)


def _actor_of(row: sign_ins.Row, now: int) -> Actor:
    roles = [Role(word) for word in row["roles"].split(",") if word]
    permissions = permissions_of(roles)
    if row["glass_until"] and now < row["glass_until"] and Permission.BREAK_GLASS in permissions:
        permissions |= {Permission.SEE_PATIENTS}
    clinics = None if row["clinics"] is None else frozenset(json.loads(row["clinics"]))
    return Actor(row["name"], permissions, clinics, ", ".join(roles), row["reference"])
