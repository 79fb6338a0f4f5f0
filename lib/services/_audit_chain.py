"""The chain of the audit: each row is sealed together with the seal before it, by a key that is not in the store.

mac = HMAC-SHA256(key, mac before | seq | what the row says). Who has the database and not the key can change no row, take none
out, put none in and exchange none without a seal that does not fit; who has both can rewrite what is not anchored yet.
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lib.store.audit import SAID

# Before the first row.
NO_MAC = ""


class Kind(StrEnum):
    """What is wrong with an audit."""

    MISSING = "rows missing"
    CHANGED = "row changed"
    UNKNOWN_KEY = "unknown key"
    DECISION = "decision changed"
    OLDER = "older than the anchor"
    REWRITTEN = "not what was anchored"
    BAD_ANCHOR = "anchor file changed"
    NO_ANCHOR = "no anchor"


@dataclass(frozen=True)
class Finding:
    """seq: of the row where it shows."""

    kind: Kind
    seq: int
    text: str


def say_row(row: Mapping[str, Any]) -> str:
    """What is sealed of a row: always the same letters for the same values."""
    said = {name: row[name] for name in SAID}
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def seal(key: bytes, before: str, row: Mapping[str, Any]) -> str:
    """The mac of a row. before: that of the row before it."""
    message = f"{before}|{row['seq']}|{say_row(row)}"
    return hmac.digest(key, message.encode(), "sha256").hex()


def find_breaks(rows: Iterable[Mapping[str, Any]], keys: Mapping[str, bytes]) -> Iterable[Finding]:
    """Everything that does not fit, in the order of the rows. keys: by their ids."""
    seq, before = 0, NO_MAC
    for row in rows:
        if row["seq"] != seq + 1:
            gone = f"row {seq + 1} is" if row["seq"] == seq + 2 else f"rows {seq + 1} to {row['seq'] - 1} are"
            yield Finding(Kind.MISSING, seq + 1, f"{gone} missing.")
        elif row["key_id"] not in keys:
            found = f"row {seq + 1} was sealed with the key {row['key_id']}, which is not here."
            yield Finding(Kind.UNKNOWN_KEY, seq + 1, found)
        elif not hmac.compare_digest(seal(keys[row["key_id"]], before, row), str(row["mac"])):
            found = f"row {seq + 1} was changed, or is not the one that was written there."
            yield Finding(Kind.CHANGED, seq + 1, found)
        seq, before = row["seq"], str(row["mac"])
