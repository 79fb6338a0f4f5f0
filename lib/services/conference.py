"""The case conference: what was said of each patient, and the minutes of a day."""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from lib.clinical.held_columns import tuples_of
from lib.services import _clock
from lib.services._audit import Act, writing
from lib.services._drawn import DrawnForm, check_person
from lib.services._people import read_people
from lib.services._reading import next_reading
from lib.services._reasons import OF_REASON, say_reason
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import decisions, derived
from lib.store.engine import Store, StoreError

DISCUSSED = "discussed"


@dataclass(frozen=True)
class Minutes:
    """rows, one a note, the oldest first: patient_key, patient_id, initials, clinic_id, happened_at, actor, note, and reasons (a
    list): why the patient stands in the queue as these minutes are read. reading: a number that no other reading has."""

    on: date
    rows: pd.DataFrame
    reading: int = field(default_factory=next_reading)


@permitted(Permission.ENTER_RECORDS)
def note_discussed(actor: Actor, store: Store, patient_key: int, note: str, drawn: DrawnForm) -> None:
    """Keep what was said of a patient. drawn: of the page on the screen. Raises StoreError without a note, and where the page was
    drawn for somebody else; NotFoundError for another clinic's patient and for nobody."""
    if not note.strip():
        raise StoreError("Write what was said, or agreed.")
    with writing(actor, store, Act.DISCUSS, patient_key=patient_key) as connection:
        person = check_person(connection, actor, patient_key, drawn)
        people = read_people(connection, actor, [person.patient_key])
        decisions.add_review_event(
            connection,
            {
                "patient_key": person.patient_key,
                "clinic_key": int(people.loc[person.patient_key, "clinic_key"]),
                "event": DISCUSSED,
                "note": note.strip(),
                "actor": actor.name,
                "happened_at": _clock.seconds(_clock.now()),
                "on_day": _clock.day_number(today(connection)),
            },
        )


@permitted(Permission.SEE_PATIENTS)
def read_minutes(actor: Actor, store: Store, on: date | None = None) -> Minutes:
    """What was said of the actor's patients on a day, by default today."""
    with store.read() as connection:
        day = on or today(connection)
        notes = decisions.read_review_events(connection, clinic_keys(connection, actor))
        notes = notes[(notes["event"] == DISCUSSED) & (notes["on_day"] == _clock.day_number(day))]
        people = read_people(connection, actor)
        flags = derived.read_open_flags(connection, None, notes["patient_key"].unique().tolist() or [-1])
    reasons: dict[int, list[str]] = {}
    flags = flags.sort_values("severity", ascending=False, kind="stable")
    for key, *said in tuples_of(flags, ("patient_key", *OF_REASON)):
        reasons.setdefault(int(key), []).append(say_reason(*said))
    names = people.loc[notes["patient_key"], ["patient_id", "initials", "clinic_id"]].reset_index(drop=True)
    rows = notes[["patient_key", "happened_at", "actor", "note"]].reset_index(drop=True).join(names)
    return Minutes(day, rows.assign(reasons=[reasons.get(int(key), []) for key in rows["patient_key"]]))
