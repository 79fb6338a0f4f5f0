"""A body weight from another system: number and unit (UCUM) to an observation weight_kg."""

from decimal import Decimal, InvalidOperation

from lib.intake.drafts import Draft, hold, reject
from lib.intake.table import Doubt
from lib.intake.weights import read_weight

READ_AS = "Body weights (LOINC 29463-7) are taken in kg, from kg or pounds; other units wait for a person."
_UNITS = {"kg": "kg", **dict.fromkeys(("[lb_av]", "lb_av", "lb", "lbs"), "lb")}
_HUNDREDTH = Decimal("0.01")
_OTHER_UNIT = hold(
    "weight-unit", "value", "The weight is neither in kg nor in pounds: find out what it is in kg."
)


def draft_weight(
    place: int, whose: str, moment: str, measured: tuple[str, str], doubts: tuple[Doubt, ...] = ()
) -> Draft:
    """measured: the number as written, and its unit."""
    value, doubt = weigh(*measured)
    cells = {"patient_id": whose, "observed_at": moment, "kind": "weight_kg", "value": value}
    return Draft("observations", place, cells, (*doubts, *doubt))


def weigh(value: str, unit: str) -> tuple[str, tuple[Doubt, ...]]:
    """The cell: kilograms, or number and unit as they are where there is a doubt, and that doubt."""
    kilograms, doubt = _to_kilograms(value, _UNITS.get(unit, ""))
    return kilograms or " ".join(filter(None, (value, unit if doubt else ""))), doubt


def _to_kilograms(value: str, unit: str) -> tuple[str, tuple[Doubt, ...]]:
    if not value:
        return "", ()
    if not unit:
        return "", (_OTHER_UNIT,)
    try:
        # Ten grams are less than any scale tells; some systems write twelve decimals.
        rounded = Decimal(value).quantize(_HUNDREDTH)
        read = read_weight(f"{rounded.normalize():f}", unit)
    except (InvalidOperation, ValueError):
        return "", (hold("weight-text", "value", "The weight is no number: find out what it is in kg."),)
    doubt = {"held": hold, "rejected": reject}.get(read.outcome)
    return read.kg, (doubt(read.code, "value", read.reason),) if doubt else ()
