"""Known on: the clinic's records as they were known on a day, and why a patient's flags of that day were not what they are now.

known_on is a date of knowledge, as_of one of events: they are two arguments, and never mixed (docs/glossary.md).
"""

from datetime import date

from lib.clinical.wording import say_day
from lib.services import _clock
from lib.services._refresh import refresh
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store.engine import Store, StoreError
from lib.store.known import Knowledge, StoreAsKnown
from lib.store.records import read_clinics


@permitted(Permission.SEE_PATIENTS)
def open_as_known(actor: Actor, store: Store, on: date) -> Store:
    """What was known at the end of a day by the clinic's time, or by UTC where clinics have several; every service reads it as
    it reads the store itself, and none writes to it. Raises StoreError for a day that is not over."""
    with store.read() as connection:
        zones = set(read_clinics(connection)["time_zone"])
        now_on = today(connection)
    if on >= now_on:
        raise StoreError(f"{say_day(on)} is not over yet: choose a day before {say_day(now_on)}.")
    zone = zones.pop() if len(zones) == 1 else "UTC"
    known = StoreAsKnown(store, Knowledge(on, _clock.day_number(on), _clock.end_of_day(on, zone)))
    with known.filling() as connection:
        refresh(connection, on, None)
    return known
