"""One patient's records, a cell at a time: each number with its unit, each unknown said to be unknown."""

from collections.abc import Mapping
from typing import Any

from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.wording import capitalise, say_day
from lib.ui.wording import NB, is_known

Row = Mapping[Any, Any]
UNKNOWN = "not recorded"


def say_moment(row: Row) -> str:
    """20 Nov 2026, 08:12; the time of day only where it is known."""
    day = say_day(row["on"]).replace(" ", NB)
    return f"{day}, {row['at']:%H:%M}" if row["is_time_known"] else f"{day}, time unknown"


def say_total(row: Row) -> str:
    """9 of 27; with items missing how it was reached, or why there is none; s: entered by staff."""
    staff = ", s" if is_known(row["entered_by"]) and row["entered_by"] == "staff" else ""
    return f"{_total(row)}{staff}"


def _total(row: Row) -> str:
    instrument = INSTRUMENTS.get(row["instrument"])
    if not is_known(row["total"]):
        return f"no total, {row['n_missing']} items blank" if is_known(row["n_missing"]) else "no total"
    total = f"{row['total']} of {instrument.max_total}" if instrument else str(row["total"])
    return f"{total}, prorated {row['total_low']}–{row['total_high']}" if row["is_prorated"] else total


def say_band(row: Row) -> str:
    instrument = INSTRUMENTS.get(row["instrument"])
    return instrument.band(int(row["total"])) if instrument and is_known(row["total"]) else "unknown"


def say_item_9(row: Row) -> str:
    """Never drawn as 0 where it is not known."""
    if row["instrument"] != "PHQ-9":
        return "–"
    if is_known(row["item_9"]):
        return f"{row['item_9']} of 3"
    return "not answered" if row["has_items"] else "not collected"


def say_use(row: Row) -> str:
    """What the form is used for."""
    if not is_known(row["total"]):
        return "item 9 only"
    if not row["is_in_force"]:
        return "superseded by a later form of its day"
    if not is_known(row["baseline_of"]):
        which = "" if row["is_before_first_dose"] else " of a later course"
        return "follow-up" if row["is_follow_up"] else f"before the first dose{which}"
    courses = row["baseline_of"]
    which = "baseline" if courses == "1" else f"baseline of course{'s' * (' ' in courses)} {courses}"
    return f"{which}, and follow-up" if row["is_follow_up"] else which


def say_session(row: Row) -> str:
    """3, taken: its number among those that count, and what became of it."""
    status = row["status"] or "status not recorded"
    return f"no. {row['number']}, {status}" if is_known(row["number"]) else str(status)


def say_dose(row: Row) -> str:
    if not is_known(row["dose_mg"]):
        taken = "none taken" if row["status"] in ("missed", "planned") else UNKNOWN
    else:
        per_kg = (
            f"{row['dose_mg_per_kg']:.1f}{NB}mg/kg" if is_known(row["dose_mg_per_kg"]) else f"no{NB}weight"
        )
        taken = f"{row['dose_mg']:g}{NB}mg ({per_kg})"
    if is_known(row["prescribed_mg"]) and row["prescribed_mg"] != row["dose_mg"]:
        return f"{taken}, prescribed {row['prescribed_mg']:g}{NB}mg"
    return taken


def say_effect(row: Row) -> str:
    """Held 13 min, swallowed; onset 21, peak 57, end 193 min."""
    held = [f"held {row['hold_min']:g}{NB}min"] if is_known(row["hold_min"]) else []
    if is_known(row["swallowed"]):
        held.append("swallowed" if row["swallowed"] else f"not{NB}swallowed")
    names = (("onset", "onset_min"), ("peak", "peak_min"), ("end", "effect_end_min"))
    times = [f"{name}{NB}{row[column]:g}" for name, column in names if is_known(row[column])]
    said = [", ".join(held), f"{', '.join(times)}{NB}min" if times else ""]
    return "; ".join(part for part in said if part) or UNKNOWN


def say_pressure(row: Row) -> str:
    """130/65 before, 146/64 at 40 min, 132/66 at 120 min."""
    when = (("pre", "before"), ("40", f"at{NB}40{NB}min"), ("120", f"at{NB}120{NB}min"))
    said = [
        f"{_reading(row, f'sbp_{name}_mmhg')}/{_reading(row, f'dbp_{name}_mmhg')}{NB}{words}"
        for name, words in when
        if is_known(row[f"sbp_{name}_mmhg"]) or is_known(row[f"dbp_{name}_mmhg"])
    ]
    return ", ".join(said) or UNKNOWN


def _reading(row: Row, column: str) -> str:
    return f"{row[column]:g}" if is_known(row[column]) else "?"


def say_pulse(row: Row) -> str:
    pulse = f"{row['heart_rate_pre_bpm']:g}{NB}/min" if is_known(row["heart_rate_pre_bpm"]) else ""
    oxygen = f"{row['spo2_min_pct']:g}{NB}%" if is_known(row["spo2_min_pct"]) else ""
    return ", ".join(part for part in (pulse, oxygen) if part) or UNKNOWN


def say_mind(row: Row) -> str:
    """MOAA/S 4 of 5, dissociation 2 of 10."""
    sedation = f"MOAA/S{NB}{row['sedation_moaas']}{NB}of{NB}5" if is_known(row["sedation_moaas"]) else ""
    dissociation = (
        f"dissociation {row['dissociation_0_10']:g}{NB}of{NB}10" if is_known(row["dissociation_0_10"]) else ""
    )
    return ", ".join(part for part in (sedation, dissociation) if part) or UNKNOWN


def say_supervision(row: Row) -> str:
    """Whether the adult was there, whether the clinic was in contact."""
    present = row["supervisor_present"]
    there = ("adult present" if present else "no adult present") if is_known(present) else ""
    contact = say_contact(row["telehealth_contact"]) if is_known(row["telehealth_contact"]) else ""
    return ", ".join(part for part in (there, contact) if part) or UNKNOWN


def say_number(value: Any) -> str:
    return f"{value:g}" if is_known(value) else UNKNOWN


def say_mg(value: Any) -> str:
    return f"{value:g}{NB}mg" if is_known(value) else UNKNOWN


_OBSERVED = {"weight_kg": "Weight, kg", "alt_u_l": "ALT, U/L", "ggt_u_l": "GGT, U/L"}


def say_kind(value: Any) -> str:
    """What was observed; a name of the file's own is read as it is."""
    words = str(value).replace("_", " ")
    return _OBSERVED.get(str(value), capitalise(words))


def say_contact(value: Any) -> str:
    words = {"pre": "contact before", "during": "contact during", "post": "contact after"}
    return words.get(value, UNKNOWN) if is_known(value) else UNKNOWN


def say_tags(value: Any) -> str:
    """relief, new perspective: what a list of the file holds."""
    parts = str(value).split(";") if is_known(value) else []
    return ", ".join(part.strip().replace("_", " ") for part in parts if part.strip()) or "no tag recorded"


def say_yes_no(value: Any) -> str:
    if not is_known(value):
        return UNKNOWN
    return "yes" if value else "no"


def say_text(value: Any) -> str:
    return str(value) if is_known(value) and value else UNKNOWN


def say_severity(value: Any) -> str:
    """An event whose severity nobody wrote down is not a mild one."""
    return str(value) if is_known(value) else "severity not recorded"


def say_minutes(value: Any) -> str:
    return f"{value:g}{NB}min" if is_known(value) else UNKNOWN
