"""What the session and safety lane puts into words: each finding with its shape, its words and how much it presses."""

from dataclasses import dataclass
from datetime import datetime

from lib.charts.options import ChartOptions
from lib.charts.records import AdverseEvent, Record, Session
from lib.charts.text import lines, plain, say_moment
from lib.charts.time_axis import TimeAxis

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
    systolic, diastolic = options.blood_pressure_limit
    return (
        f"BP ≥{systolic}/{diastolic}, MOAA/S ≤{options.sedation_at}, dissociation ≥{options.dissociation_from}, "
        "vomiting, AE beyond mild, no supervisor"
    )


def _of_session(session: Session, options: ChartOptions, time: TimeAxis) -> list[Finding]:
    """Blood pressure at or over the limit, sedation, strong dissociation, and the supervisor recorded as absent."""
    found = []
    moment = f"{say_moment(session.at, session.is_time_known)} · {time.say_day_of_course(session.at)}"
    limit = options.blood_pressure_limit
    pressure = say_high_pressure(session, limit)
    if pressure:
        hover = lines(f"<b>{pressure}</b> mmHg", f"limit {limit[0]}/{limit[1]}", moment)
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


def say_high_pressure(session: Session, limit: tuple[int, int]) -> str:
    """The highest reading at or over the limit; nothing where none is, or none was recorded."""
    over = [
        ((sbp or 0, dbp or 0), when)
        for when, sbp, dbp in session.pressures
        if (sbp is not None and sbp >= limit[0]) or (dbp is not None and dbp >= limit[1])
    ]
    if not over:
        return ""
    (sbp, dbp), when = max(over, key=lambda reading: reading[0])
    words = f"BP {f'{sbp:.0f}' if sbp else '?'}/{f'{dbp:.0f}' if dbp else '?'}"
    return words if when == "before the dose" else f"{words} {when}"


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
