"""Verifying the audit: every seal, and every line of the anchor file against the row that it names."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from lib.clinical.moments import SECONDS_A_DAY
from lib.clinical.wording import say_day
from lib.services import _clock
from lib.services._audit_anchor import RESTORED, Anchor, find_forged, in_force, read_anchors
from lib.services._audit_chain import Finding, Kind, find_breaks
from lib.services._audit_keys import Keys

# Of an audit that was rewritten from its middle on, every row is wrong: the first ones say where.
MAX_FINDINGS = 50
# Days that the end of a busy audit may stand without an anchor; each first row of a day drops one.
_UNANCHORED_DAYS = 2


@dataclass(frozen=True)
class Verified:
    """n_rows: that were read. anchored: up to which row, and when (UTC epoch seconds); None without an anchor. restored: rows up
    to which a backup was brought back, as somebody who has the key said."""

    n_rows: int
    findings: tuple[Finding, ...]
    anchored: tuple[int, int] | None
    restored: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        return not self.findings

    def say(self) -> list[str]:
        """What was found, in sentences."""
        rows = f"{self.n_rows:,} rows were read"
        told = [f"{rows}, and each is as it was written." if self.is_whole else f"{rows}."]
        if not self.is_whole:
            told.append(f"{len(self.findings)} findings: the audit is not shown to be whole.")
        if self.anchored:
            told.append(f"Anchored up to row {self.anchored[0]:,} at {_clock.say_second(self.anchored[1])}.")
        told += [
            f"A backup was brought back at row {seq:,}; what came after it is gone." for seq in self.restored
        ]
        return told


def verify(rows: Iterable[Mapping[str, Any]], keys: Keys, path: Path | None) -> Verified:
    """rows: all of them, in their order; each is read once."""
    lines, forged = _read_lines(path, keys)
    kept = in_force(lines)
    end = _End({line.seq for line in kept})
    followed = end.follow(rows)
    findings = list(islice(find_breaks(followed, keys.by_id), MAX_FINDINGS))
    # Where enough was found the rest is only counted, up to its end.
    deque(followed, maxlen=0)
    findings += [*forged, *_hold_against(kept, end)]
    anchored = (kept[-1].seq, kept[-1].at) if kept else None
    restored = tuple(line.seq for line in lines if line.why == RESTORED)
    return Verified(end.n_rows, tuple(findings), anchored, restored)


def find_older(last: int, keys: Keys, path: Path | None) -> Finding | None:
    """What the anchor file says against an audit that ends with this row, without reading any other one: that it went further.
    A file that somebody else wrote says nothing."""
    lines, forged = _read_lines(path, keys)
    return None if forged else _find_older(in_force(lines), last)


def _find_older(lines: list[Anchor], last: int) -> Finding | None:
    furthest = max(lines, key=lambda line: line.seq, default=None)
    if furthest is None or furthest.seq <= last:
        return None
    found = (
        f"the audit ends with row {last}, and had {furthest.seq} on {say_day(_clock.day_of_second(furthest.at))}: "
        "its end was cut off, or an old backup stands in its place."
    )
    return Finding(Kind.OLDER, last, found)


class _End:
    """What of the rows the anchors are held against."""

    def __init__(self, wanted: set[int]):
        self.n_rows, self.last, self.last_at = 0, 0, 0
        self.macs: dict[int, str] = {0: ""}
        self._wanted = wanted

    def follow(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for row in rows:
            self.n_rows, self.last, self.last_at = self.n_rows + 1, row["seq"], row["happened_at"]
            if self.last in self._wanted:
                self.macs[self.last] = row["mac"]
            yield row


def _read_lines(path: Path | None, keys: Keys) -> tuple[list[Anchor], list[Finding]]:
    if path is None or not path.exists():
        where = f": {path} is missing" if path else "; name one with AUDIT_ANCHOR"
        found = f"there is no anchor file{where}. That the end was not cut off cannot be shown."
        return [], [Finding(Kind.NO_ANCHOR, 0, found)]
    try:
        lines = list(read_anchors(path))
    except (OSError, ValueError):
        return [], [
            Finding(Kind.BAD_ANCHOR, 0, f"the anchor file {path} cannot be read, or is none of ours.")
        ]
    return lines, list(find_forged(lines, keys))


def _hold_against(lines: list[Anchor], end: _End) -> Iterator[Finding]:
    if older := _find_older(lines, end.last):
        yield older
    for line in lines:
        if line.seq <= end.last and end.macs.get(line.seq) != line.mac:
            found = f"row {line.seq} is not the one that was anchored on {say_day(_clock.day_of_second(line.at))}."
            yield Finding(Kind.REWRITTEN, line.seq, found)
    if lines and end.last_at - lines[-1].at > _UNANCHORED_DAYS * SECONDS_A_DAY:
        found = f"nothing was anchored after {say_day(_clock.day_of_second(lines[-1].at))}: the file took no line since."
        yield Finding(Kind.NO_ANCHOR, lines[-1].seq, found)
