"""Identities that may be one person, side by side; what a merge would change; and saying that they are two people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.clinical.frames import KINDS
from lib.clinical.rules.catalogue import RULES, SEVERITIES
from lib.clinical.same_people import find_alike
from lib.services import _clock
from lib.services._audit import Act, name_pair, writing
from lib.services._drawn import find_person
from lib.services._joining import DrawnPair, join_identities
from lib.services._quality_records import TAKEN_BACK, TWO_PEOPLE, read_people, read_two_people
from lib.services._scope import clinic_keys
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError
from lib.store import derived
from lib.store import quality as store_quality
from lib.store.counting import count_records
from lib.store.engine import Store, StoreError, Transaction

_ABOUT = ("initials", "birth_date", "birth_year", "sex", "clinician_id", "died_on")


@dataclass(frozen=True)
class Side:
    """One of two identities. about: what patients.csv says of it; records: kind -> (how many, first day, last day; None: no
    date); flags: the open ones, in words."""

    patient_key: int
    patient_id: str
    clinic_id: str
    about: Mapping[str, Any]
    records: Mapping[str, tuple[int, int | None, int | None]]
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What a merge would change: rows that would move, by table, and the open flags of whoever remains, before and after."""

    moved: Mapping[str, int]
    before: tuple[str, ...]
    after: tuple[str, ...]


@permitted(Permission.MERGE_PATIENTS)
def read_candidates(actor: Actor, store: Store) -> pd.DataFrame:
    """Pairs in the actor's clinics that look like one person and of which nobody has said that they are two: first, second
    (keys), first_id, second_id, first_clinic, second_clinic, what."""
    with store.read() as connection:
        people = read_people(connection, clinic_keys(connection, actor))
        pairs = find_alike(people, read_two_people(connection))
    names = people.set_index("patient")
    said = {
        f"{place}_{name}": pairs[place].map(names[column]).astype(object)
        for place in ("first", "second")
        for name, column in (("id", "patient_id"), ("clinic", "clinic_id"))
    }
    return pairs[["first", "second", "what"]].assign(**said)


@permitted(Permission.MERGE_PATIENTS)
def read_sides(actor: Actor, store: Store, first: int, second: int) -> tuple[Side, Side]:
    """Both identities with what is known of them. Raises NotFoundError, as for every patient who is not the actor's."""
    with store.read() as connection:
        people = read_people(connection, clinic_keys(connection, actor)).set_index("patient")
        return _read_side(connection, actor, people, first), _read_side(connection, actor, people, second)


def _read_side(connection: Transaction, actor: Actor, people: pd.DataFrame, key: int) -> Side:
    person = find_person(connection, actor, key)
    said = people.loc[key, list(_ABOUT)].to_dict()
    about = {str(name): value for name, value in said.items() if not pd.isna(value)}
    records = {kind: count_records(connection, kind, key) for kind in KINDS if kind != "patients"}
    seen = {kind: counted for kind, counted in records.items() if counted[0]}
    return Side(key, person.patient_id, person.clinic_id, about, seen, _name_flags(connection, key))


def _name_flags(connection: Transaction, key: int) -> tuple[str, ...]:
    flags = derived.read_open_flags(connection, None, [key]).sort_values("severity", ascending=False)
    pairs = zip(flags["rule"], flags["severity"], strict=True)
    return tuple(f"{RULES[rule].label} ({SEVERITIES[severity]})" for rule, severity in pairs)


@permitted(Permission.MERGE_PATIENTS)
def preview_merge(actor: Actor, store: Store, from_key: int, into_key: int, drawn: DrawnPair) -> Preview:
    """What merging.merge_patients would do, done in full and taken back. Raises as it does."""
    with store.trial() as connection:
        before = _name_flags(connection, into_key)
        moved = {kind: count_records(connection, kind, from_key)[0] for kind in KINDS if kind != "patients"}
        join_identities(connection, actor, (from_key, into_key), drawn, "a preview")
        after = _name_flags(connection, into_key)
    return Preview({kind: n for kind, n in moved.items() if n}, before, after)


@permitted(Permission.MERGE_PATIENTS)
def say_two_people(actor: Actor, store: Store, pair: tuple[int, int], why: str) -> None:
    """Remember that two who look alike are two. Raises StoreError without a reason, NotFoundError as for every patient."""
    if not why.strip():
        raise StoreError("Say what tells these two apart.")
    with writing(actor, store, Act.TELL_APART, **name_pair(pair)) as connection:
        _add_verdict(connection, actor, sorted(pair), TWO_PEOPLE, why.strip())


@permitted(Permission.MERGE_PATIENTS)
def take_back_two_people(actor: Actor, store: Store, pair: tuple[int, int]) -> None:
    """The two are asked about again."""
    with writing(actor, store, Act.ALIKE_AGAIN, **name_pair(pair)) as connection:
        if tuple(sorted(pair)) not in read_two_people(connection):
            raise NotFoundError("Nobody says of these that they are two people any more.")
        _add_verdict(connection, actor, sorted(pair), TAKEN_BACK, "")


@permitted(Permission.MERGE_PATIENTS)
def read_told_apart(actor: Actor, store: Store) -> pd.DataFrame:
    """Pairs in the actor's clinics that are two people, as somebody said, the newest first: first, second, first_id, second_id,
    why, by, at (UTC epoch seconds)."""
    with store.read() as connection:
        rows = store_quality.read_verdicts(connection)
        people = read_people(connection, clinic_keys(connection, actor)).set_index("patient")["patient_id"]
    rows = rows[(rows["event"] == TWO_PEOPLE) & rows["first_key"].isin(people.index)]
    rows = rows[rows["second_key"].isin(people.index)].iloc[::-1].reset_index(drop=True)
    return pd.DataFrame(
        {
            "first": rows["first_key"],
            "second": rows["second_key"],
            "first_id": rows["first_key"].map(people).astype(object),
            "second_id": rows["second_key"].map(people).astype(object),
            "why": rows["reason"],
            "by": rows["actor"],
            "at": rows["happened_at"],
        }
    )


def _add_verdict(connection: Transaction, actor: Actor, pair: list[int], event: str, why: str) -> None:
    for key in pair:
        find_person(connection, actor, key)
    values = {"first_key": pair[0], "second_key": pair[1], "event": event, "reason": why, "actor": actor.name}
    store_quality.add_verdict(connection, {**values, "happened_at": _clock.seconds(_clock.now())})
