"""What the page on the therapy says, read from its file: of each statement in whom it was seen, and its source."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from lib import settings


class Evidence(StrEnum):
    """In whom something was seen. A claim is said by a page that describes the therapy, and by no study that is cited."""

    HUMAN = "people"
    ANIMAL = "animals"
    CLAIM = "source page only"
    RULE = "regulator"


@dataclass(frozen=True)
class Statement:
    text: str
    evidence: Evidence
    source: str


@dataclass(frozen=True)
class Topic:
    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Text:
    """chain: what happens, and what is added to it. references: a paper, and its DOI or nothing. checker: or nothing."""

    checker: str
    chain: tuple[tuple[str, str], ...]
    topics: tuple[Topic, ...]
    references: tuple[tuple[str, str], ...]


@cache
def read_text(path: Path = settings.HOW_IT_WORKS_FILE) -> Text:
    """The file as it is shipped. Raises KeyError or ValueError for anything that is missing or unknown."""
    said = tomllib.loads(path.read_text("utf-8"))
    topics = [
        Topic(
            topic["title"],
            tuple(
                Statement(one["text"], Evidence(one["seen_in"]), one["source"]) for one in topic["statements"]
            ),
        )
        for topic in said["topics"]
    ]
    return Text(
        said["checker"],
        tuple((what, detail) for what, detail in said["chain"]),
        tuple(topics),
        tuple((one["text"], one["doi"]) for one in said["references"]),
    )
