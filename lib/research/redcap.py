"""Files that REDCap imports: its data dictionary, and the rows of each table as an instrument that repeats within a record."""

from collections.abc import Iterator
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from lib.research.csv_blocks import write_header, write_lines
from lib.research.files import ExportFile, make_dictionary
from lib.research.table import ColumnNote, ExportTable, Risk

RECORD, _REPEATED = "record_id", ("redcap_repeat_instrument", "redcap_repeat_instance")
# The header of a data dictionary, as REDCap's designer writes and reads it.
_HEADER = (
    *("Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label"),
    *("Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number"),
    *("Text Validation Min", "Text Validation Max", "Identifier?"),
    *("Branching Logic (Show field only if...)", "Required Field?", "Custom Alignment"),
    *("Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?", "Field Annotation"),
)
# A moment stays text: where the time of day is unknown, REDCap's own type would refuse it.
_VALIDATION = MappingProxyType({"date": "date_ymd", "whole": "integer", "number": "number"})
_ONE_A_PATIENT = ("patients", "adsl")
_IDENTIFIES = (Risk.DIRECT, Risk.DATE, Risk.PLACE, Risk.FREE_TEXT)
_PEOPLE = ("patient_id", "research_id")
_COMPLETE = "2"


def make_files(tables: tuple[ExportTable, ...]) -> tuple[ExportFile, ...]:
    """The data dictionary first: the project is made from it, then the others are imported."""
    rows = pd.DataFrame([row for table in tables for row in _describe(table)], columns=list(_HEADER))
    rows = pd.concat([_describe_record(), rows], ignore_index=True).astype("string")

    def write() -> Iterator[bytes]:
        yield write_header(_HEADER)
        yield write_lines(rows)

    first = ExportFile("redcap_data_dictionary.csv", "REDCap's data dictionary", len(rows), write)
    others = (
        ExportFile(f"import_{table.name}.csv", table.label, table.n_rows, partial(_write, table))
        for table in tables
    )
    return (first, *others, make_dictionary(tables))


def _describe_record() -> pd.DataFrame:
    said = [RECORD, "record", "", "text", "Clinic and patient"]
    return pd.DataFrame([[*said, *[""] * 5, "y", *[""] * 7]], columns=list(_HEADER))


def _fields(table: ExportTable) -> list[ColumnNote]:
    return [note for note in table.columns if note.name not in _PEOPLE]


def name_field(table: ExportTable, note: ColumnNote) -> str:
    """Names of fields are one project's: the table stands before them, in lower case."""
    return f"{table.name}_{note.name}".lower()


def _describe(table: ExportTable) -> Iterator[list[str]]:
    for note in _fields(table):
        kind = {"yes_no": "yesno", "choice": "dropdown"}.get(note.type, "text")
        choices = " | ".join(f"{_code(code)}, {label}" for code, label in note.values)
        identifies = "y" if note.risk in _IDENTIFIES else ""
        said = [name_field(table, note), table.name, "", kind if choices or kind != "dropdown" else "text"]
        said += [note.label, choices if kind == "dropdown" else "", note.unit, _VALIDATION.get(note.type, "")]
        yield [*said, "", "", identifies, *[""] * 7]


def _code(value: str) -> str:
    """REDCap's codes have letters, digits and underscores."""
    return "".join(one if one.isalnum() else "_" for one in value)


def _write(table: ExportTable) -> Iterator[bytes]:
    repeats = table.name not in _ONE_A_PATIENT
    names = [name_field(table, note) for note in _fields(table)]
    yield write_header((RECORD, *(_REPEATED if repeats else ()), *names, f"{table.name}_complete"))
    counter = _Counter()
    for rows in table.read():
        record = _name_record(rows)
        columns: dict[str, Any] = {RECORD: record}
        if repeats:
            columns |= {_REPEATED[0]: [table.name] * len(rows), _REPEATED[1]: counter.number(record)}
        columns |= {name_field(table, note): _recode(rows[note.name], note) for note in _fields(table)}
        yield write_lines(pd.DataFrame({**columns, f"{table.name}_complete": [_COMPLETE] * len(rows)}))


def _name_record(rows: pd.DataFrame) -> "pd.Series[str]":
    """One patient_id may be two people's in two clinics."""
    person = next(name for name in _PEOPLE if name in rows)
    return rows["clinic_id"] + "-" + rows[person] if "clinic_id" in rows else rows[person]


def _recode(values: pd.Series, note: ColumnNote) -> pd.Series:
    if note.type == "yes_no":
        return values.map({"yes": "1", "no": "0"})
    if note.type == "choice" and note.values:
        return values.map({code: _code(code) for code, _ in note.values})
    return values


class _Counter:
    """Numbers the rows of each record; a patient's rows stand together, and may go on in the next block."""

    def __init__(self) -> None:
        self._last, self._n = "", 0

    def number(self, record: "pd.Series[str]") -> np.ndarray:
        within = record.groupby(record, sort=False).cumcount().to_numpy() + 1
        if len(record):
            goes_on = (record == self._last).to_numpy()
            within = within + np.where(goes_on, self._n, 0)
            self._last, self._n = record.iloc[-1], int(within[-1])
        return within
