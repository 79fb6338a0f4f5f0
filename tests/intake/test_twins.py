"""Rows of one record in the parts of a long file: what is found is what the whole file shows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lib.intake.twins import Prints, find_twins, find_twins_among

# Key, what it says, when it was recorded, and whether it can be compared, and taken. Few of each, so that many meet.
ROWS = st.lists(
    st.tuples(
        st.integers(-1, 3), st.integers(0, 1), st.integers(0, 2), st.sampled_from([(0, 0), (1, 0), (1, 1)])
    ),
    max_size=12,
)


def prints(rows: list[tuple[int, int, int, tuple[int, int]]]) -> Prints:
    key, value, recorded, said = map(list, zip(*rows, strict=True)) if rows else ([], [], [], [])
    flags = np.array(said, np.bool_).reshape(-1, 2)
    return Prints(*(np.array(one, np.int64) for one in (key, value, recorded)), flags[:, 0], flags[:, 1])


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_parts_find_what_the_whole_finds(parts: list[list]) -> None:
    found = find_twins_among([prints(rows) for rows in parts])
    whole = find_twins(prints([row for rows in parts for row in rows]))
    assert [len(part.is_conflict) for part in found] == [len(rows) for rows in parts]
    for name in ("is_conflict", "is_repeat"):
        joined = np.concatenate([getattr(part, name) for part in found])
        assert joined.tolist() == getattr(whole, name).tolist()


def test_a_row_that_contradicts_one_of_another_part_is_held_in_both() -> None:
    first, second = find_twins_among(
        [prints([(7, 0, 0, (1, 1))]), prints([(8, 0, 0, (1, 1)), (7, 1, 0, (1, 1))])]
    )
    assert (first.is_conflict.tolist(), second.is_conflict.tolist()) == ([True], [False, True])
