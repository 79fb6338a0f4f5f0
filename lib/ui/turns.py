"""Runs of the script take turns.

Python lets one thread compute at a time. Left to themselves, the runs of many readers change with each other hundreds of times a
second: each takes as long as all of them together, and after each of its eighty questions to the store it waits for another's
slice of 5 ms (docs/performance.md, "Clinicians at work"). What Streamlit runs outside of the script takes no turn: what a
button calls, and the look at the sign-in every half a minute.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from heapq import heappop, heappush
from itertools import count
from threading import Event, Lock, local
from time import monotonic
from uuid import uuid4

import streamlit as st

# Longer than most first looks at a patient take. Whoever needs more, for an import or a whole cohort, goes on beside the others.
PATIENCE_S = 0.25
_ALONE_S = 0.5
# Which session it is.
_VISITOR = "visitor"


class Turns:
    """A line of runs: the first goes on until it ends, rests, or has kept the others waiting for longer than patience_s."""

    def __init__(self, patience_s: float = PATIENCE_S):
        self._patience_s = patience_s
        self._lock = Lock()
        self._arrivals = count()
        # Of the last two: whose they are, and when they came. A press that leads to another page is two runs of one visitor.
        self._latest: deque[tuple[object, float]] = deque(maxlen=2)
        self._line: list[tuple[int, Event]] = []
        self._begun: Event | None = None
        self._since = 0.0
        # Set when a run ends, or rests, behind which nobody waits.
        self._over = Event()
        # In a turn, in the line, resting, or beside the others for having taken too long.
        self._n_at_work = 0
        self._of_thread = local()

    @contextmanager
    def take(self, visitor: object) -> Iterator[None]:
        """Wait in the line, and go on as the only one."""
        self._of_thread.arrival, self._of_thread.visitor = next(self._arrivals), visitor
        self._latest.append((visitor, monotonic()))
        with self._lock:
            self._n_at_work += 1
        self._begin()
        try:
            yield
        finally:
            self._end()
            self._of_thread.arrival = self._of_thread.visitor = None
            with self._lock:
                self._n_at_work -= 1

    def number(self) -> int | None:
        """Of the run that this thread is in, rests included: no other run ever has it. None outside of the script."""
        return getattr(self._of_thread, "arrival", None)

    def is_alone(self) -> bool:
        """Whether nobody else's run came within half a second before this one, and none since."""
        before = monotonic() - _ALONE_S
        own = getattr(self._of_thread, "visitor", None)
        return all(visitor == own or came < before for visitor, came in list(self._latest))

    def wait_until_over(self) -> None:
        """Until a run ends, or rests, behind which nobody waits."""
        self._over.wait()
        self._over.clear()

    def is_nobody_at_work(self) -> bool:
        return self._n_at_work == 0

    @contextmanager
    def rest(self) -> Iterator[None]:
        """Let others go on meanwhile; who comes back goes before those who arrived later. Nothing changes for a thread that has
        taken no turn."""
        if getattr(self._of_thread, "turn", None) is None:
            yield
            return
        self._end()
        try:
            yield
        finally:
            self._begin()

    def _begin(self) -> None:
        turn = Event()
        with self._lock:
            heappush(self._line, (self._of_thread.arrival, turn))
            if self._begun is None:
                self._pass_on()
        # The turn that goes on may have begun after this one came, and is given no more than its own time.
        while not turn.wait(max(self._left_s(), 0)):
            with self._lock:
                if self._left_s() <= 0:
                    self._pass_on()
        self._of_thread.turn = turn

    def _end(self) -> None:
        turn, self._of_thread.turn = self._of_thread.turn, None
        with self._lock:
            # Another one's turn has begun already where this one took too long.
            if self._begun is turn:
                self._pass_on()

    def _left_s(self) -> float:
        return self._since + self._patience_s - monotonic()

    def _pass_on(self) -> None:
        self._begun = heappop(self._line)[1] if self._line else None
        self._since = monotonic()
        if self._begun is not None:
            self._begun.set()
        else:
            self._over.set()


_turns = Turns()
rest, number, is_alone = _turns.rest, _turns.number, _turns.is_alone
wait_until_over, is_nobody_at_work = _turns.wait_until_over, _turns.is_nobody_at_work


def take_turn() -> AbstractContextManager[None]:
    """A run's whole script stands in it. Its thread tells nothing of whose it is: the next run's may have the same number."""
    return _turns.take(st.session_state.setdefault(_VISITOR, uuid4().hex))
