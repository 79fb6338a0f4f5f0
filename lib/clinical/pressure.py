"""Which of a dosing session's blood pressures are named: at or over the clinic's limit, or risen too far after the dose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from lib.clinical.policy import Policy

# When, systolic, diastolic in mmHg; None: not recorded. The first one is the reading before the dose.
Reading = tuple[str, float | None, float | None]
MOMENTS = {"pre": "before the dose", "40": "at 40 min", "120": "at 120 min"}


@dataclass(frozen=True)
class PressureLimits:
    """mmHg, numbers of policy table [blood_pressure]."""

    systolic: int
    diastolic: int
    rise_systolic: int
    rise_diastolic: int

    @classmethod
    def of(cls, policy: Policy) -> Self:
        limits = policy.blood_pressure
        return cls(limits.high_systolic, limits.high_diastolic, limits.rise_systolic, limits.rise_diastolic)

    def __str__(self) -> str:
        return f"{self.systolic}/{self.diastolic}"


def find_high_readings(readings: Sequence[Reading], limits: PressureLimits) -> list[Reading]:
    """The readings to be named, as they were taken. A missing one is neither high nor in range."""
    _, sbp_before, dbp_before = readings[0]
    return [
        (when, sbp, dbp)
        for when, sbp, dbp in readings
        if _reaches(sbp, limits.systolic)
        or _reaches(dbp, limits.diastolic)
        or _rises(sbp, sbp_before, limits.rise_systolic)
        or _rises(dbp, dbp_before, limits.rise_diastolic)
    ]


def say_reading(reading: Reading) -> str:
    """164/102 before the dose; a half that was not recorded is a question mark."""
    when, sbp, dbp = reading
    return f"{_say(sbp)}/{_say(dbp)} {when}"


def _say(pressure: float | None) -> str:
    return "?" if pressure is None else f"{pressure:.0f}"


def _reaches(pressure: float | None, limit: int) -> bool:
    return pressure is not None and pressure >= limit


def _rises(after: float | None, before: float | None, limit: int) -> bool:
    return after is not None and before is not None and after - before >= limit
