"""A first mapping of a table's columns, from the names that are known. Whatever nobody can tell is left for a person."""

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence

from lib.clinical.frames import COMMON_COLUMNS, ITEM_COLUMNS, KINDS, Column, Kind
from lib.intake import aliases
from lib.intake.alias_words import LEFT_OUT
from lib.intake.aliases import Meaning, find_meanings, fold_name
from lib.intake.answer_labels import parse_answer
from lib.intake.grid import Grid
from lib.intake.kinds import fold_name as our_name
from lib.intake.kinds import known_columns
from lib.intake.mapping import Mapping, RecordMapping, Take
from lib.intake.texts import Texts

# The kind of record that each part of a row is, and what it always says.
_PARTS: MappingOf[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "PHQ-9": ("assessments", (("instrument", "PHQ-9"),)),
    "GAD-7": ("assessments", (("instrument", "GAD-7"),)),
    aliases.PHQ8: ("assessments", (("instrument", "PHQ-8"),)),
    aliases.FORM: ("assessments", ()),
    aliases.SESSION: ("dosing_sessions", ()),
    aliases.WEIGHT: ("observations", (("kind", "weight_kg"),)),
    aliases.PATIENT: ("patients", ()),
}
_FORMS = ("PHQ-9", "GAD-7", aliases.PHQ8)
# Said once in a row for every form of it.
_OF_EVERY_FORM = ("mode", "language", "entered_by")
_N_LOOKED_AT = 50
_Found = dict[str, list[tuple[str, Meaning]]]


def suggest_mapping(grid: Grid) -> Mapping:
    """Of a table with our own names: itself. Two columns that mean the same are both named; nothing is chosen between them."""
    named = _find_kind(grid.names)
    own = _as_it_is(grid.names, named) if named else None
    taken = {take.source for take in own.takes} if own else set()
    parts: _Found = {}
    for name, meaning in find_meanings(grid.names).items():
        if name not in taken or meaning.part == aliases.SHARED:
            parts.setdefault(meaning.part, []).append((name, meaning))
    found = _choose_parts(parts, own is not None)
    records = tuple(_map_part(part, parts, grid) for part in found)
    left_out = tuple((name, LEFT_OUT[fold_name(name)]) for name in grid.names if fold_name(name) in LEFT_OUT)
    return Mapping((*([own] if own else []), *records), left_out)


def finds_more(grid: Grid) -> bool:
    """Of a table with every required column of ours: whether it gives more than they say. patient_id alone makes a list of
    patients, and the answers beside it would be left unread."""
    records = suggest_mapping(grid).records
    if _find_kind(grid.names):
        return any(record.kind == "assessments" for record in records[1:])
    return any(record.kind != "patients" for record in records)


def choose_way(column: Column, unit: str = "") -> str:
    """How a column of ours is read, where nothing else is known."""
    if column.name in ITEM_COLUMNS:
        return "answer"
    if column.name == "difficulty":
        return "difficulty"
    if column.name in ("dose_mg", "prescribed_mg"):
        return unit or "dose"
    return {"date": "date", "moment": "date", "whole": "number", "number": "number"}.get(column.type, "text")


def _find_kind(names: Sequence[str]) -> Kind | None:
    """The kind of which the table has every required column by our name, the one with most of them."""
    given = set(map(our_name, names))
    complete = [kind for kind in KINDS.values() if given.issuperset(kind.required) and len(kind.required) > 1]
    if "patient_id" in given and not complete:
        return KINDS["patients"] if given <= known_columns(KINDS["patients"]) else None
    return max(complete, key=lambda kind: _rank(kind, given)) if complete else None


def _rank(kind: Kind, given: set[str]) -> tuple[int, int]:
    return len(kind.required), len(given & known_columns(kind))


def _as_it_is(names: Sequence[str], kind: Kind) -> RecordMapping:
    ways = {column.name: choose_way(column, "mg") for column in (*kind.columns, *COMMON_COLUMNS)}
    takes = [
        Take(our_name(name), name, ways[our_name(name)], why="our name")
        for name in names
        if our_name(name) in ways
    ]
    return RecordMapping(kind.name, tuple(sorted(takes, key=lambda take: _place(kind, take))))


def _choose_parts(parts: _Found, has_own: bool) -> list[str]:
    """The records that the columns give. What stands beside our own names is a record only where its own name says so."""
    found = [part for part in _FORMS if part in parts]
    form = {meaning.column for _, meaning in parts.get(aliases.FORM, [])}
    if not found and not has_own and ("instrument" in form or {"item_1", "item_2", "item_3"} <= form):
        found.append(aliases.FORM)
    if {"dose_mg", "prescribed_mg"} & {meaning.column for _, meaning in parts.get(aliases.SESSION, [])}:
        found.append(aliases.SESSION)
    if aliases.WEIGHT in parts:
        found.append(aliases.WEIGHT)
    if not found and not has_own and aliases.PATIENT in parts:
        found.append(aliases.PATIENT)
    return found


def _map_part(part: str, parts: _Found, grid: Grid) -> RecordMapping:
    kind, constants = _PARTS[part]
    own = [*parts[part]]
    if part in _FORMS:
        own += [pair for pair in parts.get(aliases.FORM, []) if pair[1].column in _OF_EVERY_FORM]
    event = KINDS[kind].event_column
    is_dated = {meaning.column for _, meaning in own} & {"date", event.name if event else ""}
    for name, meaning in parts.get(aliases.SHARED, []):
        if meaning.column != "date" or (event and not is_dated):
            own.append((name, meaning))
    takes = [_take(name, meaning, KINDS[kind], grid) for name, meaning in own]
    return RecordMapping(kind, tuple(sorted(takes, key=lambda take: _place(KINDS[kind], take))), constants)


def _place(kind: Kind, take: Take) -> tuple[int, str]:
    """In the order of our columns, so that the order of theirs does not matter."""
    names = [column.name for column in (*kind.columns, *COMMON_COLUMNS)]
    return (names.index(take.column) if take.column in names else len(names)), take.source


def _take(name: str, meaning: Meaning, kind: Kind, grid: Grid) -> Take:
    if meaning.column == "complete":
        return Take("complete", name, "complete", why=meaning.why)
    event = kind.event_column
    target = event.name if meaning.column == "date" and event else meaning.column
    column = next(column for column in (*kind.columns, *COMMON_COLUMNS) if column.name == target)
    if meaning.part == aliases.WEIGHT and target == "value":
        return Take(target, name, meaning.unit or "weight", why=meaning.why)
    has_words = target in ITEM_COLUMNS and has_answer_words(grid.columns[grid.names.index(name)])
    why = f"{meaning.why}, with the words of the answers" if has_words else meaning.why
    return Take(target, name, choose_way(column, meaning.unit), meaning.missing, why)


def has_answer_words(cells: Texts) -> bool:
    """Whether every cell (of the first that say anything) is an answer in words."""
    given = list(filter(None, cells.distinct))[:_N_LOOKED_AT]
    return bool(given) and all(parse_answer(cell) is not None for cell in given)
