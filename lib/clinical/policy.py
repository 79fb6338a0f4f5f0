"""The clinic's own thresholds: a frozen policy, parsed from bytes that are handed in and passed on as an argument."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any

from lib.clinical import policy_further_tables as further
from lib.clinical import policy_life_tables as life
from lib.clinical import policy_outcome_tables as outcome_tables
from lib.clinical import policy_quality_tables as quality_tables
from lib.clinical import policy_research_tables as research_tables
from lib.clinical import policy_review_tables as review
from lib.clinical import policy_tables as tables

TAGS = ("published", "default")
Allowed = range | tables.Between | tuple[str, ...]


class PolicyError(ValueError):
    """A policy that cannot be used; the sentence names file, table, key, value and what is allowed."""


@dataclass(frozen=True)
class NumberNote:
    """Where one number comes from: `tag` is published, or default (ours, awaiting a clinician's sign-off)."""

    value: float | str
    tag: str
    source: str


@dataclass(frozen=True)
class TableNote:
    """What stands beside the numbers of one table."""

    title: str
    source: str
    author: str
    checker: str
    written_on: date
    review_by: date
    numbers: Mapping[str, NumberNote]


@dataclass(frozen=True)
class Policy:
    version: int
    notes: Mapping[str, TableNote]
    courses: tables.Courses
    baseline: tables.Baseline
    categories: tables.Categories
    scoring: tables.Scoring
    regimen: tables.Regimen
    display: tables.Display
    expected_course: tables.ExpectedCourse
    suicidality_item_9: tables.SuicidalityItem9
    item_9_not_answered: tables.Item9NotAnswered
    reliable_deterioration: tables.ReliableDeterioration
    non_improver: tables.NonImprover
    non_responder: tables.NonResponder
    gad7_non_response: tables.Gad7NonResponse
    relapse: tables.Relapse
    blood_pressure: tables.BloodPressure
    sedation: tables.Sedation
    no_recent_score: tables.NoRecentScore
    not_assessable: tables.NotAssessable
    early_watch: further.EarlyWatch
    partial_and_flat: further.PartialAndFlat
    worsening_without_baseline: further.WorseningWithoutBaseline
    discordant_instruments: further.DiscordantInstruments
    off_expected_course: further.OffExpectedCourse
    dose_limits: further.DoseLimits
    protocol_gaps: further.ProtocolGaps
    low_oxygen: further.LowOxygen
    slow_recovery: further.SlowRecovery
    tolerability: further.Tolerability
    urinary_symptoms: further.UrinarySymptoms
    liver_enzymes: further.LiverEnzymes
    benzodiazepine: further.Benzodiazepine
    misuse_signals: further.MisuseSignals
    integration_missed: further.IntegrationMissed
    in_person_due: further.InPersonDue
    decision_memory: review.DecisionMemory
    flag_yield: review.FlagYield
    decisions: review.Decisions
    flag_life: life.FlagLife
    queue: further.Queue
    imports: quality_tables.Imports
    quality: quality_tables.Quality
    quality_limits: quality_tables.QualityLimits
    outcomes: outcome_tables.Outcomes
    operations: outcome_tables.Operations
    research: research_tables.Research
    retention: research_tables.Retention
    pharmacokinetics: tables.Pharmacokinetics
    anaesthesia: tables.Anaesthesia


_TABLES: dict[str, Any] = {
    entry.name: entry.type for entry in fields(Policy) if entry.name not in ("version", "notes")
}


def parse_policy(data: bytes, file_name: str, version: int) -> Policy:
    """The policy in a TOML file. Raises PolicyError for anything missing, unknown or out of range; nothing is guessed."""
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"{file_name} is not TOML: {error}") from error
    _refuse_other_names(document, _TABLES, file_name, "table")
    parsed = {name: _parse_table(file_name, name, document[name]) for name in _TABLES}
    notes = MappingProxyType({name: note for name, (_, note) in parsed.items()})
    return Policy(version=version, notes=notes, **{name: numbers for name, (numbers, _) in parsed.items()})


def _parse_table(file_name: str, name: str, table: Mapping[str, Any]) -> tuple[Any, TableNote]:
    place = f"{file_name}, table [{name}]"
    if not isinstance(table, Mapping):
        raise PolicyError(f"{place}: {table!r} is not a table.")
    words = ("title", "source", "author", "checker")
    dates = ("written_on", "review_by")
    allowed = {number.name: number.metadata["allowed"] for number in fields(_TABLES[name])}
    _refuse_other_names(table, (*allowed, *words, *dates), place, "key")
    for key, type_ in [*((word, str) for word in words), *((day, date) for day in dates)]:
        is_empty = type_ is str and key != "checker" and not str(table[key]).strip()
        if type(table[key]) is not type_ or is_empty:
            raise PolicyError(
                f"{place}, key {key}: {table[key]!r} is not a {type_.__name__} that says something."
            )
    notes = {key: _parse_number(f"{place}, key {key}", table[key], allowed[key]) for key in allowed}
    numbers = _TABLES[name](**{key: note.value for key, note in notes.items()})
    return numbers, TableNote(
        **{key: table[key] for key in (*words, *dates)}, numbers=MappingProxyType(notes)
    )


def _parse_number(place: str, entry: Any, allowed: Allowed) -> NumberNote:
    if not isinstance(entry, Mapping) or set(entry) != {"value", "tag", "source"}:
        raise PolicyError(f"{place}: write {{value = …, tag = …, source = …}}; found {entry!r}.")
    value = _parse_value(place, entry["value"], allowed)
    if entry["tag"] not in TAGS:
        raise PolicyError(f"{place}: tag {entry['tag']!r} is not one of {', '.join(TAGS)}.")
    if not isinstance(entry["source"], str) or not entry["source"].strip():
        raise PolicyError(f"{place}: the source is missing; say where the number comes from.")
    return NumberNote(value, entry["tag"], entry["source"])


def _parse_value(place: str, value: Any, allowed: Allowed) -> float | str:
    """The value as its field has it: a whole number or a word as it stands, a decimal as a float."""
    # Not isinstance: True is an int. NaN lies in no range.
    types = {range: (int,), tables.Between: (int, float), tuple: (str,)}[type(allowed)]
    if type(value) not in types or value not in allowed:
        choice = ", ".join(allowed) if isinstance(allowed, tuple) else f"{allowed[0]} to {allowed[-1]}"
        raise PolicyError(f"{place}: {value!r} is not allowed; allowed: {choice}.")
    return float(value) if isinstance(allowed, tables.Between) else value


def _refuse_other_names(found: Mapping[str, Any], known: Any, place: str, what: str) -> None:
    for name in found:
        if name not in known:
            raise PolicyError(f"{place}: {what} {name!r} is unknown; known: {', '.join(known)}.")
    for name in known:
        if name not in found:
            raise PolicyError(f"{place}: {what} {name!r} is missing.")
