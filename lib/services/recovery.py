"""Backups of a store while it is in use, and bringing one back."""

from dataclasses import dataclass
from pathlib import Path

from lib.services import _clock
from lib.services._audit import Detail, note_restored
from lib.services._audit_anchor import anchor_file_of
from lib.services._audit_chain import Finding, Kind
from lib.services._audit_keys import key_file_of, read_keys_in
from lib.services._audit_verifying import Verified
from lib.services._backing_up import note_backup, verify_copy, write_backup
from lib.services._backup_manifest import Manifest, read_manifest
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import Store, StoreError
from lib.store import accounts, schema, sign_ins
from lib.store.backups import check_is_empty, hold_still, unpacked
from lib.store.engine import Transaction

__all__ = ["Manifest"]


@dataclass(frozen=True)
class BackedUp:
    """is_noted: the audit has its row; a disk that takes nothing is backed up all the same."""

    manifest: Manifest
    is_noted: bool


@dataclass(frozen=True)
class Restored:
    """findings: what the audit of the backup does not fit, for whoever brought it back all the same."""

    manifest: Manifest
    n_audit_rows: int
    findings: tuple[Finding, ...]


@permitted(Permission.MANAGE_STORE)
def back_up(actor: Actor, store: Store, path: Path) -> BackedUp:
    """One file that holds the store as it is at one moment, and its manifest beside it; nobody who writes waits. Raises
    StoreError, also rather than to write over anything."""
    is_noted = note_backup(actor, store, path)
    with hold_still(store) as still:
        return BackedUp(write_backup(still, path), is_noted)


@permitted(Permission.MANAGE_STORE)
def restore(actor: Actor, url: str, key: str | None, backup: Path, *, anyway: bool = False) -> Restored:
    """Bring a backup back to an address where there is nothing; whoever was signed in or invited then is not any more. anyway:
    although it is older than the anchor, or its audit does not fit. Raises StoreError, and leaves the place empty, for one that
    is damaged, of a newer version or not verified."""
    store, manifest = Store(url, key), read_manifest(backup)
    _check_fits(manifest, store)
    check_is_empty(store)
    keys, anchor = read_keys_in(key_file_of(store.path)), anchor_file_of(store.path)
    with unpacked(backup, store) as trial:
        found = verify_copy(trial, manifest, keys, anchor)
        if grave := _grave(found, anchor):
            _check_may_go_on(grave, manifest, anyway=anyway)
    _note(actor, store, manifest, len(grave))
    return Restored(manifest, found.n_rows, grave)


def _let_nobody_in(connection: Transaction) -> None:
    """Who has signed out since, or was signed out, is not signed in again; an invitation that was taken up since is none."""
    sign_ins.end_sign_ins(connection, _clock.seconds(_clock.now()), "the store was brought back")
    for account in accounts.read_accounts(connection):
        accounts.change_account(connection, account["id"], enrol_hash=None)


def _grave(found: Verified, anchor: Path | None) -> tuple[Finding, ...]:
    """Without what every backup on a new machine has: no anchor file yet."""
    is_new = anchor is None or not anchor.exists()
    return tuple(one for one in found.findings if not (is_new and one.kind is Kind.NO_ANCHOR))


def _check_fits(manifest: Manifest, store: Store) -> None:
    schema.check_can_upgrade(manifest.tables, "This backup")
    if (manifest.database == "sqlite") != store.is_sqlite:
        raise StoreError(
            f"This backup is of a store in {manifest.database}; {store.shown_url} is another kind of database."
        )
    if store.is_sqlite and manifest.is_encrypted != (store.key is not None):
        needed = (
            "is encrypted: set DATABASE_KEY to the key"
            if manifest.is_encrypted
            else "is not encrypted: unset DATABASE_KEY"
        )
        raise StoreError(f"This backup {needed} that the store had when it was made.")


def _check_may_go_on(grave: tuple[Finding, ...], manifest: Manifest, *, anyway: bool) -> None:
    if anyway:
        return
    is_only_old = all(one.kind in (Kind.OLDER, Kind.NO_ANCHOR) for one in grave)
    advice = (
        "What was written after it is lost by bringing it back. Look for a newer backup"
        if is_only_old
        else "Look for another backup, and for whoever changed this one"
    )
    raise StoreError(
        f"The backup of {manifest.moment} was not brought back: {grave[0].text} {advice}; or say --anyway, and the audit keeps "
        "that you did."
    )


def _note(actor: Actor, store: Store, manifest: Manifest, n_findings: int) -> None:
    schema.require(store)
    made = _clock.day_of_second(manifest.made_at).isoformat()
    detail: Detail = {"made_on": made, "n_findings": n_findings}
    with store.write() as connection:
        _let_nobody_in(connection)
        note_restored(connection, actor, subject=f"backup:{manifest.sha256[:12]}", detail=detail)
