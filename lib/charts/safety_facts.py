"""What the session and safety lane puts into words: each finding with its shape, its words and how much it presses."""

from dataclasses import dataclass
from datetime import datetime

from lib.charts.options import ChartOptions
from lib.charts.records import AdverseEvent, Record, Session
from lib.charts.text import lines, plain, say_moment
from lib.charts.time_axis import TimeAxis
from lib.clinical.pressure import PressureLimits, find_high_readings, say_reading

TERM_LETTERS = 24
# A dose that may have left the body is named however mild the event was called.
ALWAYS_NAMED = "vomiting"


@dataclass(frozen=True)
class Finding:
    """`urgency` decides who gets words when there is room for few: the larger first."""

    at: datetime
    symbol: str
    words: str
    hover: str
    urgency: int


def find_concerns(record: Record, options: ChartOptions, time: TimeAxis) -> list[Finding]:
    """Everything that the lane names, oldest first."""
    found = [
        *(finding for session in record.sessions for finding in _of_session(session, options, time)),
        *(_of_adverse_event(event, time) for event in record.adverse_events if _is_named(event)),
    ]
    return sorted(found, key=lambda finding: finding.at)


def say_named(options: ChartOptions) -> str:
    """What is looked for, in the order in which it presses."""
    limits = options.pressure
    high = f"BP ≥{limits} or up {limits.rise_systolic}/{limits.rise_diastolic}"
    mind = f"MOAA/S ≤{options.sedation_at}, dissociation ≥{options.dissociation_from}"
    return f"{high}, {mind}, vomiting, AE beyond mild, no supervisor"


def _say_limits(options: ChartOptions) -> str:
    limits = options.pressure
    return f"limit {limits}, rise after the dose {limits.rise_systolic}/{limits.rise_diastolic}"


def _of_session(session: Session, options: ChartOptions, time: TimeAxis) -> list[Finding]:
    """Blood pressure at or over the limit, sedation, strong dissociation, and the supervisor recorded as absent."""
    found = []
    moment = f"{say_moment(session.at, session.is_time_known)} · {time.say_day_of_course(session.at)}"
    pressure = say_high_pressure(session, options.pressure)
    if pressure:
        every = ", ".join(
            say_reading(reading) for reading in session.pressures if reading[1:] != (None, None)
        )
        hover = lines(f"<b>{pressure}</b> mmHg", f"all readings: {every}", _say_limits(options), moment)
        found.append(Finding(session.at, "triangle-up", pressure, hover, 4))
    if session.sedation_moaas is not None and session.sedation_moaas <= options.sedation_at:
        text = f"sedation MOAA/S {session.sedation_moaas:g}"
        hover = lines(f"<b>{text}</b> (5 awake, 0 unresponsive)", moment)
        found.append(Finding(session.at, "square", text, hover, 5))
    if session.dissociation_0_10 is not None and session.dissociation_0_10 >= options.dissociation_from:
        text = f"dissociation {session.dissociation_0_10:g}/10"
        hover = lines(f"<b>{text}</b>, as rated; named from {options.dissociation_from}", moment)
        found.append(Finding(session.at, "hourglass", text, hover, 2))
    if session.supervisor_present is False:
        hover = lines("<b>no supervisor</b> recorded as present", moment)
        found.append(Finding(session.at, "circle-open", "no supervisor", hover, 3))
    return found


def say_high_pressure(session: Session, limits: PressureLimits) -> str:
    """The reading over a limit that is highest; nothing where none is, or none was recorded."""
    over = find_high_readings(session.pressures, limits)
    if not over:
        return ""
    worst = max(over, key=lambda reading: (reading[1] or 0, reading[2] or 0))
    return f"BP {say_reading(worst)}".removesuffix(" before the dose")


def _is_named(event: AdverseEvent) -> bool:
    """Mild ones are left to the table, unless they are serious or vomiting; one without a severity is not mild."""
    is_vomiting = ALWAYS_NAMED in (event.term or "").casefold()
    return event.severity != "mild" or bool(event.is_serious) or is_vomiting


def _of_adverse_event(event: AdverseEvent, time: TimeAxis) -> Finding:
    severity = event.severity or "severity not recorded"
    graver = "serious, " if event.is_serious else ""
    text = f"{plain(event.term, TERM_LETTERS)}, {graver}{plain(severity)}"
    hover = lines(
        f"<b>{plain(event.term)}</b>, {graver}{plain(severity)}",
        f"{say_moment(event.at, event.is_time_known)} · {time.say_day_of_course(event.at)}",
        f"action: {plain(event.action_taken, 60)}" if event.action_taken else None,
        f"outcome: {plain(event.outcome, 60)}" if event.outcome else None,
    )
    return Finding(event.at, "diamond", text, hover, 6 if event.is_serious or severity == "severe" else 2)
