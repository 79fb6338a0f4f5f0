"""Runs of the script take turns: one goes on at a time, in the order in which they came, and none holds up others for long."""

from collections.abc import Iterator
from threading import Event, Thread

import pytest

from lib.store.engine import Store
from lib.ui import turns, viewing
from lib.ui.turns import Turns

PATIENT, IMPATIENT = 60, 0.01
# A test that waits longer than this has failed.
_TOO_LONG_S = 30


class Run:
    """A run on a thread of its own: it begins, may rest, and ends when it is told to."""

    def __init__(self, turns: Turns, said: list[str], name: str):
        self._turns, self._said, self._name = turns, said, name
        self._begun, self._resting = Event(), Event()
        self._may_rest, self._may_wake, self._may_end = Event(), Event(), Event()
        self._thread = Thread(target=self._go, daemon=True)
        self._thread.start()

    def _go(self) -> None:
        with self._turns.take(self._name):
            self._said.append(f"{self._name} begins")
            self._begun.set()
            self._may_rest.wait(_TOO_LONG_S)
            if not self._may_end.is_set():
                with self._turns.rest():
                    self._resting.set()
                    self._may_wake.wait(_TOO_LONG_S)
                self._said.append(f"{self._name} is back")
                self._may_end.wait(_TOO_LONG_S)

    def begin(self) -> "Run":
        assert self._begun.wait(_TOO_LONG_S)
        return self

    def rest(self) -> None:
        self._may_rest.set()
        assert self._resting.wait(_TOO_LONG_S)

    def wake(self) -> None:
        self._may_wake.set()

    def end(self) -> None:
        for one in (self._may_end, self._may_rest, self._may_wake):
            one.set()
        self._thread.join(_TOO_LONG_S)
        assert not self._thread.is_alive()


class Clinic:
    def __init__(self, patience_s: float):
        self.turns, self.said = Turns(patience_s), []

    def run(self, name: str) -> Run:
        """One that arrives, and has begun or stands in the line."""
        n_before = self.n_waiting
        found = Run(self.turns, self.said, name)
        while not found._begun.is_set() and self.n_waiting == n_before:
            Event().wait(0.001)
        return found

    @property
    def n_waiting(self) -> int:
        return len(self.turns._line)

    def wait_for_line(self, n: int) -> None:
        while self.n_waiting != n:
            Event().wait(0.001)


def test_one_goes_on_at_a_time_in_the_order_in_which_they_came():
    clinic = Clinic(PATIENT)
    runs = [clinic.run(name) for name in "ABCD"]
    assert clinic.said == ["A begins"]
    for run in runs:
        run.begin()
        run.end()
    assert clinic.said == ["A begins", "B begins", "C begins", "D begins"]


def test_while_one_rests_others_go_on_and_it_is_back_before_those_who_came_later():
    clinic = Clinic(PATIENT)
    a, b, c = (clinic.run(name) for name in "ABC")
    a.rest()
    b.begin()
    a.wake()
    clinic.wait_for_line(2)
    assert clinic.said == ["A begins", "B begins"]
    b.end()
    a.end()
    c.begin().end()
    assert clinic.said == ["A begins", "B begins", "A is back", "C begins"]


# When the runs came, in seconds, and whether the last of them is alone.
ARRIVALS = {
    "nobody else": ([10.0], True),
    "another before it, long ago": ([9.4, 10.0], True),
    "another shortly before it": ([9.6, 10.0], False),
    "others before it, the last of them long ago": ([9.3, 9.4, 10.0], True),
}


def pass_through(line: Turns, visitor: str = "other") -> None:
    with line.take(visitor):
        pass


@pytest.mark.parametrize(("came", "is_alone"), ARRIVALS.values(), ids=ARRIVALS)
def test_who_came_alone_is_told_so(came, is_alone, monkeypatch):
    line, now = Turns(PATIENT), [0.0]
    monkeypatch.setattr(turns, "monotonic", lambda: now[0])
    for now[0] in came[:-1]:
        pass_through(line)
    now[0] = came[-1]
    with line.take("one"):
        assert line.is_alone() == is_alone


def test_a_press_that_leads_to_another_page_is_one_visitor():
    line = Turns(PATIENT)
    pass_through(line, "one")
    with line.take("one"):
        assert line.is_alone()


def test_who_is_joined_by_another_is_no_longer_alone():
    clinic = Clinic(PATIENT)
    with clinic.turns.take("one"):
        assert clinic.turns.is_alone()
        other = clinic.run("other")
        assert not clinic.turns.is_alone()
    other.begin().end()


def test_one_that_takes_long_goes_on_beside_the_others():
    clinic = Clinic(IMPATIENT)
    long_one = clinic.run("import").begin()
    clinic.run("look").begin().end()
    clinic.run("next look").begin().end()
    long_one.end()
    assert clinic.said == ["import begins", "look begins", "next look begins"]


def test_one_that_takes_long_is_waited_for_no_longer_than_that(monkeypatch):
    """Also by one who had come before it began: by a clock of the test's own, on which only the one who waits lets time pass."""
    line, now = Turns(1), [0.0]

    class Wait(Event):
        def wait(self, timeout: float | None = None) -> bool:
            if not self.is_set():
                if now[0] == 0:
                    now[0] = 0.8
                    line._pass_on()
                    timeout = 0.2
                now[0] += timeout
            return self.is_set()

    monkeypatch.setattr(turns, "monotonic", lambda: now[0])
    monkeypatch.setattr(turns, "Event", Wait)
    # The first goes on, the import is next, and the look comes last; the first ends at 0.8.
    line._begun = Wait()
    line._line = [(-1, Wait())]
    with line.take("look"):
        assert now[0] == pytest.approx(1.8)


def test_the_end_of_one_that_took_long_ends_no_other_turn():
    clinic = Clinic(IMPATIENT)
    long_one = clinic.run("import").begin()
    other = clinic.run("look").begin()
    clinic.turns._patience_s = PATIENT
    waiting = clinic.run("next look")
    long_one.end()
    assert clinic.n_waiting == 1 and "next look begins" not in clinic.said
    other.end()
    waiting.begin().end()


@pytest.mark.parametrize("does_rest", [False, True])
def test_a_run_that_fails_leaves_its_turn(does_rest):
    clinic = Clinic(PATIENT)
    with pytest.raises(ZeroDivisionError), clinic.turns.take("failing"):
        if does_rest:
            with clinic.turns.rest():
                raise ZeroDivisionError
        raise ZeroDivisionError
    clinic.run("next").begin().end()


def test_of_many_never_two_at_once():
    turns, inside, most = Turns(PATIENT), [], []

    def look() -> None:
        for _ in range(20):
            with turns.take("one"):
                inside.append(1)
                most.append(len(inside))
                Event().wait(0.0001)
                inside.pop()

    threads = [Thread(target=look, daemon=True) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(_TOO_LONG_S)
    assert len(most) == 400 and set(most) == {1}


def test_a_run_behind_which_nobody_waits_is_the_last_for_now():
    clinic = Clinic(PATIENT)
    over = Event()

    def wait() -> None:
        clinic.turns.wait_until_over()
        over.set()

    first, second = clinic.run("first"), clinic.run("second")
    waiting = Thread(target=wait, daemon=True)
    waiting.start()
    first.end()
    second.begin()
    assert not over.is_set() and not clinic.turns.is_nobody_at_work()
    second.end()
    assert over.wait(_TOO_LONG_S) and clinic.turns.is_nobody_at_work()


def test_one_that_takes_long_is_at_work_beside_the_others():
    clinic = Clinic(IMPATIENT)
    long_one = clinic.run("import").begin()
    clinic.run("look").begin().end()
    assert not clinic.turns.is_nobody_at_work()
    long_one.end()
    assert clinic.turns.is_nobody_at_work()


def test_without_a_turn_nobody_is_asked_for():
    assert Turns(PATIENT).is_alone() and Turns(PATIENT).is_nobody_at_work()


def test_without_a_turn_there_is_none_to_rest_from():
    with Turns(PATIENT).rest():
        pass


@pytest.fixture
def writer(open_page, demo_url) -> Iterator[Event]:
    """Somebody who writes to the demo store until it is set. The day's flags are worked out before."""
    open_page("review_queue")
    is_writing, may_end = Event(), Event()

    def write() -> None:
        with Store(demo_url).note():
            is_writing.set()
            may_end.wait(_TOO_LONG_S)

    thread = Thread(target=write, daemon=True)
    thread.start()
    assert is_writing.wait(_TOO_LONG_S)
    yield may_end
    may_end.set()
    thread.join(_TOO_LONG_S)


def test_while_a_look_waits_to_be_written_down_others_go_on(open_page, writer, monkeypatch):
    asked, note_view = [], viewing.views.note_view

    def look() -> None:
        with turns._turns.take("another"):
            writer.set()

    def note(*who: object, at_once: bool = False) -> str:
        asked.append(at_once)
        if not at_once:
            Thread(target=look, daemon=True).start()
        return note_view(*who, at_once=at_once)

    monkeypatch.setattr(turns._turns, "_patience_s", PATIENT)
    monkeypatch.setattr(viewing.views, "note_view", note)
    open_page("patient", patient="1")
    assert asked == [True, False] and writer.is_set()


def test_a_run_has_a_number_of_its_own_rests_included_and_none_when_it_is_over():
    turns = Turns(PATIENT)
    numbers = []
    for _ in range(2):
        with turns.take("one"):
            first = turns.number()
            with turns.rest():
                numbers.append(turns.number())
            assert turns.number() == first
        assert turns.number() is None
    assert None not in numbers and numbers[0] != numbers[1]
