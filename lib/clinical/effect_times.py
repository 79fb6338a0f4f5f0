"""Onset, peak and end of a session as recorded, beside what the page of its protocol says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.clinical.protocols import NO_PROTOCOL, NOT_STATED, MinuteRange, Protocol

EFFECTS = (("onset", "onset_min"), ("peak", "peak_min"), ("end", "effect_end_min"))


@dataclass(frozen=True)
class EffectTime:
    """recorded_min: minutes from the dose, None: not recorded. stated: None without a protocol, or where its page is silent."""

    name: str
    recorded_min: float | None
    stated: MinuteRange | None
    has_protocol: bool

    @property
    def recorded_words(self) -> str:
        return "not recorded" if self.recorded_min is None else f"recorded {self.recorded_min:g} min"

    @property
    def stated_words(self) -> str:
        if self.stated is None:
            return NOT_STATED if self.has_protocol else NO_PROTOCOL
        return f"{self.stated.low:g}–{self.stated.high:g} min"

    @property
    def compared(self) -> str:
        """earlier, within or later; empty where one of the two is not known."""
        if self.recorded_min is None or self.stated is None:
            return ""
        if self.recorded_min < self.stated.low:
            return "earlier"
        return "later" if self.recorded_min > self.stated.high else "within"


def compare_effects(session: Mapping[Any, Any], protocol: Protocol | None) -> tuple[EffectTime, ...]:
    """session: onset_min, peak_min, effect_end_min of PatientHistory.dosing_sessions."""
    stated = (protocol.onset_min, protocol.peak_min, protocol.end_min) if protocol else (None, None, None)
    return tuple(
        EffectTime(name, _known(session.get(column)), said, protocol is not None)
        for (name, column), said in zip(EFFECTS, stated, strict=True)
    )


def _known(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
