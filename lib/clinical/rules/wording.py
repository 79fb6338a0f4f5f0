"""What a flag says: the evidence it stands on and the limit it was held against, in a clinician's words."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import isnan
from typing import Any

from lib.clinical.instruments import BY_CODE
from lib.clinical.policy import Policy
from lib.clinical.response import REASONS
from lib.clinical.segments import NONE
from lib.clinical.wording import say_day, say_percent, say_signed

_EPOCH = date(1970, 1, 1)
_AFTER = ("40", "120")

# One row of a frame, by column.
Row = Mapping[Any, Any]


def say_day_number(day: int) -> str:
    """3 Apr 2026, from days since 1970-01-01."""
    return say_day(_EPOCH + timedelta(days=int(day)))


def say_course(row: Row) -> str:
    """Baseline, latest total and the look before it, of one row of `standing.assess`."""
    name, change = BY_CODE[row["instrument"]].name, row["latest_total"] - row["baseline_total"]
    percent = f" ({say_percent(change, row['baseline_total'])})" if row["baseline_total"] else ""
    latest = f"{row['latest_total']} on {say_day_number(row['latest_on'])}"
    look = f"; {row['look_total']} on {say_day_number(row['look_on'])}" if row["look_total"] != NONE else ""
    sessions = row["n_sessions_before_latest"]
    exposure = f"day {row['latest_on'] - row['day_0']}, {sessions} dosing session{'' if sessions == 1 else 's'} before it"
    return (
        f"{name} {row['baseline_total']} → {latest}, {say_signed(change)} points{percent}{look}; {exposure}"
    )


def say_efficacy_threshold(rule: str, instrument: int, policy: Policy) -> str:
    """The limit of an efficacy rule, with the numbers of the policy."""
    numbers = policy.categories
    is_phq9 = instrument == 0
    relapse = (numbers.phq9_relapse_total, numbers.phq9_relapse_rise)
    change = numbers.phq9_reliable_change if is_phq9 else numbers.gad7_reliable_change
    marked = policy.reliable_deterioration
    improver, responder, anxiety = policy.non_improver, policy.non_responder, policy.gad7_non_response
    poor = (
        f"fall below {improver.min_fall_points} points or {improver.min_fall_percent} % "
        f"from day {improver.min_days} and after {improver.min_sessions} dosing sessions"
    )
    confirm = f"at least {numbers.confirm_days} days apart"
    return {
        "reliable_deterioration": (
            f"rise of {change} points or more above baseline; high when seen twice, or at "
            f"{marked.phq9_marked_rise if is_phq9 else marked.gad7_marked_rise}"
        ),
        "relapse": f"after a response, two looks {confirm} at {relapse[0]} or more and {relapse[1]} above the lowest",
        "possible_relapse": f"after a response, {relapse[0]} or more and {relapse[1]} above the lowest; one look so far",
        "non_responder": (
            f"fall below {numbers.response_percent} % by day {responder.min_days}, or by day "
            f"{responder.min_days_with_sessions} after {responder.min_sessions} sessions; latest {responder.min_latest} or more"
        ),
        "non_improver": f"{poor}; two looks {confirm}, latest {improver.min_latest} or more",
        "non_improver_unconfirmed": f"{poor}; one look so far, or latest below {improver.min_latest}",
        "gad7_non_response": (
            f"fall below {anxiety.min_fall_points} points from day {anxiety.min_days} and after "
            f"{anxiety.min_sessions} dosing sessions; two looks {confirm}"
        ),
    }[rule]


def say_unseen(row: Row) -> str:
    """What is known of a patient in treatment without a recent or usable score."""
    last = (
        "no valid PHQ-9"
        if row["last_valid_on"] == NONE
        else f"last valid PHQ-9 on {say_day_number(row['last_valid_on'])}"
    )
    reason = REASONS[row["reason"]]
    # No count of days: what a flag says changes when a record does, and not with the calendar.
    return f"{last}; the course began on {say_day_number(row['day_0'])}" + (f"; {reason}" if reason else "")


def say_unseen_thresholds(policy: Policy) -> dict[str, str]:
    """The limits of the rules on what is missing."""
    numbers = policy.no_recent_score
    later = f"{numbers.later_after_days} in courses older than {numbers.later_from_day} days"
    return {
        "no_recent_score": f"more than {numbers.after_days} days without a valid PHQ-9; {later}",
        "not_assessable": f"no category {policy.not_assessable.after_days} days after the first dose",
    }


def say_item_9(row: Row) -> str:
    """The open forms with item 9 at 1 or more, of one row of `suicidality.flag_suicidality`."""
    forms = "1 form" if row["n_forms"] == 1 else f"{row['n_forms']} forms"
    latest = f"latest of them {row['latest_item_9']} on {say_day_number(row['latest_on'])}"
    return f"Item 9 positive ({row['highest']}): {forms} since {say_day_number(row['since'])}, {latest}"


def say_session(session: Row) -> str:
    """The session of 3 Apr 2026; session 2 of 3 Apr 2026, where it is not the first of its day: of two that read the same, nobody
    who closes one has closed the other. session: nth_of_day, and day."""
    day, nth = say_day_number(session["day"]), session["nth_of_day"]
    return f"the session of {day}" if nth == 1 else f"session {nth} of {day}"


def say_blood_pressure(session: Row, policy: Policy) -> tuple[str, str]:
    """(evidence, threshold): what the session was taken at, and which of the clinic's limits that is over."""
    limits = policy.blood_pressure
    after = [f"{_pair(session, when)} at {when} min" for when in _AFTER if _is_recorded(session, when)]
    before = f"{say_session(session)} was taken at {_pair(session, 'pre')}"
    threshold = (
        f"before a dose {limits.watch_systolic}/{limits.watch_diastolic} (watch), "
        f"{limits.high_systolic}/{limits.high_diastolic} (high); rise of {limits.rise_systolic}/{limits.rise_diastolic}; "
        f"any reading {limits.critical_systolic}/{limits.critical_diastolic} mmHg"
    )
    return f"{', '.join([before, *after])}; {_limit_passed(session, policy)}", threshold


def _limit_passed(session: Row, policy: Policy) -> str:
    limits = policy.blood_pressure
    anywhere = [
        _over(session, when, limits.critical_systolic, limits.critical_diastolic) for when in ("pre", *_AFTER)
    ]
    if any(anywhere):
        return f"the clinic's limit at any time is {limits.critical_systolic}/{limits.critical_diastolic}"
    if _over(session, "pre", limits.high_systolic, limits.high_diastolic):
        return f"the clinic's limit is {limits.high_systolic}/{limits.high_diastolic}"
    if _over(session, "pre", limits.watch_systolic, limits.watch_diastolic) and not _rises(session, policy):
        return f"the clinic watches from {limits.watch_systolic}/{limits.watch_diastolic}"
    return f"the clinic's limit for a rise is {limits.rise_systolic}/{limits.rise_diastolic}"


def _rises(session: Row, policy: Policy) -> bool:
    limits = policy.blood_pressure
    return any(
        session[f"sbp_{when}_mmhg"] - session["sbp_pre_mmhg"] >= limits.rise_systolic
        or session[f"dbp_{when}_mmhg"] - session["dbp_pre_mmhg"] >= limits.rise_diastolic
        for when in _AFTER
    )


def _over(session: Row, when: str, systolic: int, diastolic: int) -> bool:
    return bool(session[f"sbp_{when}_mmhg"] >= systolic or session[f"dbp_{when}_mmhg"] >= diastolic)


def _is_recorded(session: Row, when: str) -> bool:
    return not (isnan(session[f"sbp_{when}_mmhg"]) and isnan(session[f"dbp_{when}_mmhg"]))


def _pair(session: Row, when: str) -> str:
    def say(value: float) -> str:
        return "not recorded" if isnan(value) else f"{value:.0f}"

    if not _is_recorded(session, when):
        return "a blood pressure not recorded"
    return f"{say(session[f'sbp_{when}_mmhg'])}/{say(session[f'dbp_{when}_mmhg'])}"


def say_sedation(session: Row, policy: Policy) -> tuple[str, str]:
    """(evidence, threshold) of the lowest sedation level of a session."""
    return (
        f"lowest MOAA/S {session['sedation_moaas']:.0f} in {say_session(session)}",
        f"MOAA/S {policy.sedation.high_at} or below; {policy.sedation.critical_at} or below is critical",
    )


def say_clearing(rule: str, policy: Policy) -> str:
    """What would clear a flag, with the numbers of the policy."""
    numbers, improver, anxiety = policy.categories, policy.non_improver, policy.gad7_non_response
    improved = (
        f"a total at least {improver.min_fall_points} points and {improver.min_fall_percent} % below baseline"
    )
    return {
        "suicidality_item_9": "only a named clinician closes it; a newer form does not",
        "item_9_not_answered": "the next PHQ-9 has an answer to item 9",
        "blood_pressure": "the next dosing session is recorded within the limits",
        "sedation": f"the next dosing session is recorded above MOAA/S {policy.sedation.high_at}",
        "reliable_deterioration": "the next total is no longer reliably above baseline",
        "relapse": "the next total is below the relapse numbers",
        "possible_relapse": "the next total is below the relapse numbers; a second look above them confirms it",
        "non_responder": f"a fall of {numbers.response_percent} %, or a total below {policy.non_responder.min_latest}",
        "non_improver": f"{improved}, or below {improver.min_latest}",
        "non_improver_unconfirmed": f"{improved}; a second look without it confirms it",
        "gad7_non_response": f"a GAD-7 total at least {anxiety.min_fall_points} points below baseline",
        "no_recent_score": "a valid PHQ-9, or the end of treatment",
        "not_assessable": f"a baseline and a follow-up at least {numbers.too_early_days} days after the first dose",
    }[rule]
