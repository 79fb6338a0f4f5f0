"""No hidden count can be worked out: held against a linear programme that knows everything a reader may know."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.optimize import linprog

from lib.clinical.small_cells import (
    Flow,
    hide_in_flows,
    hide_in_list,
    hide_in_table,
    is_share_hidden,
    say_count,
)

TABLES = arrays(
    np.int64,
    array_shapes(min_dims=2, max_dims=2, max_side=4),
    elements=st.sampled_from([0, 0, 1, 2, 3, 4, 5, 9, 30]),
)
LIMIT = 3


def known_range(
    equations: np.ndarray, values: np.ndarray, hidden: np.ndarray, at: int
) -> tuple[float, float]:
    """The least and the most that a count can be, for a reader who knows all shown counts, every sum and the limit."""
    small = values <= LIMIT
    low = np.where(hidden, np.where(small, 1, LIMIT + 1), values)
    high = np.where(hidden, np.where(small, LIMIT, 10_000), values)
    goal = np.zeros(len(values))
    goal[at] = 1
    ends = [
        linprog(
            sign * goal, A_eq=equations, b_eq=np.zeros(len(equations)), bounds=np.stack([low, high], 1)
        ).fun
        for sign in (1, -1)
    ]
    return ends[0], -ends[1]


def equations_of(n_rows: int, n_columns: int) -> np.ndarray:
    """Rows, columns and totals of a table whose counts are laid out as cells, row totals, column totals, total."""
    n_cells, rows = n_rows * n_columns, []
    cells = np.arange(n_cells).reshape(n_rows, n_columns)
    for parts, total in [
        *((cells[i], n_cells + i) for i in range(n_rows)),
        *((cells[:, j], n_cells + n_rows + j) for j in range(n_columns)),
        (n_cells + np.arange(n_rows), n_cells + n_rows + n_columns),
    ]:
        row = np.zeros(n_cells + n_rows + n_columns + 1)
        row[parts], row[total] = 1, -1
        rows.append(row)
    return np.array(rows)


@settings(max_examples=40)
@given(TABLES)
def test_no_small_count_of_a_table_is_certain(table):
    found = hide_in_table(table, LIMIT)
    hidden = np.concatenate([found.cells.ravel(), found.row_totals, found.column_totals, [found.is_total]])
    values = np.concatenate([table.ravel(), table.sum(1), table.sum(0), [table.sum()]])
    assert not hidden[values == 0].any(), "0 stays 0"
    assert hidden[(values > 0) & (values <= LIMIT)].all()
    equations = equations_of(*table.shape)
    for at in np.flatnonzero(hidden & (values <= LIMIT)):
        low, high = known_range(equations, values, hidden, at)
        assert low + 0.5 < high, (table.tolist(), hidden.tolist(), at)


def test_a_table_hides_no_more_than_it_must():
    found = hide_in_table([[40, 3, 20], [50, 60, 70], [12, 80, 90]], 10)
    assert (
        found.cells.tolist() == [[False, True, True], [False] * 3, [False, True, True]]
        or found.cells.sum() == 4
    )
    assert not (found.row_totals.any() or found.column_totals.any() or found.is_total)
    assert not hide_in_table([[0, 11], [0, 40]], 10).cells.any()


def test_a_list_with_its_sum():
    assert hide_in_list([40, 4, 25, 0], 10)[0].tolist() == [False, True, True, False]
    cells, is_total = hide_in_list([4, 8], 10)
    assert cells.all() and not is_total
    cells, is_total = hide_in_list([10, 10, 30], 10)
    assert cells.tolist() == [True, True, True] and not is_total, "20 for two of at most 10 says both"
    cells, is_total = hide_in_list([4], 10)
    assert cells.all() and is_total
    assert not hide_in_list([4, 6], 0)[0].any()


def test_a_flow_of_three_stages_hides_what_a_neighbour_would_tell():
    flows = [
        *(Flow("all", "a", 30, is_total=True), Flow("all", "b", 45, is_total=True)),
        *(Flow("a", "c", 28), Flow("a", "d", 2), Flow("b", "c", 20), Flow("b", "d", 25)),
        *(Flow("c", "all", 48, is_total=True), Flow("d", "all", 27, is_total=True)),
    ]
    hidden = hide_in_flows(flows, 10)
    assert hidden[2:6].all() and not hidden[[0, 1, 6, 7]].any()


def test_what_is_said():
    assert [say_count(*one, 10) for one in ((0, False), (7, True), (23, True), (1234, False))] == [
        *("0", "<11", "≥11", "1,234")
    ]
    assert is_share_hidden(5, 60, 10) and is_share_hidden(55, 60, 10) and is_share_hidden(0, 9, 10)
    assert not is_share_hidden(0, 60, 10) and not is_share_hidden(30, 60, 10)
    for wrong in (lambda: hide_in_list([1], 1), lambda: hide_in_list([-1], 10)):
        with pytest.raises(ValueError):
            wrong()
