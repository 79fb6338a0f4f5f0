"""Whether a passport is as it was made: which of its files changed, and what it says of itself."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lib.research.passport import FORMAT, MANIFEST, POLICY, SIGNATURE
from lib.research.seal import check_file, sign

# Far more than a manifest of ours; what is larger is not read.
_LARGEST_MANIFEST = 10_000_000
_MOST_FILES = 1_000
_AT_ONCE = 1 << 20


class State(StrEnum):
    UNCHANGED = "unchanged"
    REPACKED = "packed again"
    CHANGED = "changed"
    UNREADABLE = "not readable"


@dataclass(frozen=True)
class Verdict:
    """is_signed: by this store's key; None: without a key nobody can tell. manifest: empty where it cannot be read. changes: one
    sentence each."""

    state: State
    is_signed: bool | None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    manifest_sha256: str = ""


def verify_passport(path: Path, key: bytes | None) -> Verdict:
    """UNCHANGED: every byte of the zip is as it was sealed. REPACKED: every file in it is, and the zip around them is another,
    packed again or changed where it describes itself."""
    seal = check_file(path, key)
    try:
        with ZipFile(path) as archive:
            if len(archive.infolist()) > _MOST_FILES:
                return Verdict(State.UNREADABLE, None, changes=("It has far more files than a passport.",))
            written = _read_member(archive, MANIFEST)
            manifest = json.loads(written)
            if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
                return Verdict(State.UNREADABLE, None, changes=("It is a zip, and no passport.",))
            digest = sha256(written).hexdigest()
            is_signed = None if key is None else _is_signed(archive, written, key)
            if seal.is_unchanged:
                return Verdict(State.UNCHANGED, is_signed, manifest, (), digest)
            changes = tuple(_find_changes(archive, manifest["files"]))
    # Of a damaged zip any byte can be wrong, and each fails in a way of its own.
    except Exception as error:
        return Verdict(State.UNREADABLE, None, changes=(f"It is damaged, or no passport: {error}",))
    if is_signed is False:
        changes = (
            "It was not signed with this store's key: made elsewhere, or changed and signed again.",
            *changes,
        )
    return Verdict(State.CHANGED if changes else State.REPACKED, is_signed, manifest, changes, digest)


def read_policy(path: Path) -> bytes:
    """The policy that a passport has in it, of a zip that verify_passport could read. Raises KeyError where there is none."""
    with ZipFile(path) as archive:
        return _read_member(archive, POLICY)


def _read_member(archive: ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _LARGEST_MANIFEST:
        raise ValueError(f"{name} is too large")
    return archive.read(name)


def _is_signed(archive: ZipFile, written: bytes, key: bytes) -> bool:
    found = _read_member(archive, SIGNATURE).strip()
    return hmac.compare_digest(found, sign(written, key).encode())


def _find_changes(archive: ZipFile, files: Mapping[str, Mapping[str, Any]]) -> list[str]:
    there = [info.filename for info in archive.infolist()]
    expected = {*files, MANIFEST, SIGNATURE}
    changes = [f"{name} is missing." for name in files if name not in there]
    changes += [f"{name} was added." for name in dict.fromkeys(there) if name not in expected]
    changes += [
        f"{name} is in it twice." for name in sorted({name for name in there if there.count(name) > 1})
    ]
    for name, said in files.items():
        if name in there and _digest(archive, name, int(said["bytes"])) != said["sha256"]:
            changes.append(f"{name} was changed.")
    return changes


def _digest(archive: ZipFile, name: str, n_bytes: int) -> str:
    """Of no more than was written once: a zip that unpacks to a thousand times its size is not unpacked."""
    digest, left = sha256(), n_bytes + 1
    try:
        with archive.open(name) as file:
            while left and (part := file.read(min(left, _AT_ONCE))):
                digest.update(part)
                left -= len(part)
    except Exception:
        return ""
    return digest.hexdigest()
