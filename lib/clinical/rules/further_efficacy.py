"""Further rules on totals (docs/further_rules.md 1): watched early, stalled halfway, worse without a baseline."""

from collections.abc import Callable, Mapping

import numpy as np

from lib.clinical.instruments import PHQ9
from lib.clinical.policy import Policy
from lib.clinical.response import PARTIAL, by_instrument, reliable_change_points
from lib.clinical.rules.catalogue import MEDIUM, WATCH
from lib.clinical.rules.efficacy import days_after_day_0, has_enough_sessions, is_poor_look, is_unimproved
from lib.clinical.segments import NONE, Bools, Columns, Ints

_Points = Callable[[Ints, Policy], Ints]
FURTHER_EFFICACY_RULES = ("early_watch", "partial_and_flat", "worsening_without_baseline")
# They ask for a look at the treatment, while there is one.
RULES_OF_TREATMENT = ("early_watch", "partial_and_flat")


def judge_further(rows: Columns, policy: Policy) -> Mapping[str, Bools]:
    """For each of these rules, whether it holds for each row; columns of `standing.assess`."""
    return {
        "early_watch": _is_watched_early(rows, policy),
        "partial_and_flat": _is_partial_and_flat(rows, policy),
        "worsening_without_baseline": _rises_by(rows, rows["latest_total"], reliable_change_points, policy),
    }


def rate_further(rule: str, rows: Columns, policy: Policy) -> Ints:
    """The severity of a rule that holds for these rows."""
    if rule != "worsening_without_baseline":
        return np.full(len(rows["instrument"]), WATCH if rule == "early_watch" else MEDIUM)
    is_seen_before = _rises_by(rows, rows["look_total"], reliable_change_points, policy)
    is_after_lowest = rows["look_on"] > rows["recent_lowest_on"]
    is_marked = _rises_by(rows, rows["latest_total"], marked_rise_points, policy)
    return np.where(is_marked | (is_seen_before & is_after_lowest), MEDIUM, WATCH)


def marked_rise_points(instrument: Ints, policy: Policy) -> Ints:
    """The rise that is marked by itself, without a second look."""
    numbers = policy.reliable_deterioration
    return by_instrument(instrument, numbers.phq9_marked_rise, numbers.gad7_marked_rise)


def _is_watched_early(rows: Columns, policy: Policy) -> Bools:
    """Not improved at two looks, before the checkpoints of non_improver (sessions) and non_responder (days)."""
    numbers = policy.early_watch
    days = days_after_day_0(rows, "latest_on")
    holds = _is_treated_case(rows, policy) & is_poor_look(rows, "latest_total", "latest_on", policy)
    holds &= is_unimproved(rows, "look_total", policy)
    holds &= (days >= numbers.min_days) & (days < policy.non_responder.min_days)
    holds &= (rows["n_sessions_before_latest"] >= numbers.min_sessions) & ~rows["is_daily"]
    holds &= rows["n_sessions_before_latest"] < policy.non_improver.min_sessions
    return holds & (rows["latest_total"] >= numbers.min_latest)


def _is_partial_and_flat(rows: Columns, policy: Policy) -> Bools:
    numbers = policy.partial_and_flat
    holds = _is_treated_case(rows, policy) & (rows["category"] == PARTIAL) & ~rows["is_provisional"]
    for total in ("previous_total", "third_total"):
        holds &= np.abs(rows[total] - rows["latest_total"]) <= numbers.flat_points
    holds &= days_after_day_0(rows, "third_on") >= numbers.min_days
    holds &= rows["latest_on"] - rows["third_on"] >= numbers.min_span_days
    return holds & has_enough_sessions(rows, numbers.min_sessions)


def _is_treated_case(rows: Columns, policy: Policy) -> Bools:
    is_known = (rows["baseline_total"] != NONE) & (rows["latest_total"] != NONE)
    return (
        is_known
        & (rows["instrument"] == PHQ9.code)
        & (rows["baseline_total"] >= policy.categories.phq9_caseness)
    )


def _rises_by(rows: Columns, total: Ints, points_of: _Points, policy: Policy) -> Bools:
    """Whether a total lies that far above the lowest of the weeks before; False where there is none of either."""
    is_known = (rows["recent_lowest_total"] != NONE) & (total != NONE)
    points = points_of(rows["instrument"], policy)
    return is_known & (total - rows["recent_lowest_total"] >= points)
