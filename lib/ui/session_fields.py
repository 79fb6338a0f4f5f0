"""Every recorded field of a dosing session, in groups; what is not recorded is said to be so."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lib.ui import record_cells as cells
from lib.ui.record_cells import Row, say_minutes, say_text, say_yes_no
from lib.ui.wording import NB, is_known

Say = Callable[[Row], str]


def _number(column: str, unit: str) -> Say:
    return lambda row: f"{row[column]:g}{NB}{unit}" if is_known(row[column]) else cells.UNKNOWN


def _text(column: str) -> Say:
    """A word of the file, its underscores read as spaces."""
    return lambda row: say_text(row[column]).replace("_", " ")


def _minutes(column: str) -> Say:
    return lambda row: say_minutes(row[column])


def _yes_no(column: str) -> Say:
    return lambda row: say_yes_no(row[column])


def _pressure(when: str) -> Say:
    def say(row: Row) -> str:
        high, low = (row[f"{side}_{when}_mmhg"] for side in ("sbp", "dbp"))
        if not is_known(high) and not is_known(low):
            return cells.UNKNOWN
        return f"{'/'.join(f'{one:g}' if is_known(one) else '?' for one in (high, low))}{NB}mmHg"

    return say


def _dose(row: Row) -> str:
    if not is_known(row["dose_mg"]):
        return cells.UNKNOWN
    per_kg = row["dose_mg_per_kg"]
    weight = f"{per_kg:.1f}{NB}mg/kg" if is_known(per_kg) else "weight not recorded"
    return f"{row['dose_mg']:g}{NB}mg ({weight})"


GROUPS: Mapping[str, Mapping[str, Say]] = MappingProxyType(
    {
        "Dose and form": {
            "Status": _text("status"),
            "Number in its course": lambda row: (
                f"{row['number']}, course {row['course']}" if is_known(row["number"]) else "does not count"
            ),
            "Dose taken": _dose,
            "Dose prescribed": _number("prescribed_mg", "mg"),
            "Drug": _text("drug"),
            "Formulation": _text("formulation"),
            "Route": _text("route"),
            "Protocol": lambda row: say_text(row["protocol"]),
            "Lot": lambda row: say_text(row["lot"]),
        },
        "Technique": {
            "Held in the mouth": _minutes("hold_min"),
            "Swallowed": _yes_no("swallowed"),
            "Since food": _number("food_h", "h"),
        },
        "Effect, from the dose": {
            "Onset": _minutes("onset_min"),
            "Peak": _minutes("peak_min"),
            "End": _minutes("effect_end_min"),
        },
        "Vital signs": {
            "Blood pressure before": _pressure("pre"),
            "Blood pressure at 40 min": _pressure("40"),
            "Blood pressure at 120 min": _pressure("120"),
            "Pulse before": _number("heart_rate_pre_bpm", "/min"),
            "Lowest SpO₂": _number("spo2_min_pct", "%"),
        },
        "Mind": {
            "Sedation": _number("sedation_moaas", "of 5 (MOAA/S; 5 is alert)"),
            "Dissociation": _number("dissociation_0_10", "of 10"),
        },
        "Supervision": {
            "Supervising adult present": _yes_no("supervisor_present"),
            "Contact of the clinic": lambda row: cells.say_contact(row["telehealth_contact"]),
            "Adverse events asked about": _yes_no("ae_asked"),
        },
    }
)
# Side by side, as a session goes: what was taken, how, and what it did.
COLUMNS = (
    ("Dose and form",),
    ("Technique", "Effect, from the dose", "Mind"),
    ("Vital signs", "Supervision"),
)
