"""The limit that a flag names behind a reading of blood pressure: that of the policy in force. By another one it is no other
reading."""

from collections.abc import Iterable, Mapping

_LIMIT = "; the clinic's limit"


def strip_limit(finding: str) -> str:
    """What a reading was, whatever limit it was held against."""
    return finding.partition(_LIMIT)[0]


def drop_repeats(older: Mapping[str, str], newer: Iterable[str]) -> dict[str, str]:
    """Findings without readings that newer ones say with another limit."""
    said = set(newer)
    known = {strip_limit(finding) for finding in said}
    return {one: day for one, day in older.items() if one in said or strip_limit(one) not in known}
