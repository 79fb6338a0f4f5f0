"""Adverse events of a patient: which session each belongs to, and when it was over against that session's own protocol."""

from types import MappingProxyType
from typing import Any

import pandas as pd

from lib.clinical.moments import moments_of
from lib.clinical.plain_rows import rows_of
from lib.clinical.protocols import NO_PROTOCOL, Protocol, find_protocol
from lib.clinical.resolution import Resolution, expected_resolution, judge_resolution
from lib.clinical.segments import NONE
from lib.clinical.session_events import find_sessions
from lib.clinical.wording import say_day
from lib.services.patients import PatientPage
from lib.ui import display
from lib.ui import record_cells as cells
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
_OF_SESSIONS = ("record", "on", "at", "is_time_known", "number", "protocol")


def describe_events(page: PatientPage) -> pd.DataFrame:
    """The patient's adverse events with session (its record; empty where there is none), of_session and resolved (words)."""
    events = page.history.adverse_events
    sessions = page.history.dosing_sessions
    counting = sessions.loc[sessions["counts"], list(_OF_SESSIONS)]
    found = find_sessions(moments_of(events), moments_of(counting))
    dosed = rows_of(counting)
    rows = [None if row == NONE else dosed[row] for row in found]
    pairs = list(zip(rows_of(events), rows, strict=True))
    return events.assign(
        session=pd.array([None if row is None else row["record"] for row in rows], dtype="Int64"),
        of_session=["no dose before it" if row is None else _say_session(row) for row in rows],
        resolved=[_say_resolved(page, event, row) for event, row in pairs],
    )


def _say_session(session: dict[Any, Any]) -> str:
    number = f"no. {session['number']}, " if is_known(session["number"]) else ""
    return f"{number}{say_day(session['on'])}"


def _say_resolved(page: PatientPage, event: dict[Any, Any], session: dict[Any, Any] | None) -> str:
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
