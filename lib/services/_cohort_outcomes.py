"""The outcomes of a cohort's people as counts that may leave."""

import numpy as np

from lib.clinical.instruments import BY_CODE
from lib.clinical.policy import Policy
from lib.research.aggregates import Rounding
from lib.research.cohort import Cohort
from lib.research.outcome_counts import describe_outcomes
from lib.research.people import choose_course
from lib.research.table import ExportTable
from lib.services import _clock
from lib.services._course_scores import facts_on
from lib.services._refresh import current_policy
from lib.store.engine import Transaction


def count_outcomes(connection: Transaction, cohort: Cohort) -> ExportTable:
    """Of the one course of each that the cohort looks at, on its day: lib.research.outcome_counts.describe_outcomes."""
    policy, day = current_policy(connection), _clock.day_number(cohort.drawn.as_of)
    facts = facts_on(connection, policy, day, [one.code for one in BY_CODE], None)
    facts = choose_course(facts.select(np.isin(facts.patient, cohort.patients)), cohort.criteria.course)
    return describe_outcomes(facts, len(cohort.patients), policy, rounding_of(policy))


def rounding_of(policy: Policy) -> Rounding:
    """How the counts of an aggregate release are told."""
    return Rounding(policy.outcomes.smallest_count, policy.research.round_to)
