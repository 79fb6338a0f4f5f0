"""Columns of text that are packed: whatever is asked of one says what a list of the same texts would."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.intake import gathered
from lib.intake import texts as packing
from lib.intake.gathered import Records
from lib.intake.texts import Texts

# Few distinct ones, empty ones, letters of one to four bytes, and a byte that is no UTF-8.
CELLS = st.lists(
    st.one_of(
        st.sampled_from(["", "0", "PHQ-9", "é", "日本", "😀", "\udcff", "'\\udcff'"]), st.text(max_size=3)
    )
)


@pytest.fixture(autouse=True)
def _short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three rows, so that a few make several."""
    for module in (packing, gathered):
        monkeypatch.setattr(module, "ROWS_A_STRETCH", 3)


@given(CELLS)
def test_they_read_as_the_list_that_they_were_made_of(cells: list[str]) -> None:
    packed = Texts.of(cells)
    assert packed == cells and list(packed) == cells and len(packed) == len(cells)
    assert [packed[row] for row in range(-len(cells), len(cells))] == cells * 2
    assert packed.distinct == list(dict.fromkeys(cells))
    assert packed.is_given.tolist() == [text != "" for text in cells]
    assert packed.are(str.isascii).tolist() == [text.isascii() for text in cells]
    assert [text for block in packed.blocks() for text in block] == cells
    with pytest.raises(IndexError):
        packed[len(cells)]


@given(CELLS)
def test_codes_name_the_distinct_texts(cells: list[str]) -> None:
    codes, distinct = Texts.of(cells).coded()
    assert [distinct[code] for code in codes] == cells and distinct == list(dict.fromkeys(cells))


@given(CELLS, st.integers(-9, 30), st.integers(-9, 30))
def test_any_part_of_them_is_the_part_of_the_list(cells: list[str], start: int, stop: int) -> None:
    part = Texts.of(cells)[start:stop]
    assert part == cells[start:stop] and part.distinct == list(dict.fromkeys(cells[start:stop]))
    assert Texts.of(cells)[start:][:stop] == cells[start:][:stop]


@given(CELLS, CELLS)
def test_two_below_each_other_are_the_lists_below_each_other(first: list[str], second: list[str]) -> None:
    both = Texts.of(first) + Texts.of(second)
    assert both == first + second and both[1:-1] == (first + second)[1:-1]
    assert (Texts.of(first) == Texts.of(second)) == (first == second)
    assert Texts.of(["1"]) != [1] and Texts.of(["1"]) != "1"


@given(CELLS)
def test_what_is_read_of_each_stands_in_its_row(cells: list[str]) -> None:
    assert Texts.of(cells).mapped(lambda text: text[:1]) == [text[:1] for text in cells]
    assert Texts.of(cells).respelled({"0": "", "": "nothing"}) == [
        {"0": "", "": "nothing"}.get(text, text) for text in cells
    ]


@given(CELLS, st.data())
def test_rows_are_taken_in_the_order_that_is_asked_for(cells: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(cells) - 1))) if cells else []
    assert Texts.of(cells).take(np.array(rows, np.int64)) == [cells[row] for row in rows]


@pytest.mark.parametrize("n_rows", [0, 1, 7])
def test_the_same_text_stands_in_every_row(n_rows: int) -> None:
    assert Texts.same("PHQ-9", n_rows) == ["PHQ-9"] * n_rows


def test_no_text_of_a_patient_stands_in_what_a_log_may_show() -> None:
    packed = Texts.of(["007"])
    assert "007" not in repr(packed) and "007" not in repr(vars(packed))
    with pytest.raises(ValueError, match="in one piece"):
        packed[::-1]


@given(st.lists(st.integers(1, 5)))
def test_rows_that_come_in_blocks_of_any_length_are_gathered_in_their_order(lengths: list[int]) -> None:
    records, bounds = Records(2), [sum(lengths[:place]) for place in range(len(lengths) + 1)]
    for start, stop in pairwise(bounds):
        records.take([[f" {row}", str(row % 2)] for row in range(start, stop)], range(start + 2, stop + 2))
    n_rows = bounds[-1]
    assert records.columns() == [list(map(str, range(n_rows))), [str(row % 2) for row in range(n_rows)]]
    assert list(records.lines) == list(range(2, n_rows + 2))
