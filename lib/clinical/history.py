"""One patient's record as the patient page and its chart read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

import pandas as pd

from lib.clinical.plain_rows import Row, rows_of


@dataclass(frozen=True)
class WaitingForms:
    """PHQ-9 forms that were not taken. answers: day and answer to item 9 where it can be read, the oldest first; n_unreadable:
    how many wait that nobody could read; n_unreadable_closed: how many more a named person closed. replaced: the same of stored
    forms that were corrected or taken back, where the answer was 1 or more and nothing in force says as much: such a flag is open
    until somebody closes it."""

    answers: tuple[tuple[date, int], ...] = ()
    n_unreadable: int = 0
    n_unreadable_closed: int = 0
    replaced: tuple[tuple[date, int], ...] = ()

    @property
    def moments(self) -> list[tuple[datetime, int]]:
        """The answers, each at the noon of its day."""
        return _at_noon(self.answers)

    @property
    def replaced_moments(self) -> list[tuple[datetime, int]]:
        return _at_noon(self.replaced)

    @property
    def every_moment(self) -> list[datetime]:
        return [at for at, _ in (*self.moments, *self.replaced_moments)]

    @property
    def n_unknown(self) -> int:
        """Forms that nobody could read: a closing tells that somebody looked, and not what was answered."""
        return self.n_unreadable + self.n_unreadable_closed

    @property
    def is_empty(self) -> bool:
        """Whether there is no form that was not taken."""
        return not (self.answers or self.n_unknown)


def _at_noon(answers: Sequence[tuple[date, int]]) -> list[tuple[datetime, int]]:
    return [(datetime.combine(on, time(12)), answer) for on, answer in answers]


@dataclass(frozen=True)
class PatientHistory:
    """Frames of one patient, oldest row first; empty cells are "not recorded" (NA), never zero or False.

    assessments: instrument · on (datetime64, the local date) · at (datetime64 with the time of day, noon where unknown) ·
        is_time_known · total, total_low, total_high (Int16; NA: no total) · is_prorated · n_missing (Int8; NA: totals only) ·
        item_1 … item_9 (Int8) · has_items · is_in_force (the one of its day that counts) · is_before_first_dose (of
        any course) · is_follow_up (of one) · baseline_of ("1", "1 and 2": the courses; NA: of none) · entered_by · difficulty
    dosing_sessions: on · at · is_time_known · counts (bool) · number (Int16: 1, 2 … among the counting ones of its course) ·
        course (Int16) · status ("" where not recorded) · dose_mg, prescribed_mg, dose_mg_per_kg (Float64) ·
        weight_kg (Float64), weight_on (datetime64): the last one weighed on or before the day · and every other
        column of dosing_sessions.csv (numbers Float64, yes_no boolean, text string)
    dose_orders: on · at · dose_mg · interval_days · clinician_id · reason
    adverse_events: on · at · term · severity · is_serious (boolean) · onset_min · duration_min · action_taken · outcome
    integration_events: on · at · practice · minutes · tags
    events: on · text
    medications: on (started; NaT where not recorded) · name · class · ended_on
    observations: on · at · kind · value (text)
    status: the rows of `status` for the current course (data.md's columns; dates datetime64, numbers nullable), by instrument
    patient: one row of patients.csv as a Series (patient_id, clinic_id, clinician_id, initials, birth_year, sex, …)
    waiting: forms that were not taken or not kept, in none of the frames: their item 9 counts all the same
    gone: rule and finding of open critical flags whose record was corrected or taken back (gone_findings.find_gone)
    """

    patient_id: str
    as_of: date
    patient: pd.Series
    status: pd.DataFrame
    assessments: pd.DataFrame
    dosing_sessions: pd.DataFrame
    dose_orders: pd.DataFrame
    adverse_events: pd.DataFrame
    integration_events: pd.DataFrame
    events: pd.DataFrame
    medications: pd.DataFrame
    observations: pd.DataFrame
    waiting: WaitingForms = WaitingForms()
    gone: tuple[tuple[str, str], ...] = ()

    @cached_property
    def status_rows(self) -> Sequence[Row]:
        """`status` row by row: header, chart and sentences read it; nobody may change it."""
        return rows_of(self.status)

    @cached_property
    def form_rows(self) -> Sequence[Row]:
        """`assessments` row by row, as above: to make the rows takes longer than to walk them."""
        return rows_of(self.assessments)

    @cached_property
    def session_rows(self) -> Sequence[Row]:
        """`dosing_sessions` row by row, as above."""
        return rows_of(self.dosing_sessions)

    @cached_property
    def event_rows(self) -> Sequence[Row]:
        """`adverse_events` row by row, as above."""
        return rows_of(self.adverse_events)

    @cached_property
    def practice_rows(self) -> Sequence[Row]:
        """`integration_events` row by row, as above."""
        return rows_of(self.integration_events)
