"""Patients' encounters, PHQ-9 totals and diagnoses as sorted arrays: what the measures of whole clinics are asked of."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.courses import Courses
from lib.clinical.instruments import PHQ9
from lib.clinical.outcomes.diagnosis_groups import GROUPS, PALLIATIVE, Group, classify
from lib.clinical.outcomes.months import add_months
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.sorting import PATIENT, CountingSessions, Forms, GivenCourses, sort_sessions
from lib.clinical.trajectory import build_timeline

# A key is a patient's place and a day: days from 1970 to 2328, an earlier one at the first, "without an end" at the last.
_DAYS = 1 << 17
NEVER = _DAYS - 1


def pack(owner: Ints, day: Ints | int) -> Ints:
    """One number that sorts by patient and day. owner: places in CareFacts.patient; NONE as a day comes before all days."""
    return owner * _DAYS + np.clip(day, 0, NEVER)


def day_of(keys: Ints) -> Ints:
    return keys % _DAYS


@dataclass(frozen=True)
class Looks:
    """Valid PHQ-9 forms, the latest of each day (definitions.md 3), sorted by `key` (pack). high: the upper bound of a prorated
    total. is_item_9_blank: remission by it is provisional."""

    key: Ints
    owner: Ints
    day: Ints
    total: Ints
    high: Ints
    is_item_9_blank: Bools


@dataclass(frozen=True)
class Diagnoses:
    """One entry a diagnosis and group (number in GROUPS). onset_on: NONE where not recorded: since before anybody asked.
    resolved_on: NEVER where not."""

    owner: Ints
    group: Ints
    onset_on: Ints
    resolved_on: Ints


@dataclass(frozen=True)
class CareFacts:
    """Up to as_of; days since 1970-01-01, NONE where nothing is recorded. patient: keys in order, the others by place in it.

    born_on: the first day on which the patient can have been born. encounters: their keys (pack), sorted, also two of one day.
    """

    as_of: int
    patient: Ints
    born_on: Ints
    ended_on: Ints
    died_on: Ints
    hospice_on: Ints
    encounters: Ints
    looks: Looks
    diagnoses: Diagnoses

    def __len__(self) -> int:
        return len(self.patient)

    def is_younger(self, years: int, on: Ints | int) -> Bools:
        """Surely below an age on a day; whose birth is not recorded is not known to be."""
        return (self.born_on != NONE) & (add_months(self.born_on, 12 * years) > on)

    def has_diagnosis(self, group: Group, first: Ints | int, last: Ints | int) -> Bools:
        """One of the group that held on some day from first to last, of each patient."""
        rows = self.diagnoses
        every = np.zeros(len(self), dtype=np.int64)
        low, high = every + first, every + last
        holds = (rows.group == GROUPS.index(group)) & (rows.onset_on <= high[rows.owner])
        return self._any(rows.owner[holds & (rows.resolved_on >= low[rows.owner])])

    def has_hospice(self, first: Ints | int, last: Ints | int) -> Bools:
        is_known = self.hospice_on != NONE
        return (is_known & (self.hospice_on <= last)) | self.has_diagnosis(PALLIATIVE, first, last)

    def encounters_with(self, group: Group) -> Ints:
        """Those on whose day a diagnosis of the group held, keys in order."""
        rows = self.diagnoses
        is_asked = rows.group == GROUPS.index(group)
        owner, onset, resolved = rows.owner[is_asked], rows.onset_on[is_asked], rows.resolved_on[is_asked]
        opens = np.searchsorted(self.encounters, pack(owner, onset))
        closes = np.searchsorted(self.encounters, pack(owner, resolved), side="right")
        # A diagnosis that ended before it began holds on no day.
        is_some = closes > opens
        size = len(self.encounters) + 1
        steps = np.bincount(opens[is_some], minlength=size) - np.bincount(closes[is_some], minlength=size)
        return self.encounters[np.cumsum(steps)[:-1] > 0]

    def has_key(self, keys: Ints, first: Ints | int, last: Ints | int) -> Bools:
        """Whether each patient has one of these sorted keys from a day to a day."""
        owner = np.arange(len(self))
        return np.searchsorted(keys, pack(owner, first)) < np.searchsorted(
            keys, pack(owner, last), side="right"
        )

    def last_look(self, first: Ints, last: Ints) -> Ints:
        """The place in `looks` of each patient's last form from a day to a day, or NONE."""
        owner = np.arange(len(self))
        place = np.searchsorted(self.looks.key, pack(owner, last), side="right") - 1
        return np.where(place >= np.searchsorted(self.looks.key, pack(owner, first)), place, NONE)

    def _any(self, owners: Ints) -> Bools:
        return np.bincount(owners, minlength=len(self)) > 0


def gather_care_facts(
    as_of: int,
    people: pd.DataFrame,
    encounters: pd.DataFrame,
    forms: Forms,
    diagnoses: pd.DataFrame,
) -> CareFacts:
    """people: patient, born_on, ended_on, died_on, hospice_on; encounters: patient, day; diagnoses: patient, code, onset_on and
    resolved_on; in any order, NONE where not recorded. What is dated after as_of, or is of nobody in people, is left out."""
    people = people.sort_values("patient")
    patient = people["patient"].to_numpy(dtype=np.int64)

    def until(days: pd.Series) -> Ints:
        return days.where(days <= as_of, NONE).to_numpy(dtype=np.int64)

    met = encounters[(encounters["day"] <= as_of) & encounters["patient"].isin(patient)]
    known = diagnoses[(diagnoses["onset_on"] <= as_of) & diagnoses["patient"].isin(patient)]
    return CareFacts(
        as_of,
        patient,
        people["born_on"].to_numpy(dtype=np.int64),
        until(people["ended_on"]),
        until(people["died_on"]),
        until(people["hospice_on"]),
        np.sort(pack(np.searchsorted(patient, met["patient"]), met["day"].to_numpy(dtype=np.int64))),
        _gather_looks(as_of, patient, forms),
        _gather_diagnoses(as_of, patient, known),
    )


def _gather_looks(as_of: int, patient: Ints, forms: Forms) -> Looks:
    empty = np.zeros(0, dtype=np.int64)
    nobody = CountingSessions(empty, empty, empty), GivenCourses(empty, empty, empty)
    no_courses = Courses(*(empty,) * 8, is_current=empty == 0, sessions=sort_sessions(*nobody))
    is_taken = (forms.instrument == PHQ9.code) & (forms.day <= as_of) & np.isin(forms.patient, patient)
    timeline = build_timeline(forms.select(is_taken), no_courses)
    owner = np.searchsorted(patient, timeline.layout.unpack(timeline.keys, PATIENT))
    return Looks(
        pack(owner, timeline.day),
        owner,
        timeline.day,
        timeline.total,
        timeline.high,
        timeline.is_item_9_blank,
    )


def _gather_diagnoses(as_of: int, patient: Ints, rows: pd.DataFrame) -> Diagnoses:
    position, group = classify(rows["code"].tolist())
    resolved = rows["resolved_on"].to_numpy(dtype=np.int64)[position]
    return Diagnoses(
        np.searchsorted(patient, rows["patient"].to_numpy(dtype=np.int64)[position]),
        group,
        rows["onset_on"].to_numpy(dtype=np.int64)[position],
        np.where((resolved == NONE) | (resolved > as_of), NEVER, resolved),
    )
