"""Dosing sessions as the figures of dose and burden ask them: in which course each lies, and what is known of it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.outcomes.facts import Facts
from lib.clinical.segments import NONE, Ints, begins_run, day_keys
from lib.clinical.session_events import find_sessions_of_all

SESSION_COLUMNS = ("patient", "day", "dose_mg", "dissociation", "rise", "n_events")


def describe_sessions(sessions: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """SESSION_COLUMNS by patient and time; NaN where nothing is recorded.

    sessions: counting ones: patient, day, second (NONE), dose_mg, dissociation_0_10, sbp_pre_mmhg, sbp_40_mmhg, sbp_120_mmhg,
    ae_asked (1, 0, NaN). events: patient, day, second. dissociation: 0 to 10 as the patient rated it. rise: the higher systolic
    reading after the dose less the one before it, mmHg; unknown without a reading before, or without any after. n_events: adverse
    events that belong to the session; unknown unless somebody asked, also where one is recorded: patients whom nobody asked
    report by chance.
    """
    order = np.lexsort((sessions["second"], sessions["day"], sessions["patient"]))
    sessions = sessions.iloc[order].reset_index(drop=True)
    after = np.fmax(sessions["sbp_40_mmhg"], sessions["sbp_120_mmhg"])
    owner = find_sessions_of_all(events, sessions)
    n_events = np.bincount(owner[owner != NONE], minlength=len(sessions)).astype(float)
    said = sessions.assign(
        dissociation=sessions["dissociation_0_10"],
        rise=after - sessions["sbp_pre_mmhg"],
        n_events=np.where(sessions["ae_asked"] == 1, n_events, np.nan),
    )
    return said[list(SESSION_COLUMNS)]


@dataclass(frozen=True)
class CourseSessions:
    """The sessions of some courses, by course and time. course: its place among the facts; number: 1, 2 … in the course. rows:
    SESSION_COLUMNS, one a session."""

    course: Ints
    number: Ints
    rows: pd.DataFrame

    @property
    def day(self) -> Ints:
        return self.rows["day"].to_numpy(dtype=np.int64)


def place_in_courses(facts: Facts, described: pd.DataFrame) -> CourseSessions:
    """Of the sessions that describe_sessions has put in order those of these courses, as of their day."""
    patient, day = (described[name].to_numpy(dtype=np.int64) for name in ("patient", "day"))
    place = np.searchsorted(day_keys(facts.patient, facts.day_0), day_keys(patient, day), side="right") - 1
    own = np.flatnonzero(place >= 0)
    course = place[own]
    is_own = (facts.patient[course] == patient[own]) & (day[own] <= facts.last_session_on[course])
    own, course = own[is_own], course[is_own]
    is_first = begins_run(course)
    at = np.arange(len(course))
    number = at - np.maximum.accumulate(np.where(is_first, at, 0)) + 1
    return CourseSessions(course, number, described.iloc[own].reset_index(drop=True))
