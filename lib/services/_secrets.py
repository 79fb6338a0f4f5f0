"""Tokens, passwords and one-time codes."""

import secrets
from base64 import b64encode
from hashlib import sha256
from hmac import compare_digest

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106's second choice, which the library takes as its own: 64 MiB, three passes.
_HASHER = PasswordHasher()


def _made_up(hasher: PasswordHasher) -> str:
    """A hash that no password was hashed for. To hash one takes a quarter of a second, which every start would wait for."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v=19${cost}${salt}${digest}"


# Whoever has no password is checked against this one, so that an unknown name takes as long as a known one.
_NOBODYS = _made_up(_HASHER)
# RFC 6238: a code is of 30 seconds; one step early or late allows for a clock that is wrong.
STEP_SECONDS = 30
_STEPS = (0, -1, 1)


def new_token() -> str:
    """256 bits from the system's generator."""
    return secrets.token_urlsafe(32)


def new_reference() -> str:
    return secrets.token_hex(8)


def hash_token(token: str) -> str:
    """What the store keeps. A token is random, so that no slow hash is needed."""
    return sha256(token.encode()).hexdigest()


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def is_password(password: str, hashed: str | None) -> bool:
    """Whether it is the one; takes as long where there is none."""
    try:
        return _HASHER.verify(hashed or _NOBODYS, password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def new_totp_secret() -> str:
    return pyotp.random_base32()


def totp_address(secret: str, email: str, issuer: str) -> str:
    """The otpauth:// address that an authenticator reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def find_step(code: str, secret: str, at: int, last_step: int | None) -> int | None:
    """The time step that a one-time code is of, or None. A step is used once. at: UTC epoch seconds."""
    generator, now = pyotp.TOTP(secret), at // STEP_SECONDS
    said = "".join(code.split())
    fitting = (now + off for off in _STEPS if compare_digest(generator.generate_otp(now + off), said))
    return next((step for step in fitting if last_step is None or step > last_step), None)
