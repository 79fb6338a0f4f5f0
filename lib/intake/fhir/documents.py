"""Bytes to JSON documents, with limits, and nothing that JSON or FHIR leaves open."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from lib.intake.drafts import name_broken
from lib.intake.gathered import BrokenRow
from lib.intake.unreadable import UnreadableFile

_LARGEST = 50_000_000
_LONGEST_LINE = 5_000_000
_DEEPEST = 60
_MOST_VALUES = 4_000_000
_LONGEST_NUMBER = 30
# One that is never closed reaches to the end: else each of its quotes would be tried, a million times a million steps.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_REMEDY = "export it again as a FHIR bundle, or with one resource a line"


class NotJson(ValueError):  # noqa: N818 - as UnreadableFile
    """What is wrong with a document, without its text."""


@dataclass(frozen=True)
class Documents:
    """found: place and value; broken: lines that are no JSON. is_numbered: the places are lines, or those of a list, and what a
    bundle there has is not numbered by itself."""

    found: list[tuple[int, Any]]
    broken: list[BrokenRow]
    is_numbered: bool


def read_documents(file_name: str, data: bytes) -> Documents:
    """One JSON document, a list of them, or one a line. Raises UnreadableFile where neither can be read."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        document = parse(data)
        found = list(enumerate(document, 1)) if isinstance(document, list) else [(1, document)]
        return Documents(found, [], isinstance(document, list))
    except NotJson as fault:
        lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
        if len(lines) < 2 or not any(_is_object(line) for _, line in lines[:2]):
            raise UnreadableFile(file_name, str(fault), _REMEDY) from None
    return _read_lines(lines)


def parse(data: bytes, largest: int = _LARGEST) -> Any:
    """Numbers with a point keep their precision (Decimal). Raises NotJson."""
    if len(data) > largest:
        raise NotJson(f"it is larger than {largest // 1_000_000} MB")
    _check_size(data)
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as fault:
        raise NotJson(f"byte {fault.start + 1} is not UTF-8") from None
    except json.JSONDecodeError as fault:
        raise NotJson(f"line {fault.lineno}, column {fault.colno}: this is not JSON ({fault.msg})") from None
    except RecursionError:
        raise NotJson("it is nested too deeply") from None


def _read_lines(lines: list[tuple[int, bytes]]) -> Documents:
    documents = Documents([], [], True)
    for number, line in lines:
        try:
            documents.found.append((number, parse(line, _LONGEST_LINE)))
        except NotJson as fault:
            reason = f"The line is no resource, {fault}: correct it where the file was made."
            documents.broken.append(
                BrokenRow(number, name_broken(f"a line of {len(line)} bytes", line), reason)
            )
    return documents


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(parse(line), dict)
    except NotJson:
        return False


def _check_size(data: bytes) -> None:
    """How deep and how many values, seen before anything is built of them."""
    marks = np.frombuffer(_STRING.sub(b"", data), np.uint8)
    opening = (marks == ord("{")) | (marks == ord("["))
    closing = (marks == ord("}")) | (marks == ord("]"))
    if len(marks) and np.cumsum(opening.astype(np.int32) - closing, dtype=np.int32).max() > _DEEPEST:
        raise NotJson(f"it is nested more than {_DEEPEST} deep")
    if int(opening.sum()) + int((marks == ord(",")).sum()) > _MOST_VALUES:
        raise NotJson(f"it has more than {_MOST_VALUES:,} values")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJson("a name stands twice in one object, and only one of the values could be read")
    return members


def _decimal(number: str) -> Decimal:
    value = Decimal(number)
    if len(number) > _LONGEST_NUMBER or abs(value.adjusted()) > _LONGEST_NUMBER:
        raise NotJson("a number is longer than any that was measured")
    return value


def _whole(number: str) -> int:
    if len(number) > _LONGEST_NUMBER:
        raise NotJson("a number is longer than any that was measured")
    return int(number)


def _refuse_constant(name: str) -> Any:
    raise NotJson(f"{name} is no JSON number")
