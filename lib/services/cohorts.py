"""Cohorts for research, drawn from the records as they are now."""

from datetime import date

import pandas as pd

from lib.research.cohort import Cohort, list_steps
from lib.research.criteria import Criteria
from lib.research.people import FIRST
from lib.services._cohort_drawing import Ground, draw_cohort, lay_ground
from lib.services.access import Actor, Permission, can, permitted
from lib.services.errors import Store
from lib.store import data_version


@permitted(Permission.SEE_RESEARCH)
def read_ground(
    actor: Actor, store: Store, course: str = FIRST, clinics: tuple[str, ...] = (), as_of: date | None = None
) -> Ground:
    """Of these clinics, by default all in the actor's sight, on a day, by default today. Raises NotFoundError for a clinic that
    is not in sight."""
    with store.read() as connection:
        return lay_ground(connection, actor, Criteria((), course, clinics, as_of))


@permitted(Permission.SEE_RESEARCH)
def read_cohort(actor: Actor, store: Store, criteria: Criteria, as_of: date | None = None) -> Cohort:
    """Who belongs to it now: those of whom a row-level file may be made. as_of: where the criteria say none, by default today.
    Raises NotFoundError for a clinic that is not in the actor's sight."""
    with store.read() as connection:
        return draw_cohort(connection, actor, criteria, as_of)


@permitted(Permission.SEE_RESEARCH)
def tell_cohort(actor: Actor, store: Store, criteria: Criteria) -> pd.DataFrame:
    """Its steps: lib.research.cohort.list_steps, small counts only for whoever may see patients."""
    with store.read() as connection:
        ground = lay_ground(connection, actor, criteria)
    limit = 0 if can(actor, Permission.SEE_PATIENTS) else ground.policy.outcomes.smallest_count - 1
    return list_steps(ground.find(criteria).count(), limit)


@permitted(Permission.SEE_RESEARCH)
def read_data_version(actor: Actor, store: Store) -> str:
    """Of the records as they are now."""
    with store.read() as connection:
        return data_version.read_data_version(connection)


__all__ = ["Ground", "read_cohort", "read_data_version", "read_ground", "tell_cohort"]
