"""What is looked at before a store is opened or made. Where a store was and is not, or is not whole, no other one is begun."""

import os
from pathlib import Path

from lib.services._audit_anchor import SUFFIX as ANCHOR_SUFFIX
from lib.services._audit_anchor import anchor_file_of
from lib.services._audit_keys import SUFFIX as KEY_SUFFIX
from lib.store import schema
from lib.store.engine import Store, StoreError

# As every SQLite file begins that no key encrypts.
_PLAIN = b"SQLite format 3\0"
_RESTORE = "bring a backup back: python -m lib restore BACKUP --database URL"


def check_place(store: Store) -> None:
    """Raises StoreError with what to do, before anything is opened: no file is made by asking."""
    if store.path is None:
        return
    left = left_behind(store)
    if not store.path.exists():
        if left:
            raise StoreError(
                f"{store.path} is missing, and {left[0].name} of it is there: the store was moved, renamed or deleted. No empty "
                f"one was made. Bring the file back, or {_RESTORE}."
            )
        return
    if store.path.is_file():
        _check_file(store.path, has_key=store.key is not None, has_left=bool(left))


def left_behind(store: Store) -> list[Path]:
    """Files that only a store leaves: its log with something in it, the key of its audit, its anchor."""
    path = store.path
    if path is None:
        return []
    beside = [path.with_name(path.name + end) for end in ("-wal", KEY_SUFFIX)]
    companions = [*beside, anchor_file_of(path)]
    return [file for file in companions if file and file.is_file() and file.stat().st_size]


def clear_place(store: Store) -> None:
    """Of a demo, also of one that was deleted by hand: what begins anew has no audit to go on with, and no anchor."""
    schema.remove(store, KEY_SUFFIX, ANCHOR_SUFFIX)


def _check_file(path: Path, *, has_key: bool, has_left: bool) -> None:
    who = (
        f"the user of this program (number {os.getuid()})"
        if hasattr(os, "getuid")
        else "the user of this program"
    )
    if not os.access(path, os.R_OK):
        raise StoreError(f"{path} may not be read by {who}. Let that user own the file and its folder.")
    if not os.access(path.parent, os.W_OK):
        raise StoreError(
            f"The folder {path.parent} is read-only for {who}: a store needs it writable, also to be read only, as SQLite keeps "
            "two files beside it. Let that user own the folder, or copy the store with python -m lib backup."
        )
    with path.open("rb") as file:
        begins = file.read(len(_PLAIN))
    if not begins:
        if has_left:
            raise StoreError(
                f"{path} is empty, and was not always. Keep it as it is, and {_RESTORE} in another place."
            )
        return
    if begins == _PLAIN and has_key:
        raise StoreError(
            f"{path} is not encrypted, and DATABASE_KEY is set: for this store its key is wrong. Unset it."
        )
    if begins != _PLAIN and not has_key:
        raise StoreError(
            f"{path} is not a store, or its key is missing or wrong: set DATABASE_KEY if it has one. If it never had one, it is "
            f"damaged: keep it as it is, and {_RESTORE} in another place."
        )
