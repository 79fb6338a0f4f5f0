"""Lines of a text are those that Python's own universal line ends give."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.intake import lines as intake_lines
from lib.intake.lines import Lines

TEXTS = st.text(st.sampled_from("ab,\r\n\u2028\x0b\x85é€😀"), max_size=60)


def cut(text):
    return io.StringIO(text, newline="").readlines()


@given(TEXTS)
@example("")
@example("\n")
@example("\r")
@example("\r\n")
@example("\n\r")
@example("a\rb\nc\r\nd")
def test_every_way_to_read_them_gives_the_lines_of_python(text):
    lines = Lines(text.encode())
    expected = cut(text)
    assert len(lines) == len(expected)
    assert list(lines) == expected
    assert [lines[place] for place in range(len(lines))] == expected
    assert lines[-2:] == expected[-2:] and lines[1:3] == expected[1:3] and lines[3:1] == []


@given(TEXTS, st.integers(1, 4))
def test_lines_are_found_whatever_lies_at_the_edge_of_a_piece(text, size):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(intake_lines, "_PIECE", size)
        assert list(Lines(text.encode())) == cut(text)


def test_a_walk_crosses_its_blocks(monkeypatch):
    monkeypatch.setattr(intake_lines, "_BLOCK", 2)
    assert list(Lines(b"a\r\nb\rc\n\nd")) == ["a\r\n", "b\r", "c\n", "\n", "d"]


def test_a_line_that_is_not_there_is_no_line():
    with pytest.raises(IndexError):
        Lines(b"a\n")[1]
