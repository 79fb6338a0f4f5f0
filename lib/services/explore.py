"""What Explore reads: the people of a cohort with their courses, and a rate under each rule of the baseline."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.counting import Counted
from lib.clinical.outcomes.measures import MISSING_FAILS
from lib.clinical.outcomes.response_measures import count_measures
from lib.clinical.policy_tables import BASELINE_RULES
from lib.clinical.segments import NONE, Ints
from lib.research.criteria import Criteria
from lib.research.explore.studied import Floats, Studied, select_people
from lib.research.people import COURSES, People, choose_course
from lib.services import _clock
from lib.services._cohort_drawing import clinics_in_sight, lay_ground
from lib.services._course_scores import facts_of
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import Store
from lib.store import bulk_outcomes
from lib.store.engine import Transaction


@permitted(Permission.SEE_RESEARCH)
def read_studied(actor: Actor, store: Store, criteria: Criteria) -> Studied:
    """Who belongs to the cohort now and has begun a course. Raises NotFoundError for a clinic that is not in sight."""
    with store.read() as connection:
        ground = lay_ground(connection, actor, criteria)
        cohort = ground.find(criteria)
        in_it = np.isin(ground.people.patient, np.array(cohort.patients, dtype=np.int64))
        people = select_people(ground.people, in_it & ground.people.has_course)
        keys = clinics_in_sight(connection, actor)
        doses = _read_first_doses(connection, people, [keys[name] for name in ground.drawn.clinics])
    words = "; ".join([f"Of each patient {COURSES[criteria.course]}", *(step.words for step in cohort.steps)])
    return Studied(people, doses, ground.policy, ground.drawn, words, ground.reading)


@dataclass(frozen=True)
class UnderRule:
    """rule: of BASELINE_RULES. response: of everyone due, a missing score counted as not met."""

    rule: str
    is_policy: bool
    response: Counted


@permitted(Permission.SEE_RESEARCH)
def count_under_rules(
    actor: Actor, store: Store, criteria: Criteria, instrument: int, time_point: str
) -> list[UnderRule]:
    """The same people's response under each rule of the baseline, all else by the policy in force. Everybody is computed again:
    of 1,000 patients about a second."""
    with store.read() as connection:
        ground = lay_ground(connection, actor, criteria)
        patients = np.array(ground.find(criteria).patients, dtype=np.int64)
        found = []
        for rule in BASELINE_RULES:
            policy = replace(ground.policy, baseline=replace(ground.policy.baseline, rule=rule))
            day = _clock.day_number(ground.drawn.as_of)
            facts = choose_course(facts_of(connection, policy, day, (instrument,), patients), criteria.course)
            counted = count_measures(Asked(instrument, time_point, policy), facts, MISSING_FAILS)
            found.append(UnderRule(rule, rule == ground.policy.baseline.rule, counted["response"]))
    return found


def _read_first_doses(connection: Transaction, people: People, scope: list[int]) -> Floats:
    """Of the first counting session on day 0, in mg; nan where its dose is not recorded."""
    sessions = bulk_outcomes.read_dose_sessions(connection, scope)
    sessions = sessions.sort_values(["patient", "day", "second"], kind="stable")
    first = sessions.drop_duplicates(["patient", "day"]).set_index(["patient", "day"])["dose_mg"]
    asked = pd.MultiIndex.from_arrays([_as_float(people.patient), _as_float(people.facts.day_0)])
    return first.reindex(asked).to_numpy(dtype=float)


def _as_float(keys: Ints) -> Floats:
    return np.where(keys == NONE, np.nan, keys)
