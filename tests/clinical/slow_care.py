"""The records of care that the further rules read, for the slow twin: one class a kind, and what one day knows of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, time
from typing import Any


@dataclass(frozen=True)
class Event:
    """One line of adverse_events.csv; closed_on: when a named clinician closed the critical flag that it raised."""

    patient_id: str
    on: date
    term: str
    severity: str = ""
    is_serious: bool | None = None
    closed_on: date | None = None


@dataclass(frozen=True)
class Observation:
    patient_id: str
    on: date
    kind: str
    value: str


@dataclass(frozen=True)
class Medicine:
    patient_id: str
    name: str
    of_class: str
    started_on: date | None
    ended_on: date | None = None


@dataclass(frozen=True)
class Fill:
    """One line of dispensing.csv."""

    patient_id: str
    on: date
    tablets: float
    strength_mg: float | None


@dataclass(frozen=True)
class Order:
    patient_id: str
    on: date
    at: time | None
    interval_days: float | None


@dataclass(frozen=True)
class Practice:
    patient_id: str
    on: date


@dataclass(frozen=True)
class Person:
    """What patients.csv says beside the name."""

    patient_id: str
    dose_ceiling_mg: float | None = None
    in_person_on: date | None = None


@dataclass(frozen=True)
class Care:
    """All of a clinic, or of one patient."""

    events: tuple[Event, ...] = ()
    observations: tuple[Observation, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    fills: tuple[Fill, ...] = ()
    orders: tuple[Order, ...] = ()
    practices: tuple[Practice, ...] = ()
    people: tuple[Person, ...] = ()

    @property
    def patient_ids(self) -> set[str]:
        return {record.patient_id for kind in fields(self) for record in getattr(self, kind.name)}

    @property
    def person(self) -> Person:
        return self.people[0] if self.people else Person("")


def care_of(records: Iterable[Any]) -> Care:
    """Records of any kind, sorted into a Care."""
    kinds = (Event, Observation, Medicine, Fill, Order, Practice, Person)
    records = list(records)
    return Care(*(tuple(one for one in records if isinstance(one, kind)) for kind in kinds))


def care_of_patient(care: Care, patient_id: str) -> Care:
    """One patient's records of care."""
    every = (record for kind in fields(care) for record in getattr(care, kind.name))
    return care_of(record for record in every if record.patient_id == patient_id)


def care_until(care: Care, day: date) -> Care:
    """“No record dated after it exists”; an end or a visit after it is none yet."""
    medicines = [
        replace(one, ended_on=None) if one.ended_on and one.ended_on > day else one
        for one in care.medicines
        if one.started_on is None or one.started_on <= day
    ]
    people = [
        replace(one, in_person_on=None) if one.in_person_on and one.in_person_on > day else one
        for one in care.people
    ]
    events = [
        replace(one, closed_on=None) if one.closed_on and one.closed_on > day else one for one in care.events
    ]
    dated = (*events, *care.observations, *care.fills, *care.orders, *care.practices)
    return care_of([*(one for one in dated if one.on <= day), *medicines, *people])
