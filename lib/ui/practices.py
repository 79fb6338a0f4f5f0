"""Integration practices, and whether each fell into the hours after a dose that the policy names."""

from types import MappingProxyType

from lib.clinical.integration import DAY_KNOWN_ONLY, IN_WINDOW, classify_practices
from lib.clinical.moments import moments_of
from lib.clinical.plain_rows import Row
from lib.clinical.wording import say_day
from lib.services.patients import PatientPage
from lib.ui import display
from lib.ui import record_cells as cells
from lib.ui.counting_doses import Doses
from lib.ui.patient_tables import Table
from lib.ui.wording import is_known

PRACTICES = Table(
    "Integration practices",
    "integration practice",
    MappingProxyType(
        {
            "Date": (120, "In the clinic's time", cells.say_moment),
            "Practice": (90, None, lambda row: cells.say_text(row["practice"])),
            "Length": (80, None, lambda row: cells.say_minutes(row["minutes"])),
            "Tags": (190, "What the patient said of it", lambda row: cells.say_tags(row["tags"])),
            "Window": (200, "Hours after a dose that counts", lambda row: row["window"]),
        }
    ),
    display.WRAPPED,
)


def describe_practices(page: PatientPage, doses: Doses) -> list[Row]:
    """The rows of the patient's practices with window (words) and session (the record of the dose in whose window they fell, or
    may have; None where there is none)."""
    if not page.history.practice_rows:
        return []
    limits = page.policy.display
    hours = (limits.plasticity_from_h, limits.plasticity_to_h)
    found = classify_practices(moments_of(page.history.integration_events), doses.moments, *hours)
    each = zip(page.history.practice_rows, found.place.tolist(), map(doses.find, found.session), strict=True)
    return [
        {**practice, "window": _say_window(place, dose, hours), "session": dose and dose["record"]}
        for practice, place, dose in each
    ]


def _say_window(place: str, session: Row | None, hours: tuple[int, int]) -> str:
    """In the 24–72 h window of session 3, 20 Nov 2026."""
    window = f"the {hours[0]}–{hours[1]} h window"
    if session is None:
        return f"outside {window} of any dose"
    number = f"session {session['number']}, " if is_known(session["number"]) else ""
    of = f"of {number}{say_day(session['on'])}"
    if place == IN_WINDOW:
        return f"in {window} {of}"
    return f"{DAY_KNOWN_ONLY}: perhaps in {window} {of}"
