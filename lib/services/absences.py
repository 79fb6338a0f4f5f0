"""Leave cover: who looks after somebody's flags while they are away."""

import json
from dataclasses import dataclass
from datetime import date

import pandas as pd

from lib.clinical.flag_cover import absences_of
from lib.services import _clock
from lib.services._audit import Act, writing
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import derived, flag_life
from lib.store.engine import Store, StoreError, Transaction


@dataclass(frozen=True)
class Absence:
    """Who is away and who stands in, both days included. cover: "" where an absence is taken back."""

    absent: str
    cover: str
    from_on: date | None
    to_on: date | None


@permitted(Permission.HANDLE_FLAGS)
def set_absence(actor: Actor, store: Store, absence: Absence) -> None:
    """Enter an absence; the one that was entered last holds. Raises StoreError with what is missing."""
    if not absence.absent.strip() or not absence.cover.strip():
        raise StoreError("Say who is away, and who stands in.")
    if absence.absent.strip() == absence.cover.strip():
        raise StoreError("Nobody stands in for themselves.")
    _add(actor, store, absence)


@permitted(Permission.HANDLE_FLAGS)
def end_absence(actor: Actor, store: Store, absent: str, to_on: date) -> None:
    """Somebody is back, from today on. to_on: the last day of the absence that is taken back."""
    with store.read() as connection:
        day = today(connection)
    _add(actor, store, Absence(absent, "", day, to_on))


def _add(actor: Actor, store: Store, absence: Absence) -> None:
    if absence.from_on is None or absence.to_on is None:
        raise StoreError("Say from which day to which day.")
    from_day, to_day = _clock.day_number(absence.from_on), _clock.day_number(absence.to_on)
    with writing(actor, store, Act.ABSENCE) as connection:
        if to_day < max(from_day, _clock.day_number(today(connection))):
            raise StoreError("The last day lies before the first one, or has passed.")
        who = {"absent": absence.absent.strip(), "cover": absence.cover.strip()}
        clinics = None if actor.clinics is None else json.dumps(sorted(actor.clinics))
        values = {**who, "from_day": from_day, "to_day": to_day, "clinics": clinics}
        written = {"actor": actor.name, "happened_at": _clock.seconds(_clock.now())}
        flag_life.add_absence(connection, values | written)


@permitted(Permission.HANDLE_FLAGS)
def read_absences(actor: Actor, store: Store) -> pd.DataFrame:
    """Who is away now or will be, as it was entered last for each person and day: absent, cover, from_on, to_on (dates). Told to
    whoever shares a clinic with whoever entered it."""
    with store.read() as connection:
        entered = _read_own(connection, actor)
        day = _clock.day_number(today(connection))
    last = entered.drop_duplicates("absent", keep="last")
    ahead = last[(last["to_day"] >= day) & (last["cover"] != "")]
    dates = {
        f"{name}_on": pd.to_datetime(ahead[f"{name}_day"].astype("int64"), unit="D")
        for name in ("from", "to")
    }
    return ahead[["absent", "cover"]].assign(**dates).reset_index(drop=True)


@permitted(Permission.HANDLE_FLAGS)
def read_colleagues(actor: Actor, store: Store) -> list[str]:
    """Names to hand a flag over to: who has done something about a flag of the actor's clinics, who owns one, and the actor."""
    with store.read() as connection:
        events = derived.read_flag_events(connection, None)
        if (scope := clinic_keys(connection, actor)) is not None:
            events = events[events["clinic_key"].isin(scope)]
        absences = _read_own(connection, actor)
    named = [
        *events["actor"],
        *events["to_actor"].dropna(),
        *absences["absent"],
        *absences["cover"],
        actor.name,
    ]
    return sorted({str(name) for name in named if name})


def _read_own(connection: Transaction, actor: Actor) -> pd.DataFrame:
    """Absences that somebody of one of the actor's clinics entered, or somebody of all clinics."""
    entered = flag_life.read_absences(connection)
    return entered if actor.clinics is None else absences_of(actor.clinics, entered)
