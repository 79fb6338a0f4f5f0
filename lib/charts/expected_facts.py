"""Where an expected course lies on a patient's time axis, and what is said of it there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from lib.charts.records import Session
from lib.charts.text import lines
from lib.charts.time_axis import TimeAxis
from lib.clinical.expected import PROBABILITIES
from lib.clinical.expected_course import ExpectedCourse, Step
from lib.clinical.expected_wording import say_who, say_within


@dataclass(frozen=True)
class PlacedStep:
    """One session's step and the days that it is drawn over."""

    step: Step
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Ribbon:
    """The steps of one instrument that lie on the time axis, oldest first; at least one."""

    course: ExpectedCourse
    placed: tuple[PlacedStep, ...]

    @property
    def last_median(self) -> float:
        return self.placed[-1].step.bounds[PROBABILITIES.index(0.5)]

    @property
    def runs(self) -> list[list[PlacedStep]]:
        """Steps that meet, parted where a session has none."""
        runs = [[self.placed[0]]]
        for earlier, later in pairwise(self.placed):
            if earlier.until == later.since:
                runs[-1].append(later)
            else:
                runs.append([later])
        return runs


def place_ribbon(
    course: ExpectedCourse | None, counting: list[Session], time: TimeAxis, reach_days: int
) -> Ribbon | None:
    """Each step from its session to the next, not longer than reach_days, and not beyond as_of.

    That is when a total counts as "after session k" (lib/clinical/session_scores.py): the step says nothing of a later day,
    and the ribbon changes only where a dose was taken. There is no slope in between: nobody measured one.
    """
    if course is None or not counting:
        return None
    starts = [session.at for session in counting if session.course == counting[-1].course]
    placed = []
    for step in (one for one in course.steps if one.session <= len(starts)):
        since = starts[step.session - 1]
        following = starts[step.session] if step.session < len(starts) else time.until
        until = min(following, since + timedelta(days=reach_days), time.until)
        if max(since, time.start) < until:
            placed.append(PlacedStep(step, max(since, time.start), until))
    return Ribbon(course, tuple(placed)) if placed else None


def say_ribbon(ribbon: Ribbon) -> str:
    """What the ribbon is, in the margin."""
    counts = [one.step.n_patients for one in ribbon.placed]
    low, high = min(counts), max(counts)
    n = f"n {low}" if low == high else f"n {low}–{high}"
    return f"expected course, not a target<br>(50, 80, 95 % of the clinic's<br>own patients, {n})"


def describe_step(ribbon: Ribbon, step: Step) -> str:
    """What the mouse reads on the median."""
    name = ribbon.course.instrument.name
    return lines(
        f"<b>{name} expected after session {step.session}</b>, not a target",
        f"half of such patients {say_within(step, 50)}, 80 % {say_within(step, 80)}, 95 % {say_within(step, 95)}",
        f"read from {step.n_patients} {say_who(ribbon.course, step)}",
        f"of {ribbon.course.n_began} who began in this band, {step.n_taken} took the session, "
        f"{step.n_measured} were measured after it",
    )
