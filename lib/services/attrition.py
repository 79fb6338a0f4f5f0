"""Where people leave between enrolment and maintenance."""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from lib.clinical.operations.attrition import Enrolled, derive_stages, summarise_attrition, summarise_reasons
from lib.clinical.policy import Policy
from lib.clinical.sorting import CountingSessions
from lib.clinical.status import dates
from lib.services._operations_ground import read_ground
from lib.services._reading import next_reading
from lib.services.access import Actor, Permission, permitted
from lib.store import bulk, operations
from lib.store.engine import Store


@dataclass(frozen=True)
class Attrition:
    """steps: columns of attrition.summarise_attrition; reasons: of summarise_reasons. n_without_date: patients in sight without
    a recorded day of enrolment; they are in no step. is_known_on: as it was known on a day; whoever enrolled later is one of
    those. people: patient_key, patient_id, clinic_id, enrolled_on, last_session_on (dates, NaT), stage, n_sessions, is_left,
    reason; empty for whoever may not see patients."""

    as_of: date
    since: date
    steps: pd.DataFrame
    reasons: pd.DataFrame
    n_without_date: int
    people: pd.DataFrame
    policy: Policy
    is_known_on: bool = False
    reading: int = field(default_factory=next_reading)


@permitted(Permission.SEE_OUTCOMES)
def read_attrition(actor: Actor, store: Store, weeks: int, clinic_id: str = "") -> Attrition:
    """Of whoever enrolled in the weeks to today."""
    with store.read() as connection:
        ground = read_ground(connection, actor, weeks, clinic_id)
        people = ground.own(operations.read_enrolled(connection, ground.days))
        without = ground.own(operations.read_never_enrolled(connection))
        chosen = people["patient"].tolist()
        doses = bulk.read_doses(connection, ground.last, chosen)
        given = operations.read_course_words(connection, chosen)
    sessions = CountingSessions(*(doses[name].to_numpy() for name in ("patient", "day", "second")))
    stages = derive_stages(Enrolled(people, sessions, given), ground.last, ground.policy)
    said = ground.name(stages)
    return Attrition(
        ground.as_of,
        ground.since,
        summarise_attrition(stages),
        summarise_reasons(stages),
        len(without),
        said.assign(**{name: dates(said[name]) for name in ("enrolled_on", "last_session_on")}),
        ground.policy,
        store.known_on is not None,
    )
