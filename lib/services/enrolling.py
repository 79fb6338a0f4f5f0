"""Taking up an invitation: a password, and an authenticator that shows its first code."""

from dataclasses import dataclass

from lib.services import _clock, _secrets
from lib.services._audit import Act, write_entry
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError, Store, StoreError
from lib.store import accounts
from lib.store.accounts import Row
from lib.store.engine import Transaction

ISSUER = "Dosing and outcomes"
# NIST SP 800-63B-4, 3.1.1.2: 8 characters beside a second factor, no rule of composition, at least 64 allowed. Twelve are asked
# for, as OWASP ASVS 5.0 (6.2.1) recommends 15 and demands 8.
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256


@dataclass(frozen=True)
class Invitation:
    """Whom it is for. secret: of the authenticator that is being set up; address: the same as an otpauth:// address."""

    email: str
    name: str
    secret: str
    address: str


@permitted(Permission.SIGN_PEOPLE_IN)
def open_invitation(actor: Actor, store: Store, code: str) -> Invitation:
    """Draws the authenticator's secret at the first look; the same one afterwards. Raises NotFoundError."""
    with store.write() as connection:
        row = _find(connection, code)
        secret = row["totp_secret"] or _secrets.new_totp_secret()
        accounts.change_account(connection, row["id"], totp_secret=secret)
    address = _secrets.totp_address(secret, row["email"], ISSUER)
    return Invitation(row["email"], row["name"], secret, address)


@permitted(Permission.SIGN_PEOPLE_IN)
def take_up(actor: Actor, store: Store, code: str, password: str, one_time_code: str) -> None:
    """Once. Raises NotFoundError, and StoreError for a password or a one-time code that will not do."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise StoreError(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters. Several words are easy to remember."
        )
    hashed, now = _secrets.hash_password(password), _clock.seconds(_clock.now())
    with store.write() as connection:
        row = _find(connection, code)
        secret = row["totp_secret"]
        step = _secrets.find_step(one_time_code, secret, now, None) if secret else None
        if step is None:
            raise StoreError("The code is not the one that the authenticator shows now.")
        values = {"password": hashed, "totp_step": step, "n_failures": 0, "enrol_hash": None}
        accounts.change_account(connection, row["id"], **values)
        subject = f"account:{row['id']}"
        write_entry(connection, actor, Act.CHANGE_ACCOUNT, subject=subject, detail={"change": "enrolled"})


def _find(connection: Transaction, code: str) -> Row:
    row = accounts.read_account(connection, enrol_hash=_secrets.hash_token(code))
    if row is None or not row["is_active"] or _clock.seconds(_clock.now()) >= row["enrol_until"]:
        raise NotFoundError("This invitation is not valid any more. Ask for a new one.")
    return row
