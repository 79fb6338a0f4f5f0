"""The section Dosing sessions: every session, one of them opened, its adverse events, and the practices around it."""

from collections.abc import Sequence
from types import MappingProxyType

from lib.services.patients import PatientPage
from lib.ui import display
from lib.ui import record_cells as cells
from lib.ui.adverse_events import EVENTS, describe_events
from lib.ui.counting_doses import Doses
from lib.ui.drawn_once import make_once
from lib.ui.patient_tables import Table, show_records
from lib.ui.practices import PRACTICES, describe_practices
from lib.ui.session_detail import show_chosen_session
from lib.ui.wording import is_known

SESSIONS = Table(
    "Dosing sessions",
    "session",
    MappingProxyType(
        {
            "Date": (80, "In the clinic's time", cells.say_moment),
            "Session": (54, "Its number among the sessions that count in its course", cells.say_session),
            "Dose": (80, "Taken; prescribed where it differs", cells.say_dose),
            "Held, effect": (
                126,
                "Minutes in the mouth; minutes from the dose to each effect",
                cells.say_effect,
            ),
            "BP, mmHg": (120, "Blood pressure before the dose and after it", cells.say_pressure),
            "Pulse, SpO₂": (66, "Before the dose; the lowest seen", cells.say_pulse),
            "Supervision": (92, "Supervising adult; contact of the clinic, and when", cells.say_supervision),
            "Sedation": (88, "MOAA/S: 5 is alert. Dissociation as rated by the patient", cells.say_mind),
        }
    ),
    display.WRAPPED,
)
NOTES = Table(
    "Session notes",
    "note",
    MappingProxyType(
        {
            "Date": (160, "In the clinic's time", cells.say_moment),
            "Note": (600, None, lambda row: cells.say_text(row["note"])),
        }
    ),
)


def show_sessions(page: PatientPage) -> None:
    """Dosing sessions, the opened one under them; notes, adverse events and practices where there are any."""
    history, rows = page.history, page.history.session_rows
    events, practices = make_once(page, "around sessions", lambda: _describe_around(page))
    show_records(page, SESSIONS, rows, kind="dosing_sessions", frame=history.dosing_sessions, opens="session")
    show_chosen_session(page, events, practices)
    if noted := [row for row in rows if is_known(row["note"])]:
        show_records(page, NOTES, noted)
    words = ("of_session", "resolved")
    show_records(page, EVENTS, events, kind="adverse_events", frame=history.adverse_events, words=words)
    beside = history.integration_events
    show_records(page, PRACTICES, practices, kind="integration_events", frame=beside, words=("window",))


def _describe_around(page: PatientPage) -> tuple[Sequence[cells.Row], Sequence[cells.Row]]:
    doses = Doses.of(page.history)
    return describe_events(page, doses), describe_practices(page, doses)
