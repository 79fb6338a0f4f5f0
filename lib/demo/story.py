"""What happened to one made-up patient; every file's rows are written from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from lib.demo.clinics import Clinic

DEMO_LAST_DAY: Final = date(2026, 3, 31)
"""The last day with a record in the shipped files; whoever loads them shifts every date by whole days."""

Row = dict[str, str]
"""One line of a file: column name -> text; a column left out is not recorded."""

COUNTS_AS_TAKEN = ("taken", "partial")


@dataclass(frozen=True)
class Person:
    patient_id: str
    clinic: Clinic
    clinician_id: str
    age: int
    sex: str


@dataclass(frozen=True)
class Dose:
    """One dosing session, or one that was missed. `recorded` overrides single columns of its row."""

    at: datetime
    prescribed_mg: int
    status: str  # taken, partial, missed
    recorded: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        return self.status in COUNTS_AS_TAKEN


@dataclass(frozen=True)
class Form:
    """One completed questionnaire. `total` is the sum of the answered items; `item_9` None is left blank."""

    instrument: str
    on: date
    at_time: time | None
    total: int
    item_9: int | None = 0
    n_blank: int = 0  # blank ones beside item 9


@dataclass(frozen=True)
class Story:
    """A patient's doses and forms in time order, and what the other files need to know."""

    person: Person
    enrolled_on: date
    regimen: str
    doses: tuple[Dose, ...]
    forms: tuple[Form, ...]
    ended_on: date | None = None
    end_reason: str = ""
    has_course_row: bool = False
    has_adverse_event: bool = False
    totals_only: bool = False
    more_rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)  # file -> rows of this story alone

    @property
    def taken(self) -> tuple[Dose, ...]:
        return tuple(dose for dose in self.doses if dose.counts)

    @property
    def is_daily(self) -> bool:
        return self.regimen == "daily_low_dose"


def moment(at: datetime) -> str:
    """Clinic-local date and time to the minute, without an offset."""
    return at.isoformat(timespec="minutes")


def is_within_demo(on: date) -> bool:
    return on <= DEMO_LAST_DAY
