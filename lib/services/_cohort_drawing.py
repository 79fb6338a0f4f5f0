"""Drawing a cohort in the caller's transaction."""

from dataclasses import dataclass, field
from datetime import date

from lib.clinical.policy import Policy
from lib.research.cohort import Cohort, Drawn, find_cohort
from lib.research.criteria import Criteria
from lib.research.people import People
from lib.services import _clock
from lib.services._cohort_people import gather_people
from lib.services._reading import next_reading
from lib.services._refresh import current_policy
from lib.services._standing import today
from lib.services.access import Actor
from lib.services.errors import NotFoundError
from lib.store.data_version import read_data_version
from lib.store.engine import Transaction
from lib.store.records import read_clinics


@dataclass(frozen=True)
class Ground:
    """What a cohort is drawn from: everybody of the clinics on a day, each with one course. reading: a number that no other
    reading has."""

    people: People
    policy: Policy
    drawn: Drawn
    reading: int = field(default_factory=next_reading)

    def find(self, criteria: Criteria) -> Cohort:
        """criteria: of the same course, day and clinics."""
        return find_cohort(self.people, criteria, self.policy, self.drawn)


def draw_cohort(
    connection: Transaction, actor: Actor, criteria: Criteria, as_of: date | None = None
) -> Cohort:
    """Raises NotFoundError for a clinic that is not in the actor's sight. as_of: where the criteria say none."""
    asked = Criteria(criteria.asked, criteria.course, criteria.clinics, criteria.as_of or as_of)
    return lay_ground(connection, actor, asked).find(asked)


def lay_ground(connection: Transaction, actor: Actor, asked: Criteria) -> Ground:
    """The course, the clinics and the day of these criteria."""
    policy, day = current_policy(connection), asked.as_of or today(connection)
    keys = clinics_in_sight(connection, actor)
    wanted = asked.clinics or tuple(sorted(keys))
    if not set(wanted) <= set(keys):
        raise NotFoundError("A clinic of this cohort was not found.")
    scope = [keys[name] for name in wanted]
    people = gather_people(connection, policy, _clock.day_number(day), scope, asked.course)
    drawn = Drawn(read_data_version(connection), policy.version, day, tuple(sorted(wanted)))
    return Ground(people, policy, drawn)


def clinics_in_sight(connection: Transaction, actor: Actor) -> dict[str, int]:
    """Keys by clinic id."""
    known = read_clinics(connection)
    keys = dict(zip(known["clinic_id"], known["clinic_key"].astype(int), strict=True))
    return {name: int(key) for name, key in keys.items() if actor.clinics is None or name in actor.clinics}
