"""The garbage collector walks through what is new, and only now and then through all that is kept."""

import gc
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

import streamlit as st

_OLDEST = 2
# So many new objects before the newest are walked through: with Python's own 700 that took 3 of the 70 ms of a first look at a
# patient.
_NEWEST = 5_000
# Cycles among what is kept, those of a closed session above all, are found this late.
_THAW_S = 900


@st.cache_resource(show_spinner=False)
def spare_collector() -> bool:
    """Set aside what is imported and kept, once and after each full collection: to walk through what is kept for the next run,
    patients above all, took 250 ms every twenty seconds with 50 clinicians at work, and whoever asked meanwhile waited for it."""
    gc.set_threshold(max(_NEWEST, gc.get_threshold()[0]), *gc.get_threshold()[1:])
    gc.collect()
    gc.freeze()
    gc.callbacks.append(Frost())
    return True


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
        elif self._clock() - self._thawed > _THAW_S:
            self._thawed = self._clock()
            gc.unfreeze()
