"""What is kept is walked through once, and again after a quarter of an hour; what it leaves behind is found then."""

import gc
from collections.abc import Iterator
from weakref import ref

import pytest

from lib.ui.collector import Frost, tidy

QUARTER_S = 900


class Session:
    """Something that knows itself, as a session does through its parts."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def frost(clock: list[float]) -> Iterator[Frost]:
    frost = Frost(lambda: clock[0])
    gc.callbacks.append(frost)
    yield frost
    gc.callbacks.remove(frost)
    gc.unfreeze()


@pytest.mark.usefixtures("frost")
def test_what_outlives_a_full_collection_is_not_walked_through_again() -> None:
    kept = Session()
    gc.collect()
    assert gc.get_freeze_count() > 0
    assert not any(one is kept for one in gc.get_objects())


@pytest.mark.usefixtures("frost")
def test_a_look_at_new_objects_sets_nothing_aside() -> None:
    gc.unfreeze()
    gc.collect(0)
    gc.collect(1)
    assert gc.get_freeze_count() == 0


@pytest.mark.usefixtures("frost")
def test_a_session_that_is_over_is_found_after_a_quarter_of_an_hour(clock: list[float]) -> None:
    session = Session()
    over = ref(session)
    gc.collect()
    del session
    clock[0] = QUARTER_S - 1
    gc.collect()
    assert over() is not None
    clock[0] = QUARTER_S + 1
    gc.collect()
    assert over() is None


@pytest.mark.usefixtures("frost")
def test_a_session_that_was_never_set_aside_is_found_at_once() -> None:
    session = Session()
    over = ref(session)
    del session
    gc.collect()
    assert over() is None


def leave_something() -> ref[Session]:
    """As much as a run does; of it the last session."""
    return [ref(Session()) for _ in range(3_000)][-1]


@pytest.fixture
def no_other_collection() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_other_collection")
def test_while_nobody_is_at_work_what_is_over_is_found_and_the_rest_set_aside(frost: Frost) -> None:
    kept, over = Session(), leave_something()
    assert over() is not None
    tidy(frost)
    assert over() is None
    assert not any(one is kept for one in gc.get_objects())


def test_little_that_is_new_is_not_worth_a_walk(frost: Frost) -> None:
    gc.collect()
    gc.unfreeze()
    tidy(frost)
    assert gc.get_freeze_count() == 0


def test_a_quarter_of_an_hour_later_all_is_walked_through(frost: Frost, clock: list[float]) -> None:
    session = Session()
    over = ref(session)
    gc.collect()
    del session
    clock[0] = QUARTER_S + 1
    tidy(frost)
    assert over() is None
