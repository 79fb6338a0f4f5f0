"""A stored record in words: which one it is, what it says, who said it."""

from datetime import date

from lib.clinical.frames import KINDS
from lib.services.entries import StoredRecord
from lib.ui import wording
from lib.ui.entry_fields import label_of


def say_record(stored: StoredRecord) -> str:
    """PHQ-9 of 19 Mar 2026, 09:05: what the record is known by."""
    kind = KINDS[stored.kind]
    event = kind.event_column
    names = [
        stored.cells[column.name] for column in kind.key if column != event and column.name in stored.cells
    ]
    when = say_moment(stored.cells.get(event.name, "")) if event else ""
    return f"{', '.join(names) or stored.kind.replace('_', ' ').removesuffix('s')} of {when}"


def say_moment(text: str) -> str:
    """19 Mar 2026, 09:05, from a moment as a file spells it."""
    day, _, time = text.partition("T")
    said = wording.say_date(date.fromisoformat(day)) if day else "no date"
    return f"{said}, {time}" if time else said


def say_contents(stored: StoredRecord) -> str:
    """Everything else that it says, with what each value is."""
    key = {column.name for column in KINDS[stored.kind].key}
    instrument = stored.cells.get("instrument", "")
    said = [
        f"{label_of(stored.kind, name, instrument)}: {text}"
        for name, text in stored.cells.items()
        if name not in key
    ]
    return " · ".join(said) or "It says nothing else."


def say_origin(stored: StoredRecord) -> str:
    """Version 2, by dr-test, 20 Mar 2026, 12:00 UTC (entered by hand)."""
    return f"Version {stored.version}, by {stored.said_by}, {wording.say_instant(stored.said_at)} ({stored.file_name})"
