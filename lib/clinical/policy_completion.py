"""A policy of an earlier release beside the one that ships now: what it lacks is added, and what it says stays as it is.

The clinic's own text is kept with its comments. Where something fits is not guessed: a place is right when the completed text
reads as the stored values and exactly the missing ones.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lib.clinical.policy import Policy, PolicyError, parse_policy


@dataclass(frozen=True)
class Completion:
    """added: "[table]" for a whole table, "[table] key" for a number of a table that was there; empty when nothing lacked."""

    text: str
    added: tuple[str, ...]


def complete_policy(stored: str, shipped: str) -> Completion:
    """The stored text with the shipped text of each table and key that it lacks. Raises PolicyError for text that is not TOML."""
    if stored == shipped:
        return Completion(stored, ())
    known = _read_shipped(shipped)
    found = _load(stored)
    text, added = stored, []
    for name, table in known.items():
        if name not in found:
            text = f"{text.rstrip()}\n\n{_shipped_table(shipped, name)}"
            added.append(f"[{name}]")
        elif isinstance(found[name], Mapping):
            for key in [key for key in table if key not in found[name]]:
                text = _with_key(text, name, _shipped_line(shipped, name, key), table[key])
                added.append(f"[{name}] {key}")
    return Completion(text, tuple(added))


def parse_earlier_policy(stored: str, shipped: str, version: int) -> Policy:
    """A stored version as it was, readable by this release.

    What the version did not know yet stands at the shipped value, and is absent from `notes`: there one sees what it said itself.
    """
    place = f"policy version {version}"
    said = _load(stored)
    policy = parse_policy(complete_policy(stored, shipped).text.encode(), place, version)
    notes = {
        name: replace(
            note,
            numbers=MappingProxyType(
                {key: number for key, number in note.numbers.items() if key in said[name]}
            ),
        )
        for name, note in policy.notes.items()
        if name in said
    }
    return replace(policy, notes=MappingProxyType(notes))


@lru_cache(maxsize=1)
def _read_shipped(shipped: str) -> Mapping[str, Any]:
    """Every opening of a store asks for it."""
    return tomllib.loads(shipped)


def _load(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"The stored policy is not TOML: {error}") from error


def _shipped_table(shipped: str, name: str) -> str:
    """The table's lines, from its header to the next one."""
    start = shipped.index(f"[{name}]\n")
    end = shipped.find("\n[", start)
    return shipped[start:].rstrip() + "\n" if end < 0 else shipped[start:end].rstrip() + "\n"


def _shipped_line(shipped: str, name: str, key: str) -> str:
    """The line of one key; data/policy.toml has one line a key."""
    line = re.search(rf"^{key} = .*$", _shipped_table(shipped, name), re.M)
    if line is None:
        raise PolicyError(
            f"The shipped policy, table [{name}], key {key}: is not written on a line of its own."
        )
    return line.group()


def _with_key(text: str, table: str, line: str, value: Any) -> str:
    wanted = _load(text)
    wanted[table] |= {line.partition(" = ")[0]: value}
    found = first_that_reads(_places(text, table, line), wanted)
    if found is None:
        raise PolicyError(
            f"The stored policy, table [{table}]: {line.partition(' = ')[0]!r} cannot be added to it."
        )
    return found


def first_that_reads(candidates: Iterable[str], wanted: Mapping[str, Any]) -> str | None:
    """The first text that reads as these values; None where none does."""
    for candidate in candidates:
        try:
            if tomllib.loads(candidate) == wanted:
                return candidate
        except tomllib.TOMLDecodeError:
            continue
    return None


def _places(text: str, table: str, line: str) -> Iterator[str]:
    """The text with the line wherever a table could take it: under a header (first one that names the table), as a dotted key,
    within braces."""
    headers = re.finditer(r"^[ \t]*\[.*$", text, re.M)
    for header in sorted(headers, key=lambda header: table not in header.group()):
        yield f"{text[: header.end()]}\n{line}{text[header.end() :]}"
    yield f"{table}.{line}\n{text}"
    for brace in re.finditer(r"\{", text):
        yield f"{text[: brace.end()]}{line}, {text[brace.end() :]}"
