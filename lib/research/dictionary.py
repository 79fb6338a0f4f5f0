"""What data/README.md says of every column, as the dictionary that goes with an export: one text for reader and machine."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from lib.clinical.frames import COMMON_COLUMNS, Column, Kind
from lib.clinical.instruments import ANSWERS
from lib.research.table import ColumnNote, ExportTable, Risk

_HEADING = re.compile(r"#+ (.*)")
_ANY_FILE = "Any file"
# What tells who somebody is, by column; the rest follows from the type (evidence/reliability.md 5).
_RISKS = {
    Risk.DIRECT: "patient_id initials clinician_id",
    # A pharmacy's lot goes to its clinics.
    Risk.PLACE: "clinic_id lot",
    # When a file was made or brought is one day for many people.
    Risk.CALENDAR: "recorded_at days_since_latest",
    Risk.QUASI: "birth_year died_on hospice_on sex indication prior_antidepressant_trials language term name class code drug "
    "formulation route protocol dose_mg prescribed_mg dose_ceiling_mg strength_mg practice tags kind tool mode",
    Risk.SENSITIVE: "instrument",
}
_RISK_OF = {name: risk for risk, names in _RISKS.items() for name in names.split()}
_RISK_OF_TYPE = {"date": Risk.DATE, "moment": Risk.DATE, "text": Risk.FREE_TEXT}
YES_NO = (("yes", "yes"), ("no", "no"))
# The columns of a dictionary file.
DICTIONARY_COLUMNS = (
    *("table", "name", "label", "type", "unit", "values", "missing", "derivation", "source", "risk"),
)


@dataclass(frozen=True)
class Described:
    """A row of one of its tables: the unit, and what the column means."""

    unit: str
    meaning: str


Dictionary = Mapping[str, Mapping[str, Described]]


def parse_dictionary(text: str) -> Dictionary:
    """By heading (`patients.csv`, `Any file`, `python -m lib status`), by column."""
    found: dict[str, dict[str, Described]] = {}
    heading = ""
    for line in text.splitlines():
        if match := _HEADING.match(line):
            heading = match.group(1)
        elif line.startswith("| ") and not line.startswith("|---"):
            name, *rest = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
            unit = rest[1] if len(rest) == 4 else ""
            found.setdefault(heading, {})[name.strip("*")] = Described(unit, rest[-1].replace("`", ""))
    return found


def note_kind(kind: Kind, dictionary: Dictionary) -> tuple[ColumnNote, ...]:
    """The columns of a file of records: the patient, the clinic, the kind's own, and when the source wrote it down."""
    own = {column.name: column for column in (*kind.columns, *COMMON_COLUMNS)}
    order = dict.fromkeys(["patient_id", "clinic_id", *own])
    return tuple(note_column(own[name], kind.name, dictionary) for name in order)


def note_column(column: Column, kind: str, dictionary: Dictionary) -> ColumnNote:
    """One column of a kind of record, or of any file."""
    file = f"{kind}.csv"
    described = dictionary[file].get(column.name) or dictionary[_ANY_FILE][column.name]
    return ColumnNote(
        name=column.name,
        label=described.meaning,
        type=column.type,
        unit=described.unit,
        values=_values_of(column),
        source=f"{file}: {column.name}",
        risk=risk_of(column.name, column.type),
    )


def risk_of(name: str, type_: str) -> Risk:
    """What a column of ours can tell about who somebody is."""
    return _RISK_OF.get(name) or _RISK_OF_TYPE.get(type_, Risk.SENSITIVE)


def _values_of(column: Column) -> tuple[tuple[str, str], ...]:
    if column.name.startswith("item_"):
        return tuple((str(points), said) for points, said in enumerate(ANSWERS))
    if column.type == "yes_no":
        return YES_NO
    return tuple((choice, choice) for choice in column.choices)


def describe_tables(tables: tuple[ExportTable, ...]) -> pd.DataFrame:
    """DICTIONARY_COLUMNS, one row a column of each table; values as `0 = not at all | 1 = several days`."""
    rows = [row for table in tables for row in _describe(table)]
    return pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS)).astype("string")


def _describe(table: ExportTable) -> Iterator[tuple[str, ...]]:
    for one in table.columns:
        values = " | ".join(f"{code} = {label}" if code != label else code for code, label in one.values)
        yield (
            *(table.name, one.name, one.label, one.type, one.unit, values),
            *(one.missing, one.derivation, one.source, one.risk.value),
        )
