"""What a figure of outcomes is asked about: an instrument at a time point, by a policy."""

from dataclasses import dataclass

from lib.clinical.outcomes.course_scores import TIME_POINTS, WEEKS
from lib.clinical.outcomes.facts import Facts, Scores, caseness, instrument_name
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Bools
from lib.clinical.wording import capitalise


@dataclass(frozen=True)
class Asked:
    """Which instrument (code) at which time point (course_scores.TIME_POINTS). at_caseness: the lowest baseline that counts,
    where it is not the policy's own."""

    instrument: int
    time_point: str
    policy: Policy
    at_caseness: int | None = None

    @property
    def name(self) -> str:
        return instrument_name(self.instrument)

    def scores(self, facts: Facts) -> Scores:
        return facts.scores[self.instrument]

    def lowest_baseline(self, facts: Facts) -> int:
        return self.at_caseness or caseness(self.scores(facts), self.policy)

    def is_known(self, facts: Facts) -> Bools:
        """A baseline, and a total at the time point; a last score that is stale is missing."""
        return (self.scores(facts)["baseline_total"] != NONE) & self.has_score(facts)

    def has_score(self, facts: Facts) -> Bools:
        scores = self.scores(facts)
        known = scores.total(self.time_point) != NONE
        if self.time_point == "latest":
            known &= facts.as_of - scores["latest_on"] <= self.policy.categories.current_days
        return known

    def is_at_caseness(self, facts: Facts) -> Bools:
        return self.scores(facts)["baseline_total"] >= self.lowest_baseline(facts)

    def is_compared(self, facts: Facts) -> Bools:
        """Due, and at caseness or without a baseline: those of whom the rate of response speaks. Figures of change speak of no
        others, or the difference of two sums would tell how few began below caseness."""
        is_in = facts.day_0 + self.due_days <= facts.as_of
        is_in &= (self.scores(facts)["baseline_total"] == NONE) | self.is_at_caseness(facts)
        return is_in & ~facts.is_daily if self.session else is_in

    @property
    def session(self) -> int:
        """The dosing session that the time point follows; 0 for a week or the last score."""
        return int(self.time_point[-1]) if self.time_point.startswith("session_") else 0

    @property
    def week(self) -> int:
        """Days from the first dose to the week that the time point names; 0 for others."""
        return WEEKS.get(self.time_point, 0)

    @property
    def margin(self) -> int:
        """How far from that day a form may lie, in days."""
        numbers = self.policy.outcomes
        return {"week_4": numbers.week_4_margin_days, "week_12": numbers.week_12_margin_days}[self.time_point]

    @property
    def due_days(self) -> int:
        """From the first dose until the score is due."""
        if self.week:
            return self.week + self.margin
        if self.session:
            # A week for each session beyond the fourth, as for those up to it.
            return self.policy.outcomes.session_due_days + 7 * (self.session - 4)
        return self.policy.categories.too_early_days

    def say_time_point(self) -> str:
        return say_time_point(self.time_point)


def name_time_points() -> dict[str, str]:
    """What each is called where it stands alone: After session 4."""
    return {name: capitalise(say_time_point(name)) for name in TIME_POINTS}


def say_time_point(name: str) -> str:
    """After session 4; 4 weeks after the first dose; the last score."""
    if name in WEEKS:
        return f"{WEEKS[name] // 7} weeks after the first dose"
    return f"after session {name[-1]}" if name.startswith("session_") else "at the last score"
