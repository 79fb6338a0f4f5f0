"""A policy's text with other numbers in it: the clinic's own text and remarks stay, the lines of what changes are written anew.

As in policy_completion nothing is guessed: a line is right when the changed text reads as the old one with the new values alone.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lib.clinical.policy import TAGS, PolicyError, parse_policy
from lib.clinical.policy_completion import first_that_reads


@dataclass(frozen=True)
class NumberChange:
    """A number of a table as somebody wants it. tag, source: given anew, or empty where they were not."""

    key: str
    value: float | str
    tag: str
    source: str


def draft_policy(
    text: str, file_name: str, table: str, changes: Sequence[NumberChange], *, author: str, written_on: date
) -> str:
    """The text with these numbers, the table's author and date with them, and nobody who has checked it yet.

    Raises PolicyError, which names table and key, for a number without a source or a tag, out of range or unknown.
    """
    for change in changes:
        _check_said(change, f"{file_name}, table [{table}], key {change.key}")
    changed = text
    for change in changes:
        said = {"value": change.value, "tag": change.tag, "source": change.source.strip()}
        changed = _with_value(changed, table, change.key, said, file_name)
    about = {"author": author, "checker": "", "written_on": written_on}
    for key, value in about.items():
        if tomllib.loads(changed)[table].get(key) != value:
            changed = _with_value(changed, table, key, value, file_name)
    parse_policy(changed.encode(), file_name, 1)
    return changed


def _check_said(change: NumberChange, place: str) -> None:
    if not change.source.strip():
        raise PolicyError(f"{place}: the source is missing; say where the number comes from.")
    if change.tag not in TAGS:
        raise PolicyError(
            f"{place}: say whether the source fixes the number, or it is the clinic's own choice."
        )


def _with_value(text: str, table: str, key: str, value: Any, file_name: str) -> str:
    wanted = tomllib.loads(text)
    if table not in wanted or key not in wanted[table]:
        raise PolicyError(f"{file_name}, table [{table}], key {key}: is unknown.")
    wanted[table] |= {key: value}
    found = first_that_reads(_candidates(text, key, f"{key} = {_write(value)}"), wanted)
    if found is None:
        raise PolicyError(
            f"{file_name}, table [{table}], key {key}: is not written on a line of its own; change it in the file, and load that."
        )
    return found


def _candidates(text: str, key: str, line: str) -> Iterator[str]:
    """The text with the line in place of one that begins with the key; a remark at its end stays."""
    for found in re.finditer(rf"^[ \t]*{re.escape(key)}[ \t]*=.*$", text, re.M):
        remarks = [place.start() for place in re.finditer(r"[ \t]+#", found.group())]
        # The shortest remark first: a "#" within a source is none, and does not read as wanted.
        for start in [*reversed(remarks), len(found.group())]:
            yield text[: found.start()] + line + found.group()[start:] + text[found.end() :]


def _write(value: Any) -> str:
    """A value in TOML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_write(one)}" for key, one in value.items()) + "}"
    if isinstance(value, str):
        return '"' + "".join(_escape(letter) for letter in value) + '"'
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _escape(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\U{ord(letter):08X}"
