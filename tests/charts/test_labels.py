"""Finding room for words."""

import pytest

from lib.charts.labels import Label, boxes_along, free_side, spread
from lib.charts.text import plain

ROOM = (0.0, 200.0, 0.0, 100.0)

SPREAD = """
far apart        | 10 50 90 | 10 50 90
two on one spot  | 50 50    | 50 64
at the top       | 99 99    | 79 93
at the floor     | 0        | 7
crowd            | 4 5 6    | 7 21 35
"""


@pytest.mark.parametrize("line", SPREAD.strip().splitlines())
def test_labels_of_a_column_are_moved_apart(line: str) -> None:
    _, wanted, expected = (part.strip() for part in line.split("|"))
    heights = [float(word) for word in wanted.split()]
    assert spread(heights, [14.0] * len(heights), 0, 100) == [float(word) for word in expected.split()]


def test_words_avoid_a_line() -> None:
    label = Label(100, 50, "word", 10)
    assert (
        free_side(label, ("middle right", "middle left"), boxes_along([(100, 50), (150, 50)]), ROOM)
        == "middle left"
    )


def test_words_stay_in_the_room() -> None:
    assert free_side(Label(190, 50, "word", 10), ("middle right",), [], ROOM) is None


PLAIN = """
tags      | <b>x</b>     | &lt;b&gt;x&lt;/b&gt;
ampersand | a & b        | a &amp; b
tex       | $\\alpha$    | \\alpha
white     | a   b        | a b
"""


@pytest.mark.parametrize("line", PLAIN.strip().splitlines())
def test_text_from_data_is_made_harmless(line: str) -> None:
    _, text, expected = (part.strip() for part in line.split("|"))
    assert plain(text) == expected


def test_long_text_is_cut_before_it_is_escaped() -> None:
    assert plain("&" * 50, 3) == "&amp;&amp;…"
