"""What stands beside a backup: which state of which store it holds, and the sha256 of its bytes. No word about a patient."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

from lib.services import _clock, _owners_files
from lib.services.errors import StoreError
from lib.store import audit, schema
from lib.store.backups import StoreAtMoment, count_rows
from lib.store.data_version import read_data_version

SUFFIX = ".manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """made_at: UTC epoch seconds. database: sqlite or postgresql. tables: the version of the tables. rows: by table. seq, mac: of
    the last row of the audit, 0 and nothing where there is none."""

    made_at: int
    database: str
    is_encrypted: bool
    software: str
    tables: str
    data: str
    rows: Mapping[str, int]
    seq: int
    mac: str
    sha256: str
    n_bytes: int

    @property
    def moment(self) -> str:
        return _clock.say_second(self.made_at)


def describe(still: StoreAtMoment, software: str) -> Manifest:
    """Of a backup that is about to be made of this moment: all but its bytes."""
    with still.read() as connection:
        last = audit.read_last(connection)
        return Manifest(
            made_at=_clock.seconds(_clock.now()),
            database=connection.dialect.name,
            is_encrypted=still.key is not None,
            software=software,
            tables=schema.read_version(connection),
            data=read_data_version(connection),
            rows=count_rows(connection),
            seq=int(last["seq"]) if last else 0,
            mac=str(last["mac"]) if last else "",
            sha256="",
            n_bytes=0,
        )


def manifest_file(backup: Path) -> Path:
    return backup.with_name(backup.name + SUFFIX)


def write_manifest(backup: Path, manifest: Manifest) -> None:
    """Beside the backup, which is finished."""
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=2) + "\n"
    _owners_files.write_new(manifest_file(backup), text)


def read_manifest(backup: Path) -> Manifest:
    """Of a backup whose bytes are those that were written. Raises StoreError where they are not."""
    path = manifest_file(backup)
    if not backup.is_file():
        raise StoreError(f"There is no backup {backup}.")
    try:
        said = json.loads(path.read_text("utf-8"))
        is_known = said.pop("format") == FORMAT
        manifest = Manifest(**said)
    except FileNotFoundError:
        raise StoreError(
            f"{path} is missing. Without it nobody can say whether the backup is whole: copy both files."
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise StoreError(f"{path} is not the manifest of a backup.") from None
    if not is_known:
        raise StoreError(f"{path} was written by a newer version of the product. Install that one.")
    if hash_file(backup) != manifest.sha256:
        raise StoreError(
            f"{backup} is not as it was written on {manifest.moment}: it was changed, or cut off while it was copied. Nothing "
            "was brought back. Take another copy of it, or an older backup."
        )
    return manifest


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
