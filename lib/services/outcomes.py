"""The clinic's outcomes: what each measure comes to, of whom, how sure and how complete."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd

from lib.clinical.instruments import BY_CODE
from lib.clinical.intervals import Share
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.counting import Counted
from lib.clinical.outcomes.course_scores import TIME_POINTS
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.measures import MISSING_FAILS
from lib.clinical.outcomes.reported import Reported
from lib.clinical.outcomes.response_measures import count_measures
from lib.clinical.outcomes.talking_therapies import report_therapies
from lib.clinical.policy import Policy
from lib.services import _clock
from lib.services._course_scores import facts_on
from lib.services._reading import next_reading
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import StoreError
from lib.services.quality_measures import read_quality_measures
from lib.store.engine import Store
from lib.store.quarantine import count_open_rows
from lib.store.records import read_clinics

OUTCOME_COLUMNS = (
    "measure",
    "instrument",
    "time_point",
    "denominator_rule",
    "started",
    "excluded",
    "denominator",
    "numerator",
    "rate",
    "low",
    "high",
    "due",
    "with_outcome",
    "coverage",
    "worst_case",
    "best_case",
    "definition_version",
    "policy_version",
    "as_of",
    "from",
    "to",
)


@dataclass(frozen=True)
class Courses:
    """Facts of the courses of the actor's clinics on a day. clinics: key by id. n_waiting: rows in quarantine, of these or of no
    clinic. reading: a number that no other reading has."""

    facts: Facts
    policy: Policy
    as_of: date
    clinics: Mapping[str, int]
    n_waiting: int
    reading: int = field(default_factory=next_reading)

    def begun(self, first: date | None, last: date | None) -> Facts:
        """Courses whose first dose lies in a period; None: since ever, or to the day itself."""
        low = _clock.day_number(first) if first else 0
        high = _clock.day_number(last or self.as_of)
        return self.facts.select((self.facts.day_0 >= low) & (self.facts.day_0 <= high))


@permitted(Permission.SEE_OUTCOMES)
def read_courses(
    actor: Actor, store: Store, as_of: date | None = None, instruments: tuple[int, ...] = (0, 1)
) -> Courses:
    """instruments: codes; on a day, by default today."""
    with store.read() as connection:
        policy = current_policy(connection)
        day = as_of or today(connection)
        scope = clinic_keys(connection, actor)
        facts = facts_on(connection, policy, _clock.day_number(day), instruments, scope)
        known = read_clinics(connection)
        own = known if scope is None else known[known["clinic_key"].isin(scope)]
        n_waiting = count_open_rows(connection, scope)
    clinics = dict(zip(own["clinic_id"], own["clinic_key"], strict=True))
    return Courses(facts, policy, day, MappingProxyType(clinics), n_waiting)


@dataclass(frozen=True)
class Period:
    """The first and the last day of first doses that are counted; None: open."""

    first: date | None = None
    last: date | None = None


@permitted(Permission.SEE_OUTCOMES)
def read_outcomes(
    actor: Actor,
    store: Store,
    period: Period,
    denominator: str = MISSING_FAILS,
    as_of: date | None = None,
) -> pd.DataFrame:
    """OUTCOME_COLUMNS, one row each: every measure of courses at every time point; then, with the denominators of their own
    definitions, those like NHS Talking Therapies of the same courses, and the quality measures of the calendar year in which the
    period ends. Raises KeyError for an unknown denominator, StoreError for a period that is upside down or a day to come."""
    _check(store, period, as_of)
    courses = read_courses(actor, store, as_of)
    facts = courses.begun(period.first, period.last)
    last = min(period.last or courses.as_of, courses.as_of)
    said = {"denominator_rule": denominator, "from": period.first, "to": last}
    rows = [
        said | _describe(counted, asked.name, asked.time_point)
        for asked in _every_question(courses.policy)
        for counted in count_measures(asked, facts, denominator).values()
    ]
    rows += [said | _report(one) for one in report_therapies(facts, courses.policy)]
    of_year = read_quality_measures(actor, store, last.year, courses.as_of)
    year = {"from": date(last.year, 1, 1), "to": date(last.year, 12, 31)}
    rows += [_report(one) | year for one in of_year.of_patients]
    about = {"policy_version": courses.policy.version, "as_of": courses.as_of}
    return pd.DataFrame(rows).assign(**about)[list(OUTCOME_COLUMNS)]


def _check(store: Store, period: Period, as_of: date | None) -> None:
    """On a day to come every score would be due, and missing."""
    with store.read() as connection:
        last = today(connection)
    if as_of and as_of > last:
        raise StoreError(f"Nothing is known of {as_of} yet; today is {last}.")
    end = min(period.last or last, as_of or last)
    if period.first and period.first > end:
        raise StoreError(f"The period ends on {end}, before it begins on {period.first}.")


def _report(one: Reported) -> dict[str, object]:
    return _describe(one.counted, one.instrument, one.time_point) | {"denominator_rule": one.denominator}


def _every_question(policy: Policy) -> Iterator[Asked]:
    for instrument in BY_CODE:
        for time_point in TIME_POINTS:
            yield Asked(instrument.code, time_point, policy)


def _describe(counted: Counted, instrument: str, time_point: str) -> dict[str, object]:
    """Rates to a hundredth of a per cent; empty where nobody is counted."""
    low, high = counted.share.interval
    has_any = counted.total > 0

    def rate(share: Share) -> float:
        return round(100 * share.n / share.total, 2) if share.total else np.nan

    return {
        "measure": counted.measure.name,
        "instrument": instrument,
        "time_point": time_point,
        "started": counted.start,
        "excluded": sum(counted.exits),
        "denominator": counted.total,
        "numerator": counted.met,
        "rate": rate(counted.share),
        "low": round(100 * low, 2) if has_any else np.nan,
        "high": round(100 * high, 2) if has_any else np.nan,
        "due": counted.bound_total,
        "with_outcome": counted.coverage.n,
        "coverage": rate(counted.coverage),
        "worst_case": rate(counted.worst),
        "best_case": rate(counted.best),
        "definition_version": counted.measure.version,
    }
