"""Rules on totals: who gets worse, who does not improve, who relapses. All read columns of `standing.assess`."""

from collections.abc import Mapping

import numpy as np

from lib.clinical.instruments import GAD7, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.response import RELAPSE, by_instrument, reliable_change_points
from lib.clinical.rules.catalogue import HIGH, MEDIUM, WATCH
from lib.clinical.segments import NONE, Bools, Columns, Ints


def judge_efficacy(rows: Columns, policy: Policy) -> Mapping[str, Bools]:
    """For each efficacy rule, whether it holds for each row."""
    improver, unconfirmed = _judge_improvement(rows, policy)
    possible = rows["is_possible_relapse"] & _is_phq9(rows)
    relapse = (rows["category"] == RELAPSE) & _is_phq9(rows)
    return {
        "reliable_deterioration": _is_deteriorated(rows, rows["latest_total"], policy),
        "relapse": relapse,
        "non_responder": _is_non_responder(rows, policy),
        "non_improver": improver,
        "gad7_non_response": _is_gad7_non_response(rows, policy),
        "non_improver_unconfirmed": unconfirmed,
        "possible_relapse": possible & ~relapse,
    }


def rate_efficacy(rule: str, rows: Columns, policy: Policy) -> Ints:
    """The severity of a rule that holds for these rows."""
    if rule != "reliable_deterioration":
        fixed = {"gad7_non_response": MEDIUM, "non_improver_unconfirmed": WATCH, "possible_relapse": WATCH}
        return np.full(len(rows["instrument"]), fixed.get(rule, HIGH))
    numbers = policy.reliable_deterioration
    rise = rows["latest_total"] - rows["baseline_total"]
    is_marked = rise >= by_instrument(rows["instrument"], numbers.phq9_marked_rise, numbers.gad7_marked_rise)
    return np.where(is_marked | _is_deteriorated(rows, rows["previous_total"], policy), HIGH, WATCH)


def _is_phq9(rows: Columns) -> Bools:
    return rows["instrument"] == PHQ9.code


def _has_both(rows: Columns) -> Bools:
    return (rows["baseline_total"] != NONE) & (rows["latest_total"] != NONE)


def _is_deteriorated(rows: Columns, total: Ints, policy: Policy) -> Bools:
    limit = reliable_change_points(rows["instrument"], policy)
    return _has_both(rows) & (total != NONE) & (total - rows["baseline_total"] >= limit)


def days_after_day_0(rows: Columns, column: str) -> Ints:
    """Days from day 0 to a date; far below zero where there is no date."""
    return rows[column] - np.where(rows[column] != NONE, rows["day_0"], 0)


def has_enough_sessions(rows: Columns, n: int) -> Bools:
    """A daily low-dose course is judged by days alone [P]."""
    return rows["is_daily"] | (rows["n_sessions_before_latest"] >= n)


def is_unimproved(rows: Columns, total: str, policy: Policy) -> Bools:
    """Whether a follow-up is there and not improved: too small a fall in points or in per cent."""
    numbers, baseline = policy.non_improver, rows["baseline_total"]
    fall = baseline - rows[total]
    is_small = (fall < numbers.min_fall_points) | (100 * fall < numbers.min_fall_percent * baseline)
    return (rows[total] != NONE) & is_small


def is_poor_look(rows: Columns, total: str, on: str, policy: Policy) -> Bools:
    """Whether a follow-up is late enough and not improved."""
    return is_unimproved(rows, total, policy) & (days_after_day_0(rows, on) >= policy.non_improver.min_days)


def _judge_improvement(rows: Columns, policy: Policy) -> tuple[Bools, Bools]:
    """(non_improver, non_improver_unconfirmed): two looks a week apart without improvement, or the latest alone."""
    numbers = policy.non_improver
    is_asked = _is_phq9(rows) & _has_both(rows) & (rows["baseline_total"] >= policy.categories.phq9_caseness)
    latest_is_poor = is_asked & has_enough_sessions(rows, numbers.min_sessions)
    latest_is_poor &= is_poor_look(rows, "latest_total", "latest_on", policy)
    holds = latest_is_poor & is_poor_look(rows, "look_total", "look_on", policy)
    holds &= rows["latest_total"] >= numbers.min_latest
    return holds, latest_is_poor & ~holds


def _is_non_responder(rows: Columns, policy: Policy) -> Bools:
    numbers = policy.non_responder
    days = days_after_day_0(rows, "latest_on")
    by_sessions = (days >= numbers.min_days_with_sessions) & ~rows["is_daily"]
    by_sessions &= rows["n_sessions_before_latest"] >= numbers.min_sessions
    baseline, latest = rows["baseline_total"], rows["latest_total"]
    no_response = 100 * latest > (100 - policy.categories.response_percent) * baseline
    holds = _is_phq9(rows) & _has_both(rows) & (baseline >= policy.categories.phq9_caseness)
    holds &= ~rows["was_ever_confirmed"] & ((days >= numbers.min_days) | by_sessions)
    return holds & no_response & (latest >= numbers.min_latest)


def _is_gad7_non_response(rows: Columns, policy: Policy) -> Bools:
    numbers = policy.gad7_non_response
    baseline = rows["baseline_total"]
    holds = (rows["instrument"] == GAD7.code) & _has_both(rows) & (rows["look_total"] != NONE)
    holds &= (baseline >= policy.categories.gad7_caseness) & has_enough_sessions(rows, numbers.min_sessions)
    for total, on in (("latest_total", "latest_on"), ("look_total", "look_on")):
        holds &= baseline - rows[total] < numbers.min_fall_points
        holds &= days_after_day_0(rows, on) >= numbers.min_days
    return holds
