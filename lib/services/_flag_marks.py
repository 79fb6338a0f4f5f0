"""The flags that were open when a decision was signed, as the decision keeps them, and whether a flag is one of them."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

_KEPT = ("rule", "instrument", "severity", "since", "evidence", "threshold", "policy_version")
Mark = tuple[str, int, int]
Marks = Mapping[Mark, int]


def keep_flags(flags: pd.DataFrame) -> str:
    """Rows of open_flag as JSON: what was found, against which limit, by which policy."""
    rows = flags.sort_values(["severity", "rule", "instrument"], ascending=[False, True, True])
    return json.dumps(
        [{name: _plain(row[name]) for name in _KEPT} for row in rows.to_dict("records")], ensure_ascii=False
    )


def _plain(value: Any) -> str | int:
    return value if isinstance(value, str) else int(value)


def read_flags(kept: str) -> list[dict[str, Any]]:
    flags: list[dict[str, Any]] = json.loads(kept)
    return flags


def read_marks(kept: str) -> Marks:
    """Which flags those were, and how severe: rule, instrument and since when -> severity."""
    return {_mark(flag): int(flag["severity"]) for flag in read_flags(kept)}


def is_among(flag: Mapping[Any, Any], known: Marks) -> bool:
    """Whether the flag was open then, and at least as severe."""
    severity = known.get(_mark(flag))
    return severity is not None and severity >= int(flag["severity"])


def _mark(flag: Mapping[Any, Any]) -> Mark:
    return str(flag["rule"]), int(flag["instrument"]), int(flag["since"])


def say_seen(flags: pd.DataFrame) -> frozenset[tuple[str, str]]:
    """What a form was drawn over: rule and evidence of each open flag."""
    return frozenset(zip(flags["rule"].astype(str), flags["evidence"].astype(str), strict=True))
