"""What the pages of outcomes read, asked once for each state of the records; nobody may change what comes back."""

import pandas as pd

from lib.services import outcome_doses, outcome_groups, outcomes
from lib.services.caseload import refresh_if_a_day_has_passed
from lib.ui.asking import ask


def read_courses() -> outcomes.Courses:
    """Facts of all courses of the reader's clinics, today."""
    ask(refresh_if_a_day_has_passed)
    courses: outcomes.Courses = ask(outcomes.read_courses)
    return courses


def read_about() -> outcome_groups.About:
    """What parts courses into groups."""
    about: outcome_groups.About = ask(outcome_groups.read_about)
    return about


def read_dose_sessions() -> pd.DataFrame:
    """Dosing sessions with what they cost the patient."""
    sessions: pd.DataFrame = ask(outcome_doses.read_dose_sessions)
    return sessions
