"""What the columns of one source mean, as data: said once, kept with the source, and the same on every machine."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from lib.clinical.frames import COMMON_COLUMNS, KINDS
from lib.intake.aliases import fold_name
from lib.intake.unreadable import shorten

# How a cell is read. text: as it stands. dose, weight: with the unit that stands in the cell. complete: REDCap's status of a
# form, for no column of ours. points 0-3 and 1-4: answers as "answer" reads them, of a form that somebody says counts so.
DATE_WAYS = ("date", "dmy", "mdy", "yyyymmdd", "ddmmyyyy", "mmddyyyy")
WAYS = (
    *("text", "number", "answer", "points 0-3", "points 1-4", "difficulty", "complete"),
    *DATE_WAYS,
    *("dose", "mg", "g", "mg/kg", "mcg"),
    *("weight", "kg", "lb"),
)
_FIELDS = {
    "mapping": ("records", "not_taken"),
    "record": ("kind", "constants", "columns"),
    "column": ("column", "source", "reads", "missing", "why"),
}
_TYPES: dict[type, str] = {str: "a text", list: "a list", dict: "an object"}


@dataclass(frozen=True)
class Take:
    """One column of ours from one of theirs. source: its name as given · reads: one of WAYS · missing: cells that mean "not
    recorded" (-9, refused) · why: how it was recognised, "" where somebody said so"""

    column: str
    source: str
    reads: str = "text"
    missing: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class RecordMapping:
    """One record that a row gives. constants: our column, and what every row says there (instrument: PHQ-9)"""

    kind: str
    takes: tuple[Take, ...]
    constants: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """What it is called in a sentence: the form, or the kind."""
        said = dict(self.constants)
        return said.get("instrument") or said.get("kind") or self.kind.replace("_", " ")


@dataclass(frozen=True)
class Mapping:
    """A wide row may give several records. not_taken: columns that somebody left out on purpose, with the reason ("" none)."""

    records: tuple[RecordMapping, ...] = ()
    not_taken: tuple[tuple[str, str], ...] = field(default=())

    @property
    def sources(self) -> frozenset[str]:
        return frozenset(take.source for record in self.records for take in record.takes)

    def unmapped(self, names: Sequence[str]) -> tuple[str, ...]:
        """The columns of which nobody has said anything yet."""
        said = self.sources.union(name for name, _ in self.not_taken)
        return tuple(name for name in names if name not in said)


@dataclass(frozen=True)
class ColumnChanges:
    """What became of a source's columns. renamed: pairs that differ in spaces, case or signs only."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    is_reordered: bool = False


def write_mapping(mapping: Mapping) -> str:
    """JSON that parse_mapping reads back to the same."""
    records = [
        {
            "kind": record.kind,
            "constants": dict(record.constants),
            "columns": [{**vars(take), "missing": list(take.missing)} for take in record.takes],
        }
        for record in mapping.records
    ]
    return json.dumps({"records": records, "not_taken": dict(mapping.not_taken)}, ensure_ascii=False)


def parse_mapping(text: str, names: Collection[str] | None = None) -> Mapping:
    """names: the columns of the table that it is for, None for any. Raises ValueError, which names what is wrong."""
    try:
        said = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("The mapping is not JSON: export it again.") from None
    _check_fields(said, "mapping")
    records = tuple(map(_parse_record, _check_type(said.get("records", []), list, "records")))
    not_taken = _parse_pairs(said.get("not_taken", {}), "not_taken")
    mapping = Mapping(records, not_taken)
    if names is not None and (unknown := mapping.sources.difference(names)):
        raise ValueError(
            f"The table has no column {', '.join(map(shorten, sorted(unknown)[:8]))}: map the columns anew."
        )
    return mapping


def rename_columns(mapping: Mapping, changes: ColumnChanges) -> Mapping:
    """The same for a table whose columns are only spelled in another way."""
    new = dict(changes.renamed)
    records = tuple(
        replace(
            record,
            takes=tuple(replace(take, source=new.get(take.source, take.source)) for take in record.takes),
        )
        for record in mapping.records
    )
    return Mapping(records, tuple((new.get(name, name), why) for name, why in mapping.not_taken))


def diff_columns(old: Sequence[str], new: Sequence[str]) -> ColumnChanges:
    """What is new, gone, renamed-looking and in another order among a source's columns."""
    gone, come = [name for name in old if name not in new], [name for name in new if name not in old]
    folded = {fold_name(name): name for name in come}
    renamed = tuple((name, folded[fold_name(name)]) for name in gone if fold_name(name) in folded)
    stays = [name for name in old if name in new]
    return ColumnChanges(
        added=tuple(name for name in come if name not in {after for _, after in renamed}),
        removed=tuple(name for name in gone if name not in {before for before, _ in renamed}),
        renamed=renamed,
        is_reordered=stays != [name for name in new if name in old],
    )


def signature(names: Sequence[str], table_format: str = "") -> str:
    """The same for the same columns in any order and spelling, of the same format: what a mapping is remembered by."""
    return sha256("\x1f".join([table_format, *sorted(map(fold_name, names))]).encode()).hexdigest()


def _parse_record(said: Any) -> RecordMapping:
    _check_fields(said, "record")
    kind = KINDS.get(str(said.get("kind")))
    if kind is None:
        raise ValueError(f"The mapping names a kind of record that there is not: {said.get('kind')!s:.40}.")
    takes = tuple(map(_parse_take, _check_type(said.get("columns", []), list, "columns")))
    constants = _parse_pairs(said.get("constants", {}), "constants")
    known = {column.name for column in (*kind.columns, *COMMON_COLUMNS)}
    asked = [take.column for take in takes if take.reads != "complete"]
    for column in (*asked, *(name for name, _ in constants)):
        if column not in known:
            raise ValueError(f"{kind.name} has no column {column!s:.40}: correct the mapping.")
    return RecordMapping(kind.name, takes, constants)


def _parse_take(said: Any) -> Take:
    _check_fields(said, "column")
    column, source, reads, why = (
        _check_type(said.get(name, default), str, name)
        for name, default in (("column", None), ("source", None), ("reads", "text"), ("why", ""))
    )
    if reads not in WAYS:
        raise ValueError(
            f"The mapping reads {source:.40} as “{reads:.40}”; it must be one of: {', '.join(WAYS)}."
        )
    missing = [
        _check_type(code, str, "missing") for code in _check_type(said.get("missing", []), list, "missing")
    ]
    return Take(column, source, reads, tuple(missing), why)


def _parse_pairs(said: Any, name: str) -> tuple[tuple[str, str], ...]:
    pairs = _check_type(said, dict, name).items()
    return tuple((key, _check_type(value, str, name)) for key, value in pairs)


def _check_fields(said: Any, name: str) -> None:
    if unknown := set(_check_type(said, dict, name)) - set(_FIELDS[name]):
        raise ValueError(
            f"The mapping's {name} has “{min(unknown):.40}”; it may have {', '.join(_FIELDS[name])}."
        )


def _check_type(said: Any, kind: type, name: str) -> Any:
    if isinstance(said, kind):
        return said
    raise ValueError(f"The mapping's {name} is not {_TYPES[kind]}: correct the mapping.")
