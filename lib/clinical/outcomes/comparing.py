"""A clinic's own rate beside a published one, asked by the publication's own definition, and beside its own history."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lib.clinical.benchmarks import Published
from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.intervals import Difference
from lib.clinical.outcomes.asked import say_time_point
from lib.clinical.outcomes.counting import Counted, count
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.measures import PAIRED
from lib.clinical.outcomes.periods import quarters_before
from lib.clinical.outcomes.response_measures import build_measures
from lib.clinical.outcomes.told import Told
from lib.clinical.policy import Policy
from lib.clinical.wording import say_signed

Begun = Callable[[date, date], Facts]


@dataclass(frozen=True)
class Compared:
    """counted: of the period, the missing left out as the study did. quarters: first and last day, and the same rate."""

    published: Published
    counted: Counted
    quarters: tuple[tuple[date, date, Counted], ...]

    def say_by(self, own: int) -> str:
        """By which lowest baseline ours is counted, and at which time point. own: the policy's caseness."""
        ours = self.published.ours
        assert ours is not None
        by = f"a baseline of {ours.caseness} or more"
        if not ours.caseness_seen:
            said = f"Their lowest baseline was not seen; ours is counted from {by}"
        else:
            said = (
                f"Counted from {by}, as there"
                if ours.caseness == own
                else f"Counted by their threshold, {by}, not by ours of {own}"
            )
        return f"{said}, {say_time_point(ours.time_point)}."

    def say_difference(self, told: Told) -> str:
        """−6 points, 95 % interval −12 to +1: ours less theirs (Newcombe 1998); "" where one of the counts is not known."""
        theirs = self.published.share
        if told.share is None or theirs is None:
            return ""
        difference = Difference(told.share, theirs)
        low, high = difference.interval
        value = 100 * (difference.value or 0.0)
        return (
            f"{say_signed(value)} points, 95 % interval {say_signed(100 * low)} to {say_signed(100 * high)}"
        )


def compare(published: Published, policy: Policy, facts: Facts, begun: Begun, before: date) -> Compared:
    """facts: of the period. begun: facts of courses with a first dose from one day to another. before: the day after the last of
    the four quarters of history."""
    assert published.ours is not None
    asked = published.ask(INSTRUMENTS[published.instrument].code, policy)
    measure = build_measures(asked)[published.ours.measure]
    quarters = tuple(
        (first, last, count(measure, begun(first, last), PAIRED)) for first, last in quarters_before(before)
    )
    return Compared(published, count(measure, facts, PAIRED), quarters)
