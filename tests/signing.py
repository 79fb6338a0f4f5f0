"""Accounts that can sign in, and their sign-ins, for tests of whatever stands behind the gate."""

import time
from collections.abc import Sequence

import pyotp

from lib.services import accounts, enrolling, signing_in
from lib.services.access import Role, local_actor, server_actor
from lib.services.accounts import Wanted
from lib.services.errors import Store

PASSWORD = "correct horse battery"  # pragma: allowlist secret
OWNER = local_actor("the owner")
SERVER = server_actor()


def add(store: Store, name: str, *roles: Role, clinics: Sequence[str] | None = None) -> int:
    """An account name@clinic.example that may sign in through the provider; its key."""
    wanted = Wanted(roles, None if clinics is None else tuple(clinics))
    return accounts.add_account(OWNER, store, f"{name}@clinic.example", name, wanted)


def enrol(store: Store, key: int) -> str:
    """Password and authenticator; the authenticator's secret."""
    code = accounts.invite(OWNER, store, key)
    secret = enrolling.open_invitation(SERVER, store, code).secret
    enrolling.take_up(SERVER, store, code, PASSWORD, one_time_code(secret))
    return secret


def one_time_code(secret: str, steps_ahead: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps_ahead)


def sign_in(store: Store, name: str) -> signing_in.SignedIn:
    """As the provider's door does it."""
    return signing_in.sign_in_by_provider(SERVER, store, f"issuer {name}", f"{name}@clinic.example")
