"""Whether a store can be relied on: asked before it is served, and by whoever looks after it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from lib.services._audit_anchor import anchor_file
from lib.services._audit_chain import Finding
from lib.services._audit_keys import read_keys
from lib.services._audit_verifying import find_older
from lib.services._starting import check_place
from lib.services._store_kind import is_synthetic
from lib.services.access import Actor, Permission, permitted
from lib.services.audit import verify_audit
from lib.services.errors import Store, StoreError
from lib.store import audit, derived, schema
from lib.store.backups import count_rows, find_damage
from lib.store.engine import DamagedError, Transaction
from lib.store.migrations import HEAD


@dataclass(frozen=True)
class Check:
    """name: what was looked at. text: what was found, and what to do."""

    name: str
    is_good: bool
    text: str


@permitted(Permission.MANAGE_STORE)
def require_whole(actor: Actor, store: Store) -> None:
    """Raises DamagedError where the database says that it is; StoreError where the key of its audit is not here, without which
    nobody could sign in, and where an older state stands in its place, in which who was switched off since is not. Of 500,000
    rows in a file this takes less than a second."""
    with store.read() as connection:
        damage = find_damage(connection, is_quick=True) if store.is_sqlite else []
        older = None if damage or is_synthetic(connection) else _find_older(connection)
    if damage:
        raise DamagedError(
            f"{store.shown_url} is damaged ({damage[0]}). Keep it as it is, and bring a backup back in another place: "
            "python -m lib restore BACKUP --database URL"
        )
    if older:
        raise StoreError(
            f"{store.shown_url} is not served: {older.text} If somebody brought it back on purpose, they say so: python -m lib "
            "audit restored --database URL"
        )


def _find_older(connection: Transaction) -> Finding | None:
    last = audit.read_last(connection)
    return find_older(int(last["seq"]) if last else 0, read_keys(connection), anchor_file(connection))


@permitted(Permission.MANAGE_STORE)
def check_store(actor: Actor, url: str, key: str | None = None) -> list[Check]:
    """Everything in its order: the place, every page and row of the database, the version of its tables, whether it takes
    writing, its disk, its audit, and whether it is shown without a sign-in. It ends with the first thing that keeps the store
    from being opened; no record is changed, and no file is made."""
    checks: list[Check] = []
    try:
        store = Store(url, key)
        checks += _open(store)
        checks += _look_at(actor, store)
    except StoreError as error:
        checks.append(Check("store", False, str(error)))
    return checks


def _open(store: Store) -> Iterator[Check]:
    check_place(store)
    if not schema.is_created(store):
        raise StoreError(f"There is no store at {store.shown_url}.")
    yield Check("place", True, store.shown_url)


def _look_at(actor: Actor, store: Store) -> Iterator[Check]:
    with store.read() as connection:
        damage, version = find_damage(connection), schema.read_version(connection)
        n_rows, made_up = sum(count_rows(connection).values()), is_synthetic(connection)
    yield Check("database", not damage, "; ".join(damage) or f"whole, {n_rows:,} rows")
    schema.check_can_upgrade(version, store.shown_url)
    older = "" if version == HEAD else f"; the next command brings them to {HEAD}: make a backup first"
    yield Check("tables", True, f"{version}{older}")
    yield _check_writing(store)
    if store.path:
        yield _check_disk(store)
    if version == HEAD:
        found = verify_audit(actor, store)
        told = [*(finding.text for finding in found.findings[:1]), *found.say()]
        yield Check("audit", found.is_whole, " ".join(told))
    shown = "by make run" if made_up else "by python -m lib serve alone, to people who sign in"
    yield Check("shown", True, shown)


def _check_writing(store: Store) -> Check:
    try:
        with store.trial() as connection:
            derived.write_about(connection, last_trial="yes")
    except StoreError as error:
        return Check("writing", False, str(error))
    return Check("writing", True, "taken")


def _check_disk(store: Store) -> Check:
    """As much as the store itself: an upgrade may write all of it once more."""
    path = store.path
    assert path is not None
    free, size = shutil.disk_usage(path.parent).free, path.stat().st_size
    said = f"{free / 1e6:,.0f} MB free, the store has {size / 1e6:,.0f} MB"
    return Check("disk", free > size, said if free > size else f"{said}: make space before the next import.")
