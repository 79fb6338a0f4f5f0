"""What the pages of outcomes read, asked once for each state of the records; nobody may change what comes back."""

import pandas as pd

from lib.services import outcome_doses, outcome_groups, outcomes, quality_measures
from lib.ui.asking import ask_alike, bring_up_to_date


def read_courses(instrument: int) -> outcomes.Courses:
    """Facts of all courses of the reader's clinics, today, with scores of one instrument (its code): both take twice as long."""
    # What is kept of courses follows from the records alone; only flags change with the calendar, and they are not seen here.
    bring_up_to_date()
    courses: outcomes.Courses = ask_alike(outcomes.read_courses, None, (instrument,))
    return courses


def read_about() -> outcome_groups.About:
    """What parts courses into groups."""
    about: outcome_groups.About = ask_alike(outcome_groups.read_about)
    return about


def read_quality_measures(year: int) -> quality_measures.QualityMeasures:
    """Of a calendar year, as they stand today; read when the section is opened."""
    found: quality_measures.QualityMeasures = ask_alike(quality_measures.read_quality_measures, year)
    return found


def read_dose_sessions() -> pd.DataFrame:
    """Dosing sessions with what they cost the patient."""
    sessions: pd.DataFrame = ask_alike(outcome_doses.read_dose_sessions)
    return sessions
