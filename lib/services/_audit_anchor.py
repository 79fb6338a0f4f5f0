"""The anchor: a file outside the database that says, day by day, how far the audit had come.

The chain alone cannot tell that its end was cut off, or that an old backup was put in its place; a line here can. Each line is
sealed by itself, as two programs may write at once, and stands there once. A file whose own end could be cut off together with
the audit's proves nothing: it is kept best where the store's owner cannot write. AUDIT_ANCHOR names it.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lib import settings
from lib.services import _clock, _owners_files
from lib.services._audit_chain import NO_MAC, Finding, Kind
from lib.services._audit_keys import Keys
from lib.store import audit
from lib.store.engine import Transaction

SUFFIX = ".audit-anchor"
BEGUN, START, DAY, BACKUP, RESTORED = "begun", "start", "day", "backup", "restored"


@dataclass(frozen=True)
class Anchor:
    """at: UTC epoch seconds. seq and mac: of the last row at that moment (0 and nothing: there was none)."""

    at: int
    why: str
    seq: int
    mac: str
    key_id: str
    seal: str

    @property
    def said(self) -> str:
        moment = datetime.fromtimestamp(self.at, UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%SZ} {self.why} {self.seq} {self.mac or '-'} {self.key_id}"


def anchor_file(connection: Transaction) -> Path | None:
    """Where the anchor is; None for a store that is in no file, unless the settings name one."""
    return anchor_file_of(audit.file_of(connection))


def anchor_file_of(store: Path | None) -> Path | None:
    """The same, by the store's file."""
    return settings.audit_anchor_file() or (store.with_name(store.name + SUFFIX) if store else None)


def begin_anchor(path: Path, keys: Keys) -> None:
    """A file that says: no row yet. One that is there stays as it is."""
    if not path.exists():
        _append(path, keys, BEGUN, 0, NO_MAC)


def drop_anchor(path: Path, keys: Keys, why: str, seq: int, mac: str) -> bool:
    """One more line, unless the file is gone or says more already: either is for `audit verify` to tell, and never mended here.
    Whether it was written."""
    lines = list(read_anchors(path))
    if not lines or (seq <= lines[-1].seq and why not in (BACKUP, RESTORED)):
        return False
    _append(path, keys, why, seq, mac)
    return True


def _append(path: Path, keys: Keys, why: str, seq: int, mac: str) -> None:
    key_id, key = keys.current
    at = _clock.seconds(_clock.now())
    line = Anchor(at, why, seq, mac, key_id, "")
    _owners_files.append(path, f"{line.said} {_seal(key, line)}\n")


def _seal(key: bytes, line: Anchor) -> str:
    return hmac.digest(key, f"anchor|{line.said}".encode(), "sha256").hex()


def read_anchors(path: Path) -> Iterator[Anchor]:
    """Raises ValueError for a line that none of ours is."""
    if not path.exists():
        return
    for text in path.read_text("utf-8").splitlines():
        moment, why, seq, mac, key_id, sealed = text.split(" ")
        at = int(datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
        yield Anchor(at, why, int(seq), NO_MAC if mac == "-" else mac, key_id, sealed)


def find_forged(lines: list[Anchor], keys: Keys) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        key = keys.by_id.get(line.key_id, b"")
        if line.seal in seen or not hmac.compare_digest(_seal(key, line), line.seal):
            found = f"line {number} of the anchor file was changed, or put there by somebody else."
            yield Finding(Kind.BAD_ANCHOR, line.seq, found)
        seen.add(line.seal)


def in_force(lines: list[Anchor]) -> list[Anchor]:
    """Without what a restored backup had not known yet, as whoever restored it said."""
    kept: list[Anchor] = []
    for line in lines:
        if line.why == RESTORED:
            kept = [one for one in kept if one.seq <= line.seq]
        kept.append(line)
    return kept
