"""What differs between two versions of a policy, and since which version each number has stood."""

from collections.abc import Sequence
from dataclasses import fields

import pandas as pd

from lib.clinical.policy import Policy, TableNote

CHANGE_COLUMNS = ("table", "key", "what", "before", "after")
_WORDS = ("title", "source", "author", "checker", "written_on", "review_by")
NOT_SAID = "not said yet"


def compare_policies(before: Policy, after: Policy) -> pd.DataFrame:
    """CHANGE_COLUMNS, one row a difference, in the order of the policy. what: value, tag or source of a number; key is empty
    where it is of a whole table. before, after: words; what an earlier version did not know yet is said so."""
    rows = [
        (table, key, what, _say(said.get((key, what))), _say(says.get((key, what))))
        for table in _tables(before, after)
        for said, says in [(_statements(before, table), _statements(after, table))]
        for key, what in dict.fromkeys([*says, *said])
        if said.get((key, what)) != says.get((key, what))
    ]
    return pd.DataFrame(rows, columns=list(CHANGE_COLUMNS), dtype="str")


def find_since(versions: Sequence[Policy]) -> dict[tuple[str, str], int]:
    """By (table, key), and (table, "") for the whole table, the version since which value, tag and source stand as they do in the
    last one. versions: the oldest first."""
    newest = versions[-1]
    since: dict[tuple[str, str], int] = {}
    for table in newest.notes:
        for key in ("", *newest.notes[table].numbers):
            since[table, key] = newest.version
            for earlier in reversed(versions[:-1]):
                if _number(earlier, table, key) != _number(newest, table, key):
                    break
                since[table, key] = earlier.version
    return since


def _number(policy: Policy, table: str, key: str) -> object:
    note = policy.notes.get(table)
    if note is None:
        return None
    return note.numbers.get(key) if key else dict(note.numbers)


def _tables(*policies: Policy) -> list[str]:
    known = [entry.name for entry in fields(Policy) if entry.name not in ("version", "notes")]
    return [name for name in known if any(name in policy.notes for policy in policies)]


def _statements(policy: Policy, table: str) -> dict[tuple[str, str], object]:
    """All that a table says, by (key, what)."""
    note = policy.notes.get(table)
    return (
        {} if note is None else {**_of_numbers(note), **{("", word): getattr(note, word) for word in _WORDS}}
    )


def _of_numbers(note: TableNote) -> dict[tuple[str, str], object]:
    return {
        (key, what): getattr(number, what)
        for key, number in note.numbers.items()
        for what in ("value", "tag", "source")
    }


def _say(value: object) -> str:
    if value is None:
        return NOT_SAID
    return f"{value:g}" if isinstance(value, float) else str(value) or "nobody"
