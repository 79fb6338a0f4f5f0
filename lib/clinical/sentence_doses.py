"""The dosing half of the sentence on a course: sessions taken of those recorded, the last dose, and blood pressure."""

from collections.abc import Sequence
from datetime import date

from lib.clinical.plain_rows import Row
from lib.clinical.pressure import MOMENTS, PressureLimits, Reading, find_high_readings, say_reading
from lib.clinical.sentence_rows import known
from lib.clinical.wording import say_day


def describe_doses(course: Sequence[Row], as_of: date) -> str:
    """course: the rows of select_course."""
    taken = [row for row in course if row["counts"]]
    if not taken:
        return f"no dose taken yet{_say_not_taken(course)}"
    last = taken[-1]
    number = known(last, "course") or 1
    where = f" of course {number}" if number > 1 else ""
    plural = "s" * (len(course) != 1)
    return (
        f"{len(taken)} of {len(course)} recorded dosing session{plural}{where} taken{_say_not_taken(course)}, "
        f"last dose {_say_dose(last)} on {say_day(last['on'])} ({(as_of - last['on'].date()).days} days ago)"
    )


def _say_not_taken(course: Sequence[Row]) -> str:
    counts = {status: sum(row["status"] == status for row in course) for status in ("missed", "planned")}
    said = ", ".join(f"{n} {status}" for status, n in counts.items() if n)
    return f" ({said})" if said else ""


def _say_dose(row: Row) -> str:
    per_kg, prescribed = known(row, "dose_mg_per_kg"), known(row, "prescribed_mg")
    weight = f" ({per_kg:.1f} mg/kg)" if per_kg is not None else ""
    other = f" of {prescribed:g} mg prescribed" if prescribed not in (None, row["dose_mg"]) else ""
    partly = ", partly taken," if row["status"] == "partial" else ""
    return f"{row['dose_mg']:g} mg{weight}{other}{partly}"


def describe_pressure(course: Sequence[Row], limits: PressureLimits, *, is_all: bool) -> str:
    """The last reading before a dose, and what of the course is over a limit; missing is never in range. is_all: no flag is open
    on a reading that was corrected or taken back."""
    taken = [row for row in course if row["counts"]]
    if not taken:
        return ""
    measured = [row for row in taken if has_pressure(row)]
    if not measured and not any(_is_known(reading) for row in taken for reading in read_pressures(row)):
        return "blood pressure not recorded"
    high = _say_high(taken, measured, limits, "recorded reading" if is_all else "reading that stands now")
    return f"{_say_last(taken, measured)}, {high}"


def has_pressure(row: Row) -> bool:
    return known(row, "sbp_pre_mmhg") is not None and known(row, "dbp_pre_mmhg") is not None


def has_pressure_after(row: Row) -> bool:
    """A whole reading at one of the moments after the dose."""
    return any(
        systolic is not None and diastolic is not None for _, systolic, diastolic in read_pressures(row)[1:]
    )


def read_pressures(row: Row) -> list[Reading]:
    return [
        (when, known(row, f"sbp_{moment}_mmhg"), known(row, f"dbp_{moment}_mmhg"))
        for moment, when in MOMENTS.items()
    ]


def _is_known(reading: Reading) -> bool:
    return reading[1] is not None or reading[2] is not None


def _say_last(taken: Sequence[Row], measured: Sequence[Row]) -> str:
    if not measured:
        return "blood pressure before a dose not recorded"
    last = measured[-1]
    words = f"{last['sbp_pre_mmhg']:.0f}/{last['dbp_pre_mmhg']:.0f} mmHg on {say_day(last['on'])}"
    if last is not taken[-1]:
        return f"blood pressure not recorded before the latest dose (last known {words})"
    return f"last blood pressure before a dose {words}"


def _say_high(taken: Sequence[Row], measured: Sequence[Row], limits: PressureLimits, what: str) -> str:
    """The latest session with a reading to be named; else that none was, among how many. what: which readings these are."""
    high = [(row, found) for row in taken if (found := find_high_readings(read_pressures(row), limits))]
    limit = f"limit {limits}, rise {limits.rise_systolic}/{limits.rise_diastolic}"
    if not high:
        return f"no {what} over a limit ({limit}; recorded before {len(measured)} of {len(taken)} doses)"
    row, found = high[-1]
    readings = " and ".join(say_reading(reading) for reading in found)
    which = "the latest session" if row is taken[-1] else f"the session of {say_day(row['on'])}"
    return f"over a limit in {len(high)} of {len(taken)} sessions, last in {which}: {readings} ({limit})"
