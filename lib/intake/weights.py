"""What the text of a body weight says, in kilograms. Without a unit it may be pounds, and is not guessed."""

import re
from dataclasses import dataclass
from decimal import Decimal

_KG_PER = {"kg": Decimal(1), "lb": Decimal("0.45359237"), "g": Decimal("0.001")}
_UNITS = {
    **dict.fromkeys(("kg", "kgs", "kilogram", "kilograms"), "kg"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), "lb"),
}
# Ours: beyond these a number is no adult's weight, and the cell has a slip.
LOWEST_KG, HIGHEST_KG = 25, 300
_WEIGHT = re.compile(
    rf"([0-9]{{1,6}}(?:[.,][0-9]{{1,2}})?) ?({'|'.join(sorted(_UNITS, key=len, reverse=True))})?\.?"
)
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class WeightText:
    """kg: the cell of an observation weight_kg, "" unless it is sure · outcome: held or rejected, "" where there is no doubt or
    no text · code, reason: of the doubt, without the text itself"""

    kg: str = ""
    outcome: str = ""
    code: str = ""
    reason: str = ""


def read_weight(text: str, unit: str = "") -> WeightText:
    """unit: what a bare number in this column is a number of (kg, lb, g), "" where nobody has said it."""
    folded = " ".join(text.casefold().split())
    if not folded:
        return WeightText()
    found = _WEIGHT.fullmatch(folded)
    if not found:
        return WeightText(
            "", "held", "weight-text", "The cell is more than a weight: write it as a number of kg."
        )
    number = Decimal(found.group(1).replace(",", "."))
    unit = _UNITS[found.group(2)] if found.group(2) else unit
    possible = [unit] if unit else ["kg", "lb"]
    if not any(LOWEST_KG <= number * _KG_PER[name] <= HIGHEST_KG for name in possible):
        reason = f"A weight must be from {LOWEST_KG} to {HIGHEST_KG} kg: correct it, or leave it empty."
        return WeightText("", "rejected", "off-scale", reason)
    if not unit:
        reason = "The weight has no unit and may be kg or lb: name the unit in the column's mapping."
        return WeightText("", "held", "weight-unit", reason)
    kg = number if unit == "kg" else (number * _KG_PER[unit]).quantize(_TENTH)
    return WeightText(f"{kg.normalize():f}")
