"""What stands on the sheet that is taken along, as finished words: nothing is worked out where it is laid out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """One instrument: a row of the table of scores, every cell said even when it is unknown."""

    instrument: str
    baseline: str
    latest: str
    change: str
    category: str
    n_forms: str


@dataclass(frozen=True)
class Flag:
    """An open flag. heading: its label, or what it asks for at once; basis: since when, limit and source."""

    severity: str
    label: str
    heading: str
    evidence: str
    basis: str


@dataclass(frozen=True)
class Decisions:
    """The newest entries of a list of decisions, and how many earlier ones are left to the screen."""

    heading: str
    entries: tuple[str, ...]
    n_earlier: int
    nothing: str


@dataclass(frozen=True)
class Sheet:
    """One patient. facts: name and words; sentence: what the picture shows, said under it; mark: empty, or that it is made up."""

    identity: str
    course: str
    about: str
    mark: str
    scores: tuple[Score, ...]
    facts: tuple[tuple[str, str], ...]
    flags: tuple[Flag, ...]
    sentence: str
    decisions: tuple[Decisions, ...]
    standing_line: str
