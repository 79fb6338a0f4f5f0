"""The flag budget over a store's records."""

from datetime import timedelta

import numpy as np

from lib.clinical.flag_budget import FlagBudget, derive_outcomes, summarise_budget
from lib.clinical.flag_replay import DAYS_BETWEEN_LOOKS, replay_looks, select_cohort, select_looks
from lib.clinical.histories import prepare
from lib.clinical.policy import Policy
from lib.services._clock import day_number
from lib.services._histories import load_scores
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor
from lib.store.engine import Transaction
from lib.store.policy_history import read_decision_days
from lib.store.records import read_patients


def replay_budget(
    connection: Transaction, actor: Actor, in_force: Policy, replayed: Policy, weeks: int
) -> FlagBudget:
    """What one policy would have asked for in the last weeks, held against outcomes by the one in force."""
    scope = clinic_keys(connection, actor)
    chosen = read_patients(connection, clinics=scope)["patient_key"]
    as_of = today(connection)
    from_day = day_number(as_of - timedelta(days=DAYS_BETWEEN_LOOKS * weeks))
    scored = load_scores(connection, in_force, chosen).to_day(day_number(as_of))
    prepared = prepare(scored, in_force)
    # Which forms have a total is the policy's to say as well.
    again = scored if in_force.scoring == replayed.scoring else load_scores(connection, replayed, chosen)
    other = prepare(again.to_day(day_number(as_of)), replayed)
    cohort = select_cohort(prepared, from_day, day_number(as_of))
    decisions = read_decision_days(connection, scope)
    return summarise_budget(
        cohort,
        derive_outcomes(prepared, cohort, in_force),
        replay_looks(other, select_looks(cohort), replayed),
        decisions[np.isin(decisions["patient"], cohort.patient)],
    )
