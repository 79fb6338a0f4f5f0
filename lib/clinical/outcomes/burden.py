"""What treatment cost patients by the time of a score: from their dosing sessions, where that is recorded; else it is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lib.clinical.benefit_burden import BenefitBurden, count_benefit_burden
from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.session_facts import CourseSessions
from lib.clinical.policy import Policy
from lib.clinical.response import reliable_change_points
from lib.clinical.segments import Bools, Ints

Floats = np.ndarray


@dataclass(frozen=True)
class Kind:
    """One way to see burden. column: of a session; is_mean: the mean over the sessions that tell it, else the highest. edges: of
    the map's cells: low, high, step; what lies beyond is in the last cell. begins_at: where the cut stands at first."""

    title: str
    words: str
    column: str
    edges: tuple[float, float, float]
    begins_at: float
    is_mean: bool = False


def kinds(policy: Policy) -> Mapping[str, Kind]:
    """By name. The cut in blood pressure begins at the rise that the policy names; the others in the middle of the scale, and
    at one event a session: a beginning, not a limit."""
    rise = policy.blood_pressure.rise_systolic
    highest = "highest systolic rise from before the dose, mmHg"
    return MappingProxyType(
        {
            "dissociation": Kind(
                "Dissociation", "highest dissociation rating, 0 to 10", "dissociation", (0, 11, 1), 5
            ),
            "pressure": Kind("Blood pressure", highest, "rise", (0, 80, 5), rise),
            "events": Kind(
                "Adverse events", "adverse events per session asked", "n_events", (0, 3, 0.25), 1, True
            ),
        }
    )


@dataclass(frozen=True)
class Burden:
    """One entry a course. value: nan where no session tells it. n_known of n_sessions up to the score tell it."""

    value: Floats
    n_known: Ints
    n_sessions: Ints


def derive_burden(asked: Asked, facts: Facts, sessions: CourseSessions, kind: Kind) -> Burden:
    """sessions: of these facts. Only those before the score count: after session k the first k, at a week those before its day,
    at the last score those dated before it."""
    is_before = _is_before(asked, facts, sessions)
    course, n = sessions.course[is_before], len(facts)
    values = sessions.rows[kind.column].to_numpy(dtype=float)[is_before]
    is_known = ~np.isnan(values)
    n_known = np.bincount(course[is_known], minlength=n)
    found = np.full(n, np.nan)
    if kind.is_mean:
        sums = np.bincount(course[is_known], weights=values[is_known], minlength=n)
        np.divide(sums, n_known, out=found, where=n_known > 0)
    else:
        np.fmax.at(found, course, values)
    return Burden(found, n_known, np.bincount(course, minlength=n))


def _is_before(asked: Asked, facts: Facts, sessions: CourseSessions) -> Bools:
    if asked.session:
        return sessions.number <= asked.session
    end = facts.day_0 + asked.week if asked.week else asked.scores(facts)["latest_on"]
    return sessions.day < end[sessions.course]


@dataclass(frozen=True)
class Weighed:
    """Everyone compared at the time point (Asked.is_compared), one entry a course. change: below 0 is better, nan
    where unknown."""

    facts: Facts
    change: Floats
    burden: Burden
    kind: Kind

    def count(self, change_edges: Floats) -> BenefitBurden:
        low, high, step = self.kind.edges
        return count_benefit_burden(
            self.change, self.burden.value, change_edges, np.arange(low, high + step / 2, step)
        )

    @property
    def known_sessions(self) -> tuple[int, int]:
        """Of the sessions of those on the map: how many tell the burden, of how many."""
        is_on = ~(np.isnan(self.change) | np.isnan(self.burden.value))
        return int(self.burden.n_known[is_on].sum()), int(self.burden.n_sessions[is_on].sum())

    def select(self, *, is_better: bool, is_heavier: bool, change_cut: float, burden_cut: float) -> Facts:
        """The courses of one of the four parts, as BenefitBurden.split counts them."""
        is_known = ~(np.isnan(self.change) | np.isnan(self.burden.value))
        is_in = ((self.change <= change_cut) == is_better) & ((self.burden.value >= burden_cut) == is_heavier)
        return self.facts.select(is_known & is_in)


def weigh(asked: Asked, facts: Facts, sessions: CourseSessions, kind: Kind) -> Weighed:
    """sessions: of these facts. Every course that is compared."""
    scores = asked.scores(facts)
    change = np.where(
        asked.is_known(facts), scores.total(asked.time_point) - scores["baseline_total"], np.nan
    )
    burden = derive_burden(asked, facts, sessions, kind)
    is_in = asked.is_compared(facts)
    compared = Burden(burden.value[is_in], burden.n_known[is_in], burden.n_sessions[is_in])
    return Weighed(facts.select(is_in), change[is_in], compared, kind)


def edges_of_change(asked: Asked) -> tuple[Floats, int]:
    """Edges of the map's cells, two points apart, and the one where the cut begins: a reliable change (definitions.md 4)."""
    points = int(reliable_change_points(np.array(asked.instrument), asked.policy))
    reach = BY_CODE[asked.instrument].max_total
    n_below, n_above = (reach - points) // 2 + 1, reach // 4 + points // 2
    return np.arange(-points - 2 * n_below, -points + 2 * n_above + 1, 2.0), -points
