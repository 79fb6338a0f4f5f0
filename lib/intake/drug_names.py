"""Which ketamine a medicine is, by its name."""

import re

from lib.intake.drafts import hold
from lib.intake.table import Doubt

_IS_KETAMINE = re.compile(r"\bketamine?\b", re.IGNORECASE)
_IS_ESKETAMINE = re.compile(r"\besketamine?\b", re.IGNORECASE)
_BOTH = hold(
    "which-drug",
    "drug",
    "The medicine is called both ketamine and esketamine: find out which of them it was.",
)


def name_drug(named: str) -> tuple[str, list[Doubt]]:
    """racemic_ketamine or esketamine; "" for another medicine."""
    is_ketamine, is_esketamine = _IS_KETAMINE.search(named), _IS_ESKETAMINE.search(named)
    if is_ketamine and is_esketamine:
        return "ketamine", [_BOTH]
    if is_esketamine:
        return "esketamine", []
    return "racemic_ketamine" if is_ketamine else "", []
