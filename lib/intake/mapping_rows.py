"""A mapping as rows that a person can look at and change, one a column, and back; the order of the rows says nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lib.clinical.frames import CLOSINGS, COMMON_COLUMNS, KINDS, Kind
from lib.intake.mapping import Mapping, RecordMapping, Take

EVERY, NOT_TAKEN, UNSAID = "every record", "not taken", ""
# When a record of whatever kind happened.
DATE = "date"
# Records that have a name of their own: their kind, and what each of their rows says.
_NAMED = {
    "PHQ-9": ("assessments", ("instrument", "PHQ-9")),
    "GAD-7": ("assessments", ("instrument", "GAD-7")),
    "PHQ-8": ("assessments", ("instrument", "PHQ-8")),
    "weight": ("observations", ("kind", "weight_kg")),
}
_ORDER = (*_NAMED, *KINDS)
# A table of another system closes no flag.
RECORDS = tuple(name for name in _ORDER if name != CLOSINGS)
_SHARED = ("patient_id", *(column.name for column in COMMON_COLUMNS))


@dataclass(frozen=True, order=True)
class MappingRow:
    """source: their column, "" where value is what every row says · record: EVERY, NOT_TAKEN, UNSAID, or a record's name, the
    second of a name with " 2" · column: ours · reads, missing, why: as in Take; why also says why a column is not taken"""

    record: str
    column: str = ""
    source: str = ""
    reads: str = "text"
    missing: tuple[str, ...] = ()
    why: str = ""
    value: str = ""


def list_rows(mapping: Mapping, names: Sequence[str] = ()) -> tuple[MappingRow, ...]:
    """names: the table's columns; those of which nobody has said anything come first."""
    sorted_out = sort_mapping(mapping)
    labels = _label(sorted_out.records)
    rows = [
        row
        for label, record in zip(labels, sorted_out.records, strict=True)
        for row in _list_record(label, record)
    ]
    unsaid = [MappingRow(UNSAID, source=name) for name in mapping.unmapped(names)]
    left_out = [MappingRow(NOT_TAKEN, source=name, why=why) for name, why in sorted_out.not_taken]
    return (*unsaid, *_join_shared(rows, labels), *left_out)


def make_mapping(rows: Iterable[MappingRow]) -> Mapping:
    """What the rows say, in whatever order they stand; what nobody has said anything of is in no record."""
    said = [row for row in rows if row.record]
    left_out = [(row.source, row.why) for row in said if row.record == NOT_TAKEN]
    shared = [row for row in said if row.record == EVERY]
    labels = dict.fromkeys(row.record for row in said if row.record not in (EVERY, NOT_TAKEN))
    records = [
        _make_record(label, [*(row for row in said if row.record == label), *shared]) for label in labels
    ]
    return sort_mapping(Mapping(tuple(records), tuple(left_out)))


def sort_mapping(mapping: Mapping) -> Mapping:
    """The same with its records, columns and constants in our order, each said once; a record that says nothing is left out."""
    records = [_sort_record(record) for record in mapping.records]
    kept = [record for record in records if record.takes or _own_constants(record)]
    kept.sort(key=lambda record: (_ORDER.index(_name(record)), *_content(record)))
    return Mapping(tuple(kept), tuple(sorted(dict(mapping.not_taken).items())))


def columns_of(record: str) -> tuple[str, ...]:
    """Our columns that a record may have; of every record those that all have."""
    if record == EVERY:
        return (*_SHARED, DATE)
    kind, *constants = _NAMED.get(_without_number(record), (_without_number(record),))
    told = {name for name, _ in constants}
    names = [column.name for column in (*KINDS[kind].columns, *COMMON_COLUMNS) if column.name not in told]
    return (*names, "complete") if kind == "assessments" else tuple(names)


def kind_of(record: str) -> Kind:
    """Of a record's name."""
    name = _without_number(record)
    return KINDS[_NAMED[name][0] if name in _NAMED else name]


def _without_number(record: str) -> str:
    name, _, number = record.rpartition(" ")
    return name if number.isdecimal() and name in RECORDS else record


def _name(record: RecordMapping) -> str:
    named = (
        name
        for name, (kind, said) in _NAMED.items()
        if record.kind == kind and dict(record.constants).get(said[0]) == said[1]
    )
    return next(named, record.kind)


def _own_constants(record: RecordMapping) -> tuple[tuple[str, str], ...]:
    """Those that its name does not say already."""
    told = _NAMED[_name(record)][1] if _name(record) in _NAMED else None
    return tuple(pair for pair in record.constants if pair != told)


def _label(records: Sequence[RecordMapping]) -> list[str]:
    """Two records of one name are told apart by a number."""
    seen: Counter[str] = Counter()
    labels = []
    for record in records:
        seen[_name(record)] += 1
        number = seen[_name(record)]
        labels.append(_name(record) if number == 1 else f"{_name(record)} {number}")
    return labels


def _list_record(label: str, record: RecordMapping) -> list[MappingRow]:
    constants = [MappingRow(label, name, value=value) for name, value in _own_constants(record)]
    takes = [
        MappingRow(label, take.column, take.source, take.reads, take.missing, take.why)
        for take in record.takes
    ]
    return constants + takes


def _join_shared(rows: list[MappingRow], labels: Sequence[str]) -> list[MappingRow]:
    """Whose a record is and when it happened, said of all of them at once where it is the same for all."""
    alike: dict[MappingRow, list[MappingRow]] = {}
    for row in rows:
        if row.source and (column := _shared_name(row)):
            alike.setdefault(replace(row, record=EVERY, column=column), []).append(row)
    dated = [label for label in labels if kind_of(label).event_column]
    joined = {
        shared: parts
        for shared, parts in alike.items()
        if len({row.record for row in parts}) == len(parts) == len(dated if shared.column == DATE else labels)
    }
    taken = {row for parts in joined.values() for row in parts}
    left = [row for row in rows if row not in taken]
    # A record of which nothing else is said would be forgotten.
    return [*joined, *left] if {row.record for row in left} == set(labels) else rows


def _shared_name(row: MappingRow) -> str:
    event = kind_of(row.record).event_column
    if row.reads != "complete" and event and row.column == event.name:
        return DATE
    return row.column if row.reads != "complete" and row.column in _SHARED else ""


def _make_record(label: str, rows: Sequence[MappingRow]) -> RecordMapping:
    name = _without_number(label)
    kind = kind_of(label)
    constants = [(row.column, row.value) for row in rows if not row.source]
    if name in _NAMED:
        constants.append(_NAMED[name][1])
    takes = []
    for row in rows:
        column = row.column
        if row.record == EVERY and column == DATE:
            column = kind.event_column.name if kind.event_column else ""
        if row.source and column:
            takes.append(Take(column, row.source, row.reads, row.missing, row.why))
    return RecordMapping(kind.name, tuple(takes), tuple(constants))


def _sort_record(record: RecordMapping) -> RecordMapping:
    names = [column.name for column in (*KINDS[record.kind].columns, *COMMON_COLUMNS)]
    places = {name: place for place, name in enumerate(names)}
    takes = sorted(
        set(record.takes),
        key=lambda take: (
            places.get(take.column, len(names)),
            take.source,
            take.reads,
            take.missing,
            take.why,
            take.column,
        ),
    )
    constants = sorted(
        dict(record.constants).items(), key=lambda pair: (places.get(pair[0], len(names)), pair)
    )
    return RecordMapping(record.kind, tuple(takes), tuple(constants))


def _content(
    record: RecordMapping,
) -> tuple[list[tuple[str, str, str, str, str]], tuple[tuple[str, str], ...]]:
    said = [
        (take.source, take.column, take.reads, take.why, "\x1f".join(take.missing)) for take in record.takes
    ]
    return said, record.constants
