"""The rules that choose a baseline, in words."""

from collections.abc import Mapping
from types import MappingProxyType

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "last_before_dose": "the last total before the first dose",
        "first_assessment": "the first total of all",
        "worst_in_30_days": "the worst total of the 30 days before the first dose",
    }
)
# A simulation with no true change and two or three totals before the first dose.
WORST_BASELINE_BIAS = (
    "Where the baseline is the worst total of the window, two or three totals before the first dose alone make 1.3 to 1.9 points "
    "of improvement."
)
