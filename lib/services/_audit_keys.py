"""The keys that seal the audit: in the environment, or in a file beside the store that only its owner may read."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from lib import settings
from lib.services import _owners_files
from lib.services._store_kind import is_synthetic
from lib.services.errors import StoreError
from lib.store import audit
from lib.store.engine import Transaction

SUFFIX = ".audit-key"
_KEY = re.compile("[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class Keys:
    """by_id: every key that ever sealed a row, the newest last."""

    by_id: Mapping[str, bytes]

    @property
    def current(self) -> tuple[str, bytes]:
        """The id and the key of new rows."""
        return list(self.by_id.items())[-1]


def take_keys(connection: Transaction) -> Keys:
    """For writing: an audit that begins makes its key. Raises StoreError where one that has begun has lost it; made-up patients'
    audit goes on with another."""
    path = key_file(connection)
    is_missing = not settings.audit_keys() and path is not None and not path.exists()
    if is_missing and path and (audit.read_last(connection) is None or is_synthetic(connection)):
        append_key(path)
    return read_keys(connection)


def read_keys(connection: Transaction) -> Keys:
    """Raises StoreError with what to do where there is no key, or others may read it."""
    return read_keys_in(key_file(connection))


def read_keys_in(path: Path | None) -> Keys:
    """Of a store whose keys are in this file, unless the settings hold them. Raises StoreError as read_keys does."""
    if said := settings.audit_keys():
        return _parse(said.split(","), "AUDIT_KEY")
    if path is None:
        raise StoreError("The audit of this store needs a key: set AUDIT_KEY, or AUDIT_KEY_FILE to a file.")
    try:
        is_shared = os.name != "nt" and bool(path.stat().st_mode & 0o077)
        lines = path.read_text("ascii").split()
    except FileNotFoundError:
        raise StoreError(
            f"The key of the audit is missing: {path}. Without it nothing can be recorded, as nobody could prove that the audit "
            "is whole. Bring the file back from where it is kept, or set AUDIT_KEY."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"The key of the audit cannot be read: {path} ({type(error).__name__}).") from error
    if is_shared:
        raise StoreError(f"Others may read the key of the audit. Take that from them: chmod 600 {path}")
    return _parse(lines, str(path))


def key_file(connection: Transaction) -> Path | None:
    """Where the keys are; None for a store that is in no file, unless the settings name one."""
    return key_file_of(audit.file_of(connection))


def key_file_of(store: Path | None) -> Path | None:
    """The same, by the store's file."""
    return settings.audit_key_file() or (store.with_name(store.name + SUFFIX) if store else None)


def append_key(path: Path) -> str:
    """A new key at the end of the file, which is made if there is none; the key's id."""
    key = secrets.token_hex(32)
    _owners_files.append(path, f"{key}\n")
    return _name(bytes.fromhex(key))


def _parse(texts: list[str], place: str) -> Keys:
    words = [text.strip() for text in texts]
    if not words or not all(_KEY.fullmatch(word) for word in words):
        raise StoreError(f"A key of the audit is 64 hexadecimal digits; {place} holds something else.")
    return Keys({_name(bytes.fromhex(word)): bytes.fromhex(word) for word in words})


def _name(key: bytes) -> str:
    """Says which key it is, and nothing about it."""
    return sha256(b"audit key " + key).hexdigest()[:12]
