"""A generated clinic through the kernel and the rules, in the twin's words."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from slow_care import Care
from slow_records import Clinic, Form

from lib.clinical.care_records import CareRecords
from lib.clinical.findings import SESSION_NUMBERS, Findings
from lib.clinical.flags import find_flags
from lib.clinical.histories import Histories, Prepared, prepare, select_points
from lib.clinical.instruments import BY_CODE, INSTRUMENTS, Instrument
from lib.clinical.policy import Policy
from lib.clinical.reference import Reference, derive_reference, reference_day
from lib.clinical.rules.catalogue import SEVERITIES
from lib.clinical.rules.suicidality import flag_suicidality
from lib.clinical.scoring import score_forms
from lib.clinical.segments import NONE
from lib.clinical.session_scores import SessionScores, derive_session_scores
from lib.clinical.sorting import CountingSessions, Forms, GivenCourses
from lib.clinical.standing import assess
from lib.clinical.status import derive_status

NO_CARE = Care()
EPOCH = date(1970, 1, 1)


def day_number(day: date | None) -> int:
    return NONE if day is None else (day - EPOCH).days


def _second(at) -> int:
    return NONE if at is None else at.hour * 3600 + at.minute * 60 + at.second


def _ints(values) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)


class KernelRun:
    """Kernel and rules over a twin's clinic as it stood on one day."""

    def __init__(self, clinic: Clinic, as_of: date, policy: Policy, care: Care = NO_CARE):
        self.policy, self.as_of = policy, day_number(as_of)
        people = (*clinic.forms, *clinic.sessions, *clinic.courses)
        self.names = sorted({record.patient_id for record in people} | care.patient_ids)
        self.care = care
        self.key = {name: index for index, name in enumerate(self.names)}
        self.clinic = clinic
        self.prepared: Prepared = prepare(self._histories().to_day(self.as_of), policy)

    def _people(self, records) -> np.ndarray:
        return _ints(self.key[record.patient_id] for record in records)

    def _histories(self) -> Histories:
        forms = [form for form in self.clinic.forms if form.state == "current"]
        sessions = [
            one
            for one in self.clinic.sessions
            if one.status in ("", "taken", "partial") and (one.dose_mg or 0) > 0
        ]
        given = self.clinic.courses
        collects = {
            instrument.code: np.full(len(self.names), instrument.name in self.clinic.collected)
            for instrument in BY_CODE
        }
        codes = _ints(INSTRUMENTS[form.instrument].code for form in forms)
        return Histories(
            Forms(
                self._people(forms),
                codes,
                _ints(day_number(form.on) for form in forms),
                _ints(_second(form.at) for form in forms),
                score_forms(
                    codes,
                    _items(forms),
                    _ints(NONE if f.total is None else f.total for f in forms),
                    self.policy,
                ),
            ),
            CountingSessions(
                self._people(sessions),
                _ints(day_number(one.on) for one in sessions),
                _ints(_second(one.at) for one in sessions),
            ),
            GivenCourses(
                self._people(given),
                _ints(day_number(one.started_on) for one in given),
                _ints(day_number(one.ended_on) for one in given),
            ),
            np.full(len(self.names), NONE),
            collects,
        )

    def status(self, *, all_courses: bool = False) -> pd.DataFrame:
        points = select_points(self.prepared, self.as_of, with_earlier_courses=all_courses)
        rows = assess(self.prepared, points, self.policy)
        status = derive_status(rows, self.policy)
        status.insert(0, "patient_id", [self.names[key] for key in rows["patient"]])
        return status

    def findings(self) -> Findings:
        points = select_points(self.prepared, self.as_of, with_earlier_courses=False)
        rows = assess(self.prepared, points, self.policy)
        care = care_frames(self.care, self.key).to_day(self.as_of)
        forms, closings, reference = self._phq9(), self._closings(), self._reference()
        sessions = self._sessions()
        return Findings(self.as_of, self.prepared, points, rows, forms, sessions, care, closings, reference)

    def item_9(self) -> dict[str, str]:
        """The severity of the open item-9 flags, by patient."""
        found = flag_suicidality(self._phq9(), self._closings(), self.as_of, self.policy)
        return {self.names[row.patient]: SEVERITIES[row.severity] for row in found.itertuples()}

    def _reference(self) -> Reference:
        """One clinic's patients."""
        earlier = prepare(self._histories().to_day(reference_day(self.as_of)), self.policy)
        return derive_reference(earlier, np.zeros(len(self.names), dtype=np.int64), self.as_of, self.policy)

    def flags(self) -> list[tuple]:
        found = find_flags(self.findings(), self.policy)
        return sorted(
            (
                self.names[row.patient],
                row.rule,
                SEVERITIES[row.severity],
                EPOCH + timedelta(days=row.since),
                "" if row.instrument == NONE else BY_CODE[row.instrument].name,
            )
            for row in found.itertuples()
        )

    def _phq9(self) -> pd.DataFrame:
        forms = [f for f in self.clinic.forms if f.instrument == "PHQ-9" and day_number(f.on) <= self.as_of]
        item_9 = [NONE if not f.items or f.items[8] is None else f.items[8] for f in forms]
        closed = {
            form for one in self.clinic.closings if day_number(one.on) <= self.as_of for form in one.forms
        }
        return pd.DataFrame(
            {
                "patient": self._people(forms),
                "day": _ints(day_number(f.on) for f in forms),
                "second": _ints(_second(f.at) for f in forms),
                "recorded_at": _ints(f.recorded_at.timestamp() for f in forms),
                "item_9": _ints(item_9),
                "has_items": np.array(
                    [bool(f.items) and any(i is not None for i in f.items) for f in forms], dtype=bool
                ),
                "is_current_version": np.array([f.state == "current" for f in forms], dtype=bool),
                "is_held": np.array([f.state == "held" for f in forms], dtype=bool),
                "is_closed": np.array([f in closed for f in forms], dtype=bool),
            }
        )

    def _closings(self) -> pd.DataFrame:
        known = [one for one in self.clinic.closings if day_number(one.on) <= self.as_of]
        return pd.DataFrame(
            {
                "patient": self._people(known),
                "on_day": _ints(day_number(one.on) for one in known),
                "is_assessed": _ints(one.is_assessed for one in known),
            }
        )

    def _sessions(self) -> pd.DataFrame:
        counting = [
            one
            for one in self.clinic.sessions
            if one.status in ("", "taken", "partial")
            and (one.dose_mg or 0) > 0
            and day_number(one.on) <= self.as_of
        ]
        frame = pd.DataFrame(
            {
                "patient": self._people(counting),
                "day": _ints(day_number(one.on) for one in counting),
                "second": _ints(_second(one.at) for one in counting),
            }
        )
        for name in SESSION_NUMBERS:
            frame[name] = np.array([one.readings.get(name, np.nan) for one in counting], dtype=float)
        frame["dose_mg"] = np.array([one.dose_mg for one in counting], dtype=float)
        return frame


def _items(forms: list[Form]) -> np.ndarray:
    items = np.full((len(forms), 9), NONE, dtype=np.int64)
    for row, form in enumerate(forms):
        for column, answer in enumerate(form.items or ()):
            items[row, column] = NONE if answer is None else answer
    return items


def care_frames(care: Care, key: dict[str, int]) -> CareRecords:
    """Records of care as the rules read them."""

    def frame(records, **columns) -> pd.DataFrame:
        rows = {"patient": _ints(key[one.patient_id] for one in records)}
        return pd.DataFrame(rows | {name: of(records) for name, of in columns.items()})

    def days(name: str):
        return lambda records: _ints(day_number(getattr(one, name)) for one in records)

    def texts(name: str):
        return lambda records: pd.array([getattr(one, name) for one in records], dtype="str")

    def numbers(name: str):
        return lambda records: np.array([getattr(one, name) for one in records], dtype=float)

    on = days("on")
    ceiling, seen_on = np.full(len(key), np.nan), np.full(len(key), NONE)
    for person in care.people:
        seen_on[key[person.patient_id]] = day_number(person.in_person_on)
        if person.dose_ceiling_mg is not None:
            ceiling[key[person.patient_id]] = person.dose_ceiling_mg
    return CareRecords(
        frame(
            care.events,
            day=on,
            term=texts("term"),
            severity=texts("severity"),
            is_serious=lambda records: _ints(NONE if e.is_serious is None else e.is_serious for e in records),
            closed_on=days("closed_on"),
        ),
        frame(care.observations, day=on, kind=texts("kind"), value=texts("value")),
        frame(
            care.medicines,
            **{"name": texts("name"), "class": texts("of_class")},
            started_on=days("started_on"),
            ended_on=days("ended_on"),
        ),
        frame(care.fills, day=on, tablets=numbers("tablets"), strength_mg=numbers("strength_mg")),
        frame(
            care.orders,
            day=on,
            second=lambda records: _ints(_second(order.at) for order in records),
            interval_days=numbers("interval_days"),
        ),
        frame(care.practices, day=on),
        ceiling,
        seen_on,
    )


def scores_of(
    clinic: Clinic, as_of: date, instrument: Instrument, policy: Policy
) -> tuple[list[str], SessionScores]:
    """Patients in the order of their keys, and their session scores on a day."""
    run = KernelRun(clinic, as_of, policy)
    names = dict(enumerate(run.names))
    return run.names, derive_session_scores(run.prepared, instrument, run.as_of, policy, names)


def totals_by_session(scores: SessionScores, row: int) -> dict[int, int]:
    """The totals of one row, by session, without those that are not measured."""
    return {k + 1: int(total) for k, total in enumerate(scores.after[row]) if total != NONE}
