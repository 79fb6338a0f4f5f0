"""The quality measures of a year, like the published ones and not certified: what each comes to, and who stands where."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from lib.clinical.instruments import PHQ9
from lib.clinical.outcomes.care_facts import CareFacts, gather_care_facts
from lib.clinical.outcomes.index_measures import report_index_measures
from lib.clinical.outcomes.index_rules import earliest_day
from lib.clinical.outcomes.monitoring_measures import report_monitoring
from lib.clinical.outcomes.reported import Reported
from lib.clinical.outcomes.talking_therapies import report_therapies
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Ints
from lib.services import _clock
from lib.services._course_scores import facts_on
from lib.services._histories import score_rows
from lib.services._reading import next_reading
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import bulk_measures
from lib.store.engine import Store, Transaction

# Contacts that were only tried are no encounters; the words of data/README.md, and what else is commonly written.
FAILED_CONTACTS = ("no answer", "message left", "left message", "voicemail", "not reached", "busy")


@dataclass(frozen=True)
class QualityMeasures:
    """Of the actor's clinics, of a calendar year, as it stood on a day. of_courses: NHS Talking Therapies, of those begun in the
    year. of_patients: remission and response at twelve months, DRR-E, and DMS-E by thirds of the year."""

    year: int
    as_of: date
    policy: Policy
    of_courses: tuple[Reported, ...]
    of_patients: tuple[Reported, ...]
    reading: int = field(default_factory=next_reading)


@permitted(Permission.SEE_OUTCOMES)
def read_quality_measures(
    actor: Actor, store: Store, year: int | None = None, as_of: date | None = None
) -> QualityMeasures:
    """as_of: by default today; year: by default that of as_of. What is not due by then leaves the denominators."""
    with store.read() as connection:
        policy = current_policy(connection)
        on = as_of or today(connection)
        chosen = year or on.year
        day, scope = _clock.day_number(on), clinic_keys(connection, actor)
        care = _read_care(connection, policy, day, chosen, scope)
        courses = facts_on(connection, policy, day, (0, 1), scope)
    begun = courses.select((courses.day_0 >= _first(chosen)) & (courses.day_0 < _first(chosen + 1)))
    of_patients = (*report_index_measures(care, chosen), *report_monitoring(care, chosen))
    return QualityMeasures(chosen, on, policy, tuple(report_therapies(begun, policy)), of_patients)


def _first(year: int) -> int:
    return _clock.day_number(date(year, 1, 1))


def _read_care(
    connection: Transaction, policy: Policy, day: int, year: int, scope: list[int] | None
) -> CareFacts:
    last = min(day, _first(year + 1) - 1)
    forms = bulk_measures.read_phq9_forms(connection, scope, earliest_day(year), last)
    return gather_care_facts(
        day,
        _describe_people(bulk_measures.read_life_dates(connection, scope)),
        bulk_measures.read_encounter_days(connection, scope, last, FAILED_CONTACTS),
        score_rows(forms.assign(instrument=PHQ9.code), policy),
        bulk_measures.read_diagnoses(connection, scope),
    )


def _describe_people(people: pd.DataFrame) -> pd.DataFrame:
    """With born_on: the date of birth, or the first day of its year."""
    of_year: Ints = (people["birth_year"].to_numpy() - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    first = np.where(people["birth_year"] == NONE, NONE, of_year.astype(np.int64))
    return people.assign(born_on=np.where(people["birth_date"] == NONE, first, people["birth_date"]))
