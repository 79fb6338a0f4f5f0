"""What a store's own records say of doses, read by SQL and added up in plain Python: no code of the product is used.

A session counts with a dose above 0 and a status that is empty, taken or partial. Courses begin with a counting session after
more than 84 days without one, or where courses.csv says so (definitions.md, section 2).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

GAP_DAYS = 84
COUNTING = ("", "taken", "partial")


@dataclass
class Session:
    on: date
    second: int | None
    taken: float | None
    prescribed: float | None
    status: str
    weight: float | None
    # Of a counting session: its course, its number in it, and the doses of the course up to it.
    course: int | None = None
    number: int | None = None
    sum_so_far: float | None = None

    @property
    def counts(self) -> bool:
        return bool(self.taken) and self.status in COUNTING

    @property
    def per_kg(self) -> float | None:
        return None if self.taken is None or self.weight is None else self.taken / self.weight

    @property
    def used(self) -> float:
        """Of the supply: a whole tablet is gone when half of it was taken."""
        return max(self.taken or 0, self.prescribed or 0)


@dataclass(frozen=True)
class Order:
    on: date
    second: int | None
    mg: float | None
    days: float | None


@dataclass(frozen=True)
class Fill:
    on: date
    tablets: float | None
    strength: float | None

    @property
    def mg(self) -> float:
        return (self.tablets or 0) * (self.strength or 0)


@dataclass
class Patient:
    key: int
    patient_id: str
    ceiling: float | None = None
    sessions: list[Session] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    # Old and new dose of each signed decision.
    decided: list[tuple[float | None, float | None]] = field(default_factory=list)

    @property
    def counting(self) -> list[Session]:
        return [one for one in self.sessions if one.counts]

    @property
    def last(self) -> Session | None:
        return self.counting[-1] if self.counting else None

    def of_course(self, number: int) -> list[Session]:
        return [one for one in self.counting if one.course == number]

    @property
    def current(self) -> list[Session]:
        return self.of_course(self.last.course) if self.last and self.last.course else []

    def runs(self) -> list[list[float]]:
        """What the line of the chart rises and falls to: orders; without any, what was prescribed for the sessions of each
        course; without that, the doses taken."""
        ordered = [one.mg for one in self.orders if one.mg is not None]
        if ordered:
            return [_changes(ordered)]
        by_course: dict[int, list[float]] = {}
        course = 0
        for one in self.sessions:
            course = one.course or course
            if one.prescribed is not None:
                by_course.setdefault(course, []).append(one.prescribed)
        found = [_changes(doses) for doses in by_course.values()]
        return found or [_changes([one.taken for one in self.counting if one.taken])]

    def before(self, session: Session) -> Session | None:
        """The counting session before this one."""
        own = self.counting
        place = own.index(session)
        return own[place - 1] if place else None

    def doses(self) -> set[float]:
        """Every dose that was ordered, prescribed or taken."""
        said = [one.mg for one in self.orders] + [
            dose for one in self.sessions for dose in (one.taken, one.prescribed)
        ]
        return {dose for dose in said if dose is not None}

    def supplies(self) -> Iterator[tuple[float, float]]:
        """To the end of each day since the first dispensing: taken, and dispensed."""
        first = min((one.on for one in self.fills), default=date.max)
        days = {one.on for one in self.fills} | {one.on for one in self.counting if one.on >= first}
        for day in sorted(days):
            yield (
                sum(one.taken or 0 for one in self.counting if first <= one.on <= day),
                sum(one.mg for one in self.fills if one.on <= day),
            )

    def left_before(self, day: date) -> tuple[float, float]:
        """Before a dispensing: what of everything dispensed is unaccounted for, and how much the dispensing before gave."""
        first = min(one.on for one in self.fills)
        used = sum(one.used for one in self.counting if first <= one.on < day)
        earlier = [one for one in self.fills if one.on < day]
        last = max(one.on for one in earlier)
        return sum(one.mg for one in earlier) - used, sum(one.mg for one in earlier if one.on == last)


def _changes(doses: list[float]) -> list[float]:
    return doses[:1] + [after for before, after in pairwise(doses) if after != before]


def read_patients(url: str) -> dict[int, Patient]:
    """By key, everything that is in force. url: sqlite:///path."""
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        assert not _rows(connection, "patient_merge"), "Merged identities are not told apart here."
        found = {
            row["id"]: Patient(row["id"], row["patient_id"]) for row in _rows(connection, "patient_identity")
        }
        for row in _current(connection, "patients"):
            found[row["patient_key"]].ceiling = row["dose_ceiling_mg"]
        weights = _weights(connection)
        for row in _current(connection, "dosing_sessions", "started_at"):
            found[row["patient_key"]].sessions.append(_session(row, weights))
        for row in _current(connection, "dose_orders", "ordered_at"):
            on = _day(row["ordered_at_day"])
            order = Order(on, row["ordered_at_second"], row["dose_mg"], row["interval_days"])
            found[row["patient_key"]].orders.append(order)
        for row in _current(connection, "dispensing"):
            fill = Fill(_day(row["dispensed_on"]), row["tablets"], row["strength_mg"])
            found[row["patient_key"]].fills.append(fill)
        for row in _rows(connection, "decision"):
            found[row["patient_key"]].decided.append((row["old_dose_mg"], row["new_dose_mg"]))
        given = _given_courses(connection)
    for patient in found.values():
        _number(patient, given.get(patient.key, []))
    return found


def read_open_flags(url: str) -> list[dict[str, Any]]:
    """The open flags of the store: patient_key, rule, and the rest of the table."""
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in _rows(connection, "open_flag")]


def _rows(connection: sqlite3.Connection, table: str, rest: str = "") -> list[sqlite3.Row]:
    return connection.execute(f"SELECT * FROM {table} {rest}").fetchall()


def _current(connection: sqlite3.Connection, table: str, moment: str = "") -> list[sqlite3.Row]:
    """The versions in force, by time; an unknown time of day comes before every known one."""
    order = f"{moment}_day, coalesce({moment}_second, -1), line, id" if moment else "id"
    return _rows(connection, table, f"WHERE is_current = 1 ORDER BY {order}")


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def _weights(connection: sqlite3.Connection) -> dict[int, list[tuple[date, float]]]:
    found: dict[int, list[tuple[date, float]]] = {}
    for row in _current(connection, "observations", "observed_at"):
        if row["kind"] == "weight_kg":
            day = (_day(row["observed_at_day"]), float(row["value"]))
            found.setdefault(row["patient_key"], []).append(day)
    return found


def _session(row: sqlite3.Row, weights: dict[int, list[tuple[date, float]]]) -> Session:
    on = _day(row["started_at_day"])
    known = [weight for day, weight in weights.get(row["patient_key"], []) if day <= on]
    doses = (row["dose_mg"], row["prescribed_mg"])
    return Session(on, row["started_at_second"], *doses, row["status"] or "", known[-1] if known else None)


def _given_courses(connection: sqlite3.Connection) -> dict[int, list[date]]:
    found: dict[int, list[date]] = {}
    for row in _current(connection, "courses"):
        found.setdefault(row["patient_key"], []).append(_day(row["started_on"]))
    return {key: sorted(days) for key, days in found.items()}


def _number(patient: Patient, given: list[date]) -> None:
    """Courses, numbered as they began; one of courses.csv without a session has a number too."""
    courses: list[tuple[date, list[Session]]] = []
    named: date | None = None
    for one in patient.counting:
        started = max((day for day in given if day <= one.on), default=None)
        is_new = not courses or started != named
        is_new |= started is None and bool(courses) and (one.on - courses[-1][1][-1].on).days > GAP_DAYS
        if is_new:
            courses.append((started or one.on, []))
        courses[-1][1].append(one)
        named = started
    begun = {start for start, _ in courses}
    courses += [(day, []) for day in given if day not in begun]
    for number, (_, sessions) in enumerate(sorted(courses, key=lambda one: one[0]), start=1):
        total = 0.0
        for place, one in enumerate(sessions, start=1):
            total += one.taken or 0
            one.course, one.number, one.sum_so_far = number, place, total
