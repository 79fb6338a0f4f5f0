"""The garbage collector works while nobody else does: through what is new, and only now and then through all that is kept."""

import gc
from collections.abc import Callable, Mapping
from threading import Thread
from time import monotonic, sleep
from typing import Any

import streamlit as st
from streamlit.runtime import Runtime, get_instance

from lib.ui import turns

_MIDDLE, _OLDEST = 1, 2
# So many new objects before who is at work waits for it: with 5,000 it took 3 of the 49 ms of a first look at a patient.
_NEWEST = 50_000
# So many are worth a walk while nobody is at work: a look at a patient leaves some 1,500.
_WORTH = 1_000
# What the last run drew is on its way to its reader.
_PAUSE_S = 0.02
# Cycles among what is kept, those of a closed session above all, are found this late.
_THAW_S = 900


@st.cache_resource(show_spinner=False)
def spare_collector() -> bool:
    """Set aside what is imported and kept, once and after each walk: to walk through what is kept for the next run, patients
    above all, took 250 ms every twenty seconds with 50 clinicians at work, and whoever asked meanwhile waited for it."""
    gc.set_threshold(max(_NEWEST, gc.get_threshold()[0]), *gc.get_threshold()[1:])
    gc.collect()
    gc.freeze()
    frost = Frost()
    gc.callbacks.append(frost)
    # Tests run the script too, and serve nobody.
    if isinstance(get_instance(), Runtime):
        Thread(target=_tidy_up, args=(frost,), daemon=True, name="collector").start()
    return True


def _tidy_up(frost: "Frost") -> None:
    """After runs behind which nobody waits. What outlives them is kept."""
    while True:
        turns.wait_until_over()
        sleep(_PAUSE_S)
        if turns.is_nobody_at_work():
            tidy(frost)


def tidy(frost: "Frost") -> None:
    is_due = frost.is_due()
    if is_due or gc.get_count()[0] > _WORTH:
        gc.collect(_OLDEST if is_due else _MIDDLE)
        gc.freeze()


class Frost:
    """Told by the collector when it begins and ends: what outlived a full collection is walked through again after a quarter of
    an hour, and not before."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._thawed = clock()

    def __call__(self, phase: str, about: Mapping[str, Any]) -> None:
        if about["generation"] != _OLDEST:
            return
        if phase == "stop":
            gc.freeze()
        elif self.is_due():
            self._thawed = self._clock()
            gc.unfreeze()

    def is_due(self) -> bool:
        """Whether what is set aside has not been walked through for a quarter of an hour."""
        return self._clock() - self._thawed > _THAW_S
