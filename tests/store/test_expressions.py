"""Lists of keys as one parameter, numbers as one text, many rows a statement: the same on both databases, whatever is in them."""

import numpy as np
import pandas as pd
import pytest
from clinic_files import new_store
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, func, select

from lib.services.errors import Store
from lib.store.bulk import read_numbers
from lib.store.expressions import is_one_of
from lib.store.records import read_among, read_frame
from lib.store.saving import insert_rows

# What an id or an answer may look like; a NUL is refused by PostgreSQL, and by the reading of a file.
WORDS = ("", "p1", "P1", "a'b", 'a"b', "a\\b", "[1]", "1", "née", "😀", "a\nb", "{x,y}", "null")
NUMBERS = (0, 1, -1, 2**63 - 1, -(2**63), 2**53 + 1)
THING = Table("thing", MetaData(), Column("id", BigInteger), Column("said", Text), Column("n", BigInteger))


@pytest.fixture
def store(each_database, tmp_path) -> Store:
    made = new_store(tmp_path)
    rows = [{"id": key, "said": word, "n": None} for key, word in enumerate(WORDS)]
    rows += [{"id": len(WORDS) + key, "said": None, "n": n} for key, n in enumerate(NUMBERS)]
    with made.write() as connection:
        THING.create(connection)
        connection.execute(THING.insert(), rows)
    return made


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("said", list(WORDS)),
        ("said", ["p1"]),
        ("said", ["nobody", "1"]),
        ("n", list(NUMBERS)),
        ("n", [2**53]),
        ("n", [7] * 50_000 + [0]),
        ("id", []),
    ],
    ids=["all words", "one of two cases", "a word of digits", "all numbers", "one off", "50,000", "nothing"],
)
def test_a_list_finds_what_is_in_it_and_nothing_else(store, name, asked):
    with store.read() as connection:
        listed = read_frame(connection, select(THING).where(is_one_of(THING.c[name], asked)))[name].tolist()
        looked_up = read_among(connection, select(THING.c.id, THING.c[name]), THING.c[name], asked)[
            name
        ].tolist()
    kept = WORDS if name == "said" else NUMBERS if name == "n" else range(len(WORDS) + len(NUMBERS))
    assert sorted(listed) == sorted(looked_up) == sorted(set(kept) & set(asked))


def test_whole_numbers_come_with_all_their_digits_in_the_order_asked_for(store):
    query = (
        select(THING.c.n.label("number"), THING.c.id).where(THING.c.n.is_not(None)).order_by(THING.c.n.desc())
    )
    with store.read() as connection:
        rows = read_numbers(connection, query, np.int64)
        counted = read_numbers(connection, select(func.count().label("n")).select_from(THING), np.int64)
        none = read_numbers(connection, query.where(THING.c.n == 5), np.int64)
    assert rows["number"].tolist() == sorted(NUMBERS, reverse=True) and rows.dtypes.tolist() == [np.int64] * 2
    assert counted["n"].tolist() == [len(WORDS) + len(NUMBERS)]
    assert list(none.columns) == ["number", "id"] and none.empty


def test_a_number_that_is_not_recorded_is_never_passed_over(store):
    with store.read() as connection, pytest.raises(TypeError):
        read_numbers(connection, select(THING.c.id, THING.c.n), np.int64)


@pytest.mark.parametrize("n_rows", [0, 1, 49, 50, 51, 149, 150])
def test_rows_are_saved_as_they_are_however_many(store, n_rows):
    keys = range(1_000, 1_000 + n_rows)
    said = [None if key % 3 == 0 else f"said {key}" for key in keys]
    numbers = [None if key % 7 == 0 else key for key in keys]
    rows = pd.DataFrame({"id": keys, "said": said, "n": pd.array(numbers, dtype="Int64")})
    query = select(THING).where(THING.c.id >= 1_000).order_by(THING.c.id)
    with store.write() as connection:
        insert_rows(connection, THING, rows, with_ids=True)
        kept = connection.execute(query).fetchall()
    assert kept == list(zip(keys, said, numbers, strict=True))
