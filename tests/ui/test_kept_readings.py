"""Of each question the reading of the newest state is kept, and no older one."""

from threading import Event, Thread
from weakref import ref

import pytest

from lib.ui.kept_readings import Readings


class Queue:
    """Something large."""


def test_the_same_question_of_the_same_state_is_read_once():
    readings, read = Readings(8), iter("abc")
    assert [readings.recall("queue", (1,), lambda: next(read)) for _ in range(3)] == ["a"] * 3
    assert readings.recall("caseload", (1,), lambda: next(read)) == "b"
    assert readings.recall("queue", (2,), lambda: next(read)) == "c"


def test_of_another_state_the_old_reading_is_gone_before_the_new_one_is_read():
    readings = Readings(8)
    old = ref(readings.recall("queue", (1,), Queue))
    assert old() is not None
    was_there = []

    def read() -> Queue:
        was_there.append(old() is not None)
        return Queue()

    readings.recall("queue", (2,), read)
    assert was_there == [False]


def test_the_questions_asked_last_are_kept():
    readings, read = Readings(2), []

    def ask(question: str) -> None:
        readings.recall(question, (1,), lambda: read.append(question) or question)

    for question in ("queue", "ann", "queue", "bob", "queue", "ann"):
        ask(question)
    assert read == ["queue", "ann", "bob", "ann"]


def test_a_reading_that_fails_is_read_again_and_says_nothing_of_the_state_before():
    readings = Readings(8)
    readings.recall("queue", (1,), lambda: "before")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            readings.recall("queue", (2,), lambda: 1 / 0)
    assert readings.recall("queue", (2,), lambda: "now") == "now"
    assert readings.recall("queue", (1,), lambda: "as it is") == "as it is"


def test_nothing_is_a_reading_too():
    readings, read = Readings(8), []
    for _ in range(2):
        assert readings.recall("owner", (), lambda: read.append(1)) is None
    assert len(read) == 1


def test_of_two_who_ask_at_once_one_reads_and_others_are_not_kept_waiting():
    readings, begun, may_end, said = Readings(8), Event(), Event(), []

    def read() -> str:
        begun.set()
        may_end.wait(30)
        return "read"

    def ask() -> None:
        said.append(readings.recall("queue", (1,), read))

    first, second = (Thread(target=ask, daemon=True) for _ in range(2))
    first.start()
    assert begun.wait(30)
    begun.clear()
    second.start()
    assert readings.recall("caseload", (1,), lambda: "at once") == "at once"
    may_end.set()
    for one in (first, second):
        one.join(30)
    assert said == ["read", "read"] and not begun.is_set()
