"""What a backup and a drill share: the row in the audit, the file with its manifest, and reading a copy against its manifest."""

from dataclasses import replace
from pathlib import Path

from lib import settings
from lib.services._audit import Act, anchor_start, note_reading
from lib.services._audit_anchor import BACKUP
from lib.services._audit_keys import Keys
from lib.services._audit_verifying import Verified, verify
from lib.services._backup_manifest import Manifest, describe, hash_file, manifest_file, write_manifest
from lib.services._signature import find_changed
from lib.services.access import Actor, NotPermittedError
from lib.services.errors import Store, StoreError
from lib.store import audit
from lib.store.backups import StoreAtMoment, copy_out, find_damage, hold_still
from lib.store.engine import UnwritableError


def note_backup(actor: Actor, store: Store, path: Path) -> bool:
    """The row of a backup and its anchor, which are both in what is backed up. Whether the audit took them."""
    if actor.clinics is not None:
        raise NotPermittedError(f"{actor.name} sees some clinics only; a backup has them all.")
    for file in (path, manifest_file(path)):
        if file.exists():
            raise StoreError(f"{file} is there already; a backup never takes the place of another one.")
    try:
        note_reading(actor, store, Act.BACK_UP)
    except UnwritableError:
        return False
    anchor_start(store, BACKUP)
    return True


def write_backup(still: StoreAtMoment, path: Path) -> Manifest:
    """The file, which is read back before it is called a backup, and its manifest."""
    manifest = describe(still, settings.software_version())
    copy_out(still, path)
    finished = replace(manifest, sha256=hash_file(path), n_bytes=path.stat().st_size)
    write_manifest(path, finished)
    return finished


def verify_copy(store: Store, manifest: Manifest, keys: Keys, anchor: Path | None) -> Verified:
    """That a store is what a manifest says, and the database finds it whole; then what its audit says. Raises StoreError."""
    with store.read() as connection:
        if damage := find_damage(connection):
            raise StoreError(f"The backup of {manifest.moment} is damaged ({damage[0]}). Take an older one.")
    with hold_still(store) as still:
        brought = replace(describe(still, manifest.software), made_at=manifest.made_at)
    said = replace(manifest, sha256="", n_bytes=0, is_encrypted=brought.is_encrypted)
    if brought != said:
        raise StoreError(
            f"The backup of {manifest.moment} does not hold what its manifest says. Take an older one."
        )
    with store.read() as connection:
        found = verify(audit.read_all(connection), keys, anchor)
        return replace(found, findings=(*found.findings, *find_changed(connection)))
