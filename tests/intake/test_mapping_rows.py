"""A mapping as rows of a screen: nothing of it is lost there and back, and the order of the rows says nothing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.grids import grid, items

from lib.clinical.frames import COMMON_COLUMNS, KINDS
from lib.intake.mapping import WAYS, Mapping, RecordMapping, Take
from lib.intake.mapping_rows import (
    DATE,
    EVERY,
    NOT_TAKEN,
    RECORDS,
    UNSAID,
    MappingRow,
    columns_of,
    list_rows,
    make_mapping,
    sort_mapping,
)
from lib.intake.suggesting import suggest_mapping

SOURCES = st.sampled_from([*"abcdefgh", "Visit date", "PHQ-9 2", "every record"])
TEXTS = st.text(max_size=4)


@st.composite
def records(draw):
    kind = draw(st.sampled_from([*KINDS.values()]))
    names = [column.name for column in (*kind.columns, *COMMON_COLUMNS)]
    takes = st.builds(
        Take,
        st.sampled_from(names),
        SOURCES,
        st.sampled_from(WAYS),
        st.tuples() | st.tuples(TEXTS),
        TEXTS,
    )
    named = {
        "assessments": ("instrument", "PHQ-9"),
        "observations": ("kind", "weight_kg"),
    }.get(kind.name)
    constants = draw(st.dictionaries(st.sampled_from(names), TEXTS, max_size=2))
    if named and draw(st.booleans()):
        constants |= dict([named])
    return RecordMapping(kind.name, tuple(draw(st.lists(takes, max_size=4))), tuple(constants.items()))


MAPPINGS = st.builds(
    Mapping,
    st.lists(records(), max_size=4).map(tuple),
    st.dictionaries(SOURCES, TEXTS, max_size=3).map(lambda pairs: tuple(pairs.items())),
)


@given(MAPPINGS, st.randoms(use_true_random=False))
def test_rows_in_any_order_are_the_mapping_again(mapping, chance: random.Random):
    rows = [*list_rows(mapping, ["a", "b", "never seen"])]
    chance.shuffle(rows)
    assert make_mapping(rows) == sort_mapping(mapping)
    assert sort_mapping(sort_mapping(mapping)) == sort_mapping(mapping)


@given(MAPPINGS)
def test_every_column_of_the_table_has_a_row(mapping):
    names = ["a", "b", "c", "never seen"]
    assert set(names) <= {row.source for row in list_rows(mapping, names)}


WIDE = grid(f"""
MRN,Visit date,{",".join(f"phq9_{n}" for n in range(1, 10))},{",".join(f"gad7_{n}" for n in range(1, 8))},dose mg,ward
1,2026-01-05,{items("123012301")},{items("1230123")},100,B
""")


def test_whose_and_when_are_said_once():
    rows = list_rows(suggest_mapping(WIDE), WIDE.names)
    shared = {(row.column, row.source) for row in rows if row.record == EVERY}
    assert shared == {("patient_id", "MRN"), (DATE, "Visit date")}
    assert rows[0] == MappingRow(UNSAID, source="ward")
    assert {row.record for row in rows} == {UNSAID, EVERY, "PHQ-9", "GAD-7", "dosing_sessions"}
    assert sum(row.record == "PHQ-9" for row in rows) == 9


def test_a_column_gives_a_record_that_was_not_there():
    rows = [*list_rows(suggest_mapping(WIDE)), MappingRow("weight", "value", "ward", "kg")]
    made = make_mapping(rows)
    weight = next(record for record in made.records if record.kind == "observations")
    assert weight.constants == (("kind", "weight_kg"),)
    assert {(take.column, take.source) for take in weight.takes} == {
        ("patient_id", "MRN"),
        ("observed_at", "Visit date"),
        ("value", "ward"),
    }


def test_a_column_that_is_left_out_keeps_its_reason():
    made = make_mapping([MappingRow(NOT_TAKEN, source="ward", why="of no use")])
    assert made == Mapping((), (("ward", "of no use"),))


@pytest.mark.parametrize("record", [EVERY, *RECORDS])
def test_each_record_has_columns(record):
    assert "patient_id" in columns_of(record)
