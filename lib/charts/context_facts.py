"""What happened around the treatment: free events and medications, and which of them a range of dates shows."""

from dataclasses import dataclass
from datetime import datetime

from lib.charts.records import LifeEvent, Medication, Record
from lib.charts.safety_facts import Finding
from lib.charts.stagger import Placed, stagger
from lib.charts.text import lines, plain
from lib.charts.time_axis import TimeAxis
from lib.clinical.wording import say_day

MOST_MEDICATIONS = 6
WORDS_LETTERS = 28


@dataclass(frozen=True)
class Bar:
    """A medication: `since` is None where it began before the first date, or nobody knows when."""

    since: datetime | None
    until: datetime | None
    words: str
    hover: str
    is_start_known: bool


@dataclass(frozen=True)
class Context:
    """placed: events with their rows; bars: medications, the latest begun first; n_hidden: medications without room."""

    placed: list[Placed]
    n_event_rows: int
    bars: list[Bar]
    n_hidden: int
    n_recorded: int


def gather_context(record: Record, time: TimeAxis) -> Context:
    """Events and medications that reach into the dates that are drawn."""
    events = [_find(event, time) for event in record.events if event.text]
    placed = stagger(events, time)
    taken = [one for one in record.medications if one.name and _reaches(one, time)]
    taken.sort(key=lambda one: one.on or datetime.min, reverse=True)
    n_rows = 1 + max((place.row for place in placed), default=-1)
    bars = [_draw_bar(one, time) for one in taken[:MOST_MEDICATIONS]]
    n_recorded = len(events) + len(record.medications)
    return Context(placed, n_rows, bars, len(taken) - len(bars), n_recorded)


def _find(event: LifeEvent, time: TimeAxis) -> Finding:
    hover = lines(f"<b>{plain(event.text)}</b>", f"{say_day(event.on)} · {time.say_day_of_course(event.on)}")
    return Finding(event.on, "diamond-open", plain(event.text, WORDS_LETTERS), hover, 1)


def _reaches(medication: Medication, time: TimeAxis) -> bool:
    """One that ended before the first date is of no use here; one without an end is being taken."""
    has_begun = medication.on is None or medication.on <= time.until
    return has_begun and (medication.ended_on is None or medication.ended_on >= time.start)


def _draw_bar(medication: Medication, time: TimeAxis) -> Bar:
    name = plain(medication.name, WORDS_LETTERS)
    kind = f" ({plain(medication.class_, 16)})" if medication.class_ else ""
    begun = "start not recorded" if medication.on is None else f"since {say_day(medication.on)}"
    end = medication.ended_on
    # An end that lies ahead has been planned, and nothing is drawn beyond the day that is asked about.
    has_ended = end is not None and end <= time.until
    ended = f", ended {say_day(end)}" if has_ended and end is not None else ""
    is_shown = medication.on is not None and medication.on >= time.start
    return Bar(
        medication.on if is_shown else None,
        end if has_ended else None,
        f"{name}{kind} {begun}{ended}",
        lines(f"<b>{name}</b>{kind}", f"{begun}{ended or ', no end recorded'}"),
        medication.on is not None,
    )
