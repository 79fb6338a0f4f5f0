"""Adverse events of a patient: which session each belongs to, and when it was over against that session's own protocol."""

from types import MappingProxyType

from lib.clinical.moments import moments_of
from lib.clinical.plain_rows import Row
from lib.clinical.protocols import NO_PROTOCOL, Protocol, find_protocol
from lib.clinical.resolution import Resolution, expected_resolution, judge_resolution
from lib.clinical.session_events import find_sessions
from lib.clinical.wording import say_day
from lib.services.patients import PatientPage
from lib.ui import display
from lib.ui import record_cells as cells
from lib.ui.counting_doses import Doses
from lib.ui.patient_tables import Table
from lib.ui.wording import is_known

EVENTS = Table(
    "Adverse events",
    "event",
    MappingProxyType(
        {
            "Date": (100, "When it began, in the clinic's time", cells.say_moment),
            "Event": (120, None, lambda row: cells.say_text(row["term"])),
            "Severity": (96, None, lambda row: cells.say_severity(row["severity"])),
            "Serious": (76, None, lambda row: cells.say_yes_no(row["is_serious"])),
            "Onset; duration": (
                104,
                "Onset: minutes from the dose",
                lambda row: (
                    f"{cells.say_minutes(row['onset_min'])}; {cells.say_minutes(row['duration_min'])}"
                ),
            ),
            "Resolved": (
                170,
                "Onset and duration together, against the expected end of the protocol that the session names",
                lambda row: row["resolved"],
            ),
            "Action; outcome": (
                120,
                None,
                lambda row: f"{cells.say_text(row['action_taken'])}; {cells.say_text(row['outcome'])}",
            ),
            "Session": (90, "The last dose begun before it", lambda row: row["of_session"]),
        }
    ),
    display.WRAPPED,
)


def describe_events(page: PatientPage, doses: Doses) -> list[Row]:
    """The rows of the patient's adverse events with session (its record; None where there is none), of_session and resolved
    (words)."""
    if not page.history.event_rows:
        return []
    found = find_sessions(moments_of(page.history.adverse_events), doses.moments)
    return [
        {
            **event,
            "session": dose and dose["record"],
            "of_session": _say_session(dose) if dose else "no dose before it",
            "resolved": _say_resolved(page, event, dose),
        }
        for event, dose in zip(page.history.event_rows, map(doses.find, found), strict=True)
    ]


def _say_session(session: Row) -> str:
    number = f"no. {session['number']}, " if is_known(session["number"]) else ""
    return f"{number}{say_day(session['on'])}"


def _say_resolved(page: PatientPage, event: Row, session: Row | None) -> str:
    protocol = find_protocol(page.protocols, session["protocol"]) if session else None
    onset, duration = (
        float(event[name]) if is_known(event[name]) else None for name in ("onset_min", "duration_min")
    )
    return say_resolution(judge_resolution(onset, duration, protocol))


def say_resolution(resolution: Resolution) -> str:
    """190 min after the dose: within the expected time."""
    if resolution.resolved_min is None:
        return "not known: onset or duration not recorded"
    when = f"{resolution.resolved_min:g} min after the dose"
    return (
        f"{when}: {resolution.verdict}" if resolution.expected else f"{when}; no expected end to compare with"
    )


def say_expected(protocol: Protocol | None) -> str:
    """What the protocol of a session expects, in its page's words."""
    expected = expected_resolution(protocol)
    if protocol is None or expected is None:
        return f"Expected end: {NO_PROTOCOL if protocol is None else 'not stated by the protocol'}; not compared."
    return (
        f"Expected end by the protocol “{protocol.title}” ({protocol.source}): {expected.low:g}–{expected.high:g} min after the "
        f"dose. The page's words: “{expected.quote}”"
    )
