"""The frames that a file becomes, for every kind of record."""

import json

import pytest
from intake.examples import ONE_CLINIC, check

from lib.clinical.frames import KINDS, Column, Kind, stored_columns

TEXTS = {"whole": "30", "number": "2.5", "yes_no": "yes", "date": "2026-03-01", "moment": "2026-03-01T10:00"}
CLOSING_TEXTS = {"rule": "item_9_not_answered", "evidence": "[]"}
ALWAYS = [
    "line",
    "patient_id",
    "clinic_id",
    "patient_key",
    "clinic_key",
    "recorded_at",
    "key_hash",
    "value_hash",
]


def text_for(kind: Kind, column: Column) -> str:
    if column.name == "patient_id":
        return "007"
    if column.name in ("item_8", "item_9", "total", "instrument"):
        return {"instrument": "GAD-7", "total": "14"}.get(column.name, "")
    if column.choices:
        return column.choices[0]
    if column.name in CLOSING_TEXTS:
        return CLOSING_TEXTS[column.name]
    if column.name in ("birth_year", "sedation_moaas", "difficulty") or column.name.startswith("item_"):
        return "1980" if column.name == "birth_year" else "2"
    return TEXTS.get(column.type, column.name)


def row_of(kind: Kind, columns: tuple[Column, ...]) -> str:
    return (
        ",".join(column.name for column in columns)
        + "\n"
        + ",".join(text_for(kind, c) for c in columns)
        + "\n"
    )


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_is_stored_by_its_declared_columns(kind: Kind) -> None:
    accepted = check(row_of(kind, kind.columns)).accepted
    stored = [name for column in kind.columns for name in stored_columns(column) if name != "patient_id"]
    assert list(accepted) == ALWAYS + stored
    assert accepted["line"].tolist() == [2]
    dtypes = {"number": "Float64", "text": "object", "choice": "object"}
    for column in kind.columns[1:]:
        for name in stored_columns(column):
            assert str(accepted[name].dtype) == dtypes.get(column.type, "Int64")


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_an_absent_column_has_the_type_that_it_has_when_present(kind: Kind) -> None:
    needed = tuple(c for c in kind.columns if c.is_required or c.name in ("dose_mg", "item_1"))
    short, full = check(row_of(kind, needed)).accepted, check(row_of(kind, kind.columns)).accepted
    assert short.dtypes.to_dict() == full.dtypes.to_dict()
    absent = [c.name for c in kind.columns if c not in needed and c.type not in ("moment",)]
    assert short[absent].isna().all(axis=None)
    assert all(value is None for name in absent if short[name].dtype == object for value in short[name])


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_file_without_rows_gives_frames_of_the_same_shape(kind: Kind) -> None:
    full, empty = check(row_of(kind, kind.columns)), check(row_of(kind, kind.columns).split("\n")[0] + "\n")
    assert empty.accepted.dtypes.to_dict() == full.accepted.dtypes.to_dict()
    assert empty.problems.dtypes.to_dict() == full.problems.dtypes.to_dict()
    assert (len(empty.accepted), len(empty.problems), empty.n_repeated) == (0, 0, 0)


def test_problems_are_listed_by_line_with_what_they_said() -> None:
    checked = check("text,patient_id,on\nx,007\ny,007,2026-02-30\nz,404,2026-03-01\n", ONE_CLINIC)
    problems = checked.problems
    assert problems[["line", "code"]].values.tolist() == [
        [2, "broken-row"],
        [3, "no-such-date"],
        [4, "unknown-patient"],
    ]
    assert [json.loads(cells) for cells in problems["cells"]] == [
        {"": "x,007"},
        {"text": "y", "patient_id": "007", "on": "2026-02-30"},
        {"text": "z", "patient_id": "404", "on": "2026-03-01"},
    ]
    assert problems["patient_id"].tolist() == ["", "007", "404"]
    assert problems["patient_key"].fillna(-1).tolist() == [-1, 100, -1]
    assert {name: str(dtype) for name, dtype in problems.dtypes.items()} == {
        **dict.fromkeys(("outcome", "code", "column", "value", "reason", "patient_id", "cells"), "object"),
        **dict.fromkeys(("patient_key", "event_day", "event_second", "item_9"), "Int64"),
        "line": "int64",
        "may_hold_item_9": "bool",
    }
