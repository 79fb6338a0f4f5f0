"""A passport's seal: 64 letters of a sha256 and 64 of an HMAC over every byte before them, as the comment at the end of the zip.

The sha256 finds a change by accident, for anybody. The HMAC finds a change on purpose, for whoever has the key, which stays in
the clinic's store: a signature that everybody could check would need a library that the product does not ship.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_LETTERS = 64
LENGTH = 2 * _LETTERS
PLACEHOLDER = b"0" * LENGTH
_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Checked:
    """is_unchanged: every byte is as it was sealed. is_signed: and it was sealed with this key; None: there was no key."""

    is_unchanged: bool
    is_signed: bool | None


def sign(data: bytes, key: bytes) -> str:
    """64 letters of HMAC-SHA256 (RFC 2104)."""
    return hmac.new(key, data, sha256).hexdigest()


def seal_file(path: Path, key: bytes) -> str:
    """Write the seal over the placeholder at the end of a file; the sha256 of what stands before it."""
    digest, signature = _read_digests(path, key)
    with path.open("r+b") as file:
        file.seek(-LENGTH, 2)
        file.write(digest.encode() + signature.encode())
    return digest


def check_file(path: Path, key: bytes | None) -> Checked:
    """Whether the seal at the end of a file is that of the bytes before it."""
    if path.stat().st_size < LENGTH:
        return Checked(False, None if key is None else False)
    with path.open("rb") as file:
        file.seek(-LENGTH, 2)
        found = file.read()
    digest, signature = _read_digests(path, key or b"")
    is_unchanged = hmac.compare_digest(found[:_LETTERS], digest.encode())
    is_signed = hmac.compare_digest(found[_LETTERS:], signature.encode())
    if key is None:
        return Checked(is_unchanged, None)
    return Checked(is_unchanged and is_signed, is_signed)


def _read_digests(path: Path, key: bytes) -> tuple[str, str]:
    plain, signed = sha256(), hmac.new(key, digestmod=sha256)
    for part in _before_seal(path):
        plain.update(part)
        signed.update(part)
    return plain.hexdigest(), signed.hexdigest()


def _before_seal(path: Path) -> Iterator[bytes]:
    left = path.stat().st_size - LENGTH
    with path.open("rb") as file:
        while left > 0 and (part := file.read(min(left, _AT_ONCE))):
            left -= len(part)
            yield part
