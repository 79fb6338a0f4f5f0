"""Our own measures of courses: response, remission, reliable improvement and deterioration, at a time point."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.counting import Counted, count
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.measures import (
    MISSING_FAILS,
    PAIRED,
    REACHED,
    STARTED,
    Measure,
    Step,
)
from lib.clinical.response import is_response, reliable_change_points
from lib.clinical.segments import NONE, Bools

VERSION = "1"
_START = "courses whose first dose lies in the period, where the clinic collects {name} or the patient has a form of it"
_ALWAYS_OUT = frozenset({"not-due", "daily"})
_OUT_OF = MappingProxyType(
    {
        STARTED: frozenset[str](),
        MISSING_FAILS: _ALWAYS_OUT | {"below-caseness"},
        REACHED: _ALWAYS_OUT | {"below-caseness", "not-reached"},
        PAIRED: _ALWAYS_OUT | {"below-caseness", "not-reached", "no-baseline", "no-score"},
    }
)


def _exits(asked: Asked) -> tuple[Step, ...]:
    days = asked.due_days
    exits = [
        Step("not-due", f"begun less than {days} days ago", lambda facts: facts.day_0 + days > facts.as_of)
    ]
    if asked.session:
        exits.append(Step("daily", "daily low-dose courses, which weeks judge", lambda facts: facts.is_daily))
    limit = asked.at_caseness or "caseness"
    low = Step(
        "below-caseness",
        f"{asked.name} baseline below {limit}",
        lambda facts: _has_baseline(asked, facts) & ~asked.is_at_caseness(facts),
    )
    exits.append(low)
    if asked.session:
        number = asked.session
        exits.append(
            Step(
                "not-reached", f"fewer than {number} dosing sessions", lambda facts: facts.n_sessions < number
            )
        )
    elif asked.week:
        day = asked.week - asked.margin
        exits.append(
            Step("not-reached", f"treatment ended before day {day}", lambda facts: _ended_before(facts, day))
        )
    exits.append(Step("no-baseline", f"no {asked.name} baseline", lambda facts: ~_has_baseline(asked, facts)))
    late = f", or none in the last {asked.policy.categories.current_days} days"
    words = f"no valid {asked.name} {asked.say_time_point()}{late if asked.time_point == 'latest' else ''}"
    exits.append(Step("no-score", words, lambda facts: ~asked.has_score(facts)))
    return tuple(exits)


def _has_baseline(asked: Asked, facts: Facts) -> Bools:
    return asked.scores(facts)["baseline_total"] != NONE


def _ended_before(facts: Facts, day: int) -> Bools:
    return (facts.ended_on != NONE) & (facts.ended_on < facts.day_0 + day)


def build_measures(asked: Asked) -> Mapping[str, Measure]:
    """By name: response, remission, reliable_improvement, deterioration. Sources: Hull 2022, McInnes 2022 (response, remission);
    NHS Talking Therapies (reliable change); definitions.md 4 and 5."""
    return MappingProxyType({name: _build(asked, name) for name in TITLES})


TITLES = MappingProxyType(
    {
        "response": "Response",
        "remission": "Remission",
        "reliable_improvement": "Reliable improvement",
        "deterioration": "Reliable deterioration",
    }
)
_OF_CASES = ("response", "remission")


def _build(asked: Asked, name: str) -> Measure:
    exits = _exits(asked)
    if name not in _OF_CASES:
        exits = tuple(step for step in exits if step.name != "below-caseness")
    known = {step.name for step in exits}
    table = asked.policy.notes["categories"]
    number = {"response": "response_percent", "remission": "remission_below"}.get(
        name, "phq9_reliable_change"
    )
    return Measure(
        name=name,
        version=VERSION,
        title=TITLES[name],
        start=_START.format(name=asked.name),
        window=asked.say_time_point(),
        source=table.numbers[number].source,
        exits=exits,
        met=Step(name, _say_met(asked, name), lambda facts: _is_met(asked, name, facts)),
        missing=Step("missing", "a score is missing", lambda facts: ~asked.is_known(facts)),
        leaves=MappingProxyType({denominator: out & known for denominator, out in _OUT_OF.items()}),
        is_good=name != "deterioration",
    )


def _points(asked: Asked) -> int:
    return int(reliable_change_points(np.array(asked.instrument), asked.policy))


def _say_met(asked: Asked, name: str) -> str:
    numbers, at = asked.policy.categories, asked.say_time_point()
    said = {
        "response": f"{asked.name} {at} lower than the baseline by {numbers.response_percent} % or more",
        "remission": f"{asked.name} {at} below {numbers.remission_below}",
        "reliable_improvement": f"{asked.name} {at} lower than the baseline by {_points(asked)} points or more",
        "deterioration": f"{asked.name} {at} higher than the baseline by {_points(asked)} points or more",
    }
    return said[name]


def _is_met(asked: Asked, name: str, facts: Facts) -> Bools:
    """A provisional improvement is counted by nobody (definitions.md 5)."""
    scores, policy = asked.scores(facts), asked.policy
    baseline, total = scores["baseline_total"], scores.total(asked.time_point)
    known, firm = asked.is_known(facts), ~scores.is_unsure(asked.time_point)
    if name == "response":
        return known & firm & asked.is_at_caseness(facts) & is_response(total, baseline, policy)
    if name == "remission":
        return known & firm & asked.is_at_caseness(facts) & (total < policy.categories.remission_below)
    if name == "reliable_improvement":
        return known & firm & (baseline - total >= _points(asked))
    return known & (total - baseline >= _points(asked))


def count_measures(asked: Asked, facts: Facts, denominator: str) -> Mapping[str, Counted]:
    """What each of them comes to, by name, of the courses of which the instrument is asked."""
    facts = facts.of(asked.instrument)
    return {name: count(measure, facts, denominator) for name, measure in build_measures(asked).items()}
