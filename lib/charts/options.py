"""What the reader of a patient's chart chose, and the clinic's numbers that it is drawn with."""

from dataclasses import dataclass
from typing import Self

from lib.clinical.instruments import GAD7, PHQ9, Instrument
from lib.clinical.policy import Policy
from lib.clinical.pressure import PressureLimits

# Layers that are drawn on demand alone, by their word in the address.
PLASTICITY, RECALL, EXPECTED = "windows", "recall", "expected"
LAYERS = (PLASTICITY, RECALL, EXPECTED)


@dataclass(frozen=True)
class ChartOptions:
    """window: "6 weeks", "3 months" or "all"; layers: those of LAYERS that are asked for.

    The rest are numbers of the policy, named as its keys. plasticity_h: from and to, hours after a dose, and where they come
    from. expected_days: the longest step of the expected course, days. sedation_at: MOAA/S at or below which a session is
    named. new_forms: ids of assessments that the reader has not reviewed yet.
    """

    window: str
    layers: frozenset[str]
    gap_days: int
    phq9_reliable_change: int
    gad7_reliable_change: int
    remission_below: int
    response_percent: int
    pressure: PressureLimits
    sedation_at: int
    dissociation_from: int
    plasticity_h: tuple[int, int]
    plasticity_source: str
    expected_days: int
    new_forms: frozenset[int] = frozenset()

    @classmethod
    def of(cls, policy: Policy, *, window: str = "all", layers: frozenset[str] = frozenset()) -> Self:
        """The whole record without layers is what nobody has to choose."""
        categories, display = policy.categories, policy.display
        return cls(
            window=window,
            layers=layers,
            gap_days=display.chart_gap_days,
            phq9_reliable_change=categories.phq9_reliable_change,
            gad7_reliable_change=categories.gad7_reliable_change,
            remission_below=categories.remission_below,
            response_percent=categories.response_percent,
            pressure=PressureLimits.of(policy),
            sedation_at=policy.sedation.high_at,
            dissociation_from=display.dissociation_shown_from,
            plasticity_h=(display.plasticity_from_h, display.plasticity_to_h),
            plasticity_source=policy.notes["display"].numbers["plasticity_from_h"].source,
            expected_days=policy.expected_course.max_days_after,
        )

    def shows(self, layer: str) -> bool:
        return layer in self.layers

    def reliable_change(self, instrument: Instrument) -> int:
        return {PHQ9.name: self.phq9_reliable_change, GAD7.name: self.gad7_reliable_change}[instrument.name]
