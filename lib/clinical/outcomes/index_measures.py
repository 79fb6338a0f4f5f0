"""Remission and response twelve months after an index score (CMS159-like), and four to eight months after it (HEDIS DRR-E-like).

Read from the measures' own logic as published (evidence/clinical.md 2.3), over our records: alike, not certified.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from lib.clinical.outcomes.care_facts import CareFacts
from lib.clinical.outcomes.diagnosis_groups import DEPRESSION
from lib.clinical.outcomes.followed import ABOVE, YOUNGEST, Followed, FollowUp, follow
from lib.clinical.outcomes.index_rules import date_of, eight_month_rule, twelve_month_rule
from lib.clinical.outcomes.measures import ELIGIBLE, Measure, Step
from lib.clinical.outcomes.reported import (
    SAY_ENCOUNTER,
    Reported,
    eligible,
    exclusions,
    leave,
    never,
)
from lib.clinical.segments import Bools
from lib.clinical.wording import say_span

CMS159_VERSION = "CMS159-like, MP {year}, CQL v0.3.000"
RESPONSE_VERSION = "CBE-1885-like, windows of CMS159, MP {year}, CQL v0.3.000"
DRR_VERSION = "HEDIS-DRR-E-like, MY {year}, 120 to 240 days, index by CQL 2019"
# Remission is below this (CMS159; HEDIS DRR-E).
_REMISSION_BELOW = 5


def report_index_measures(facts: CareFacts, year: int) -> list[Reported]:
    """Of a measurement year, one calendar year: remission and response at twelve months, then the three rates of DRR-E."""
    return [*_report(facts, _say_cms159(year), year), *_report(facts, _say_drr(year), year)]


@dataclass(frozen=True)
class _Said:
    """A rule in words, and what is counted by it."""

    rule: FollowUp
    time_point: str
    window: str
    near: str
    age: str
    until: str
    source: str
    rates: tuple["_Rate", ...]


@dataclass(frozen=True)
class _Rate:
    """words: the numerator. is_missing: of which entries it cannot be told."""

    name: str
    title: str
    version: str
    words: str
    is_met: Callable[[Followed], Bools]
    is_missing: Callable[[Followed], Bools]


def _say_cms159(year: int) -> _Said:
    return _Said(
        rule=twelve_month_rule(year),
        time_point="month_12",
        window="12 months after the index score, 60 days before and after",
        near="from 7 days before such an encounter to its day",
        age="at the index score",
        until="by the end of the follow-up",
        source="CMS159 / CBE 0710e, CQL v0.3.000; p4qm.org (CBE 1885)",
        rates=(
            _remission("cms159_remission", "Remission at twelve months (CMS159-like", CMS159_VERSION),
            _response("response_12_months", "Response at twelve months (CBE-1885-like", RESPONSE_VERSION),
        ),
    )


def _say_drr(year: int) -> _Said:
    return _Said(
        rule=eight_month_rule(year),
        time_point="day_120_240",
        window="120 to 240 days after the index score",
        near="of those days, at most 15 days from such an encounter",
        age=f"on 1 Jan {year}",
        until=f"by the end of {year} (death: ours)",
        source="HEDIS DRR-E (Horizon BCBS MY 2023; cqframework/hedis-ig for the index)",
        rates=(
            _follow_up("drr_follow_up", "PHQ-9 at four to eight months (DRR-E-like", DRR_VERSION),
            _remission("drr_remission", "Remission at four to eight months (DRR-E-like", DRR_VERSION),
            _response("drr_response", "Response at four to eight months (DRR-E-like", DRR_VERSION),
        ),
    )


def _remission(name: str, title: str, version: str) -> _Rate:
    """A provisional remission is none (definitions.md 5)."""
    return _Rate(
        name,
        title,
        version,
        f"the last PHQ-9 in the window below {_REMISSION_BELOW}",
        lambda of: of.has_last & (of.last_high < _REMISSION_BELOW) & ~of.is_item_9_blank,
        lambda of: ~of.has_last,
    )


def _response(name: str, title: str, version: str) -> _Rate:
    """At the upper bound too, where the last score is prorated."""
    return _Rate(
        name,
        title,
        version,
        "the last PHQ-9 in the window lower than the index score by half or more",
        lambda of: of.has_last & (2 * of.last_high <= of.index_total),
        lambda of: ~of.has_last,
    )


def _follow_up(name: str, title: str, version: str) -> _Rate:
    return _Rate(name, title, version, "a valid PHQ-9 in the window", lambda of: of.has_last, never)


def _report(facts: CareFacts, said: _Said, year: int) -> list[Reported]:
    entries = follow(facts, said.rule)
    exits = _exits(said)
    return [Reported(_measure(rate, said, exits, year), entries, said.time_point) for rate in said.rates]


def _measure(rate: _Rate, said: _Said, exits: tuple[Step, ...], year: int) -> Measure:
    return Measure(
        name=rate.name,
        version=rate.version.format(year=year),
        title=f"{rate.title}, not certified)",
        start=f"everybody on record; {SAY_ENCOUNTER}",
        window=said.window,
        source=said.source,
        exits=exits,
        met=Step("met", rate.words, rate.is_met),
        missing=Step("missing", f"no valid PHQ-9 {said.window}", rate.is_missing),
        leaves=MappingProxyType({ELIGIBLE: eligible(exits)}),
        bound_by=ELIGIBLE,
    )


def _exits(said: _Said) -> tuple[Step, ...]:
    when = say_span(*(date_of(day) for day in said.rule.encounters))
    return (
        leave("no-encounter", f"no encounter {when}"),
        leave("no-diagnosis", f"no {DEPRESSION.words} at such an encounter"),
        leave("no-index", f"no valid PHQ-9 above {ABOVE} {said.near}"),
        leave("young", f"known to be below {YOUNGEST} {said.age}"),
        *exclusions(said.rule.groups, said.until),
        leave("not-due", "the follow-up is not over yet"),
    )
