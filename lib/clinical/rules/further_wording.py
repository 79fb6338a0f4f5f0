"""What the further rules say (docs/further_rules.md): the limit that each holds its evidence against, and what clears it."""

from lib.clinical.instruments import BY_CODE, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.rules import wording
from lib.clinical.rules.wording import Row, say_day_number
from lib.clinical.segments import NONE

CRITICAL_CLEARING = "only a named clinician closes what is critical; a newer record does not"


def say_without_baseline(row: Row) -> str:
    """The latest total against the lowest of the weeks before, of one row of `standing.assess`; marked so."""
    rise = row["latest_total"] - row["recent_lowest_total"]
    look = f"; {row['look_total']} on {say_day_number(row['look_on'])}" if row["look_total"] != NONE else ""
    return (
        f"no baseline: {BY_CODE[row['instrument']].name} {row['latest_total']} on {say_day_number(row['latest_on'])}, "
        f"+{rise} points against the lowest, {row['recent_lowest_total']} on {say_day_number(row['recent_lowest_on'])}{look}"
    )


def say_oxygen(session: Row) -> str:
    """The lowest saturation of a session."""
    return f"lowest SpO2 {session['spo2_min_pct']:g} % in the session of {say_day_number(session['day'])}"


def say_recovery(session: Row) -> str:
    """The recorded end of a session's effects, and the latest one that its protocol expects."""
    return (
        f"effects ended {session['effect_end_min']:g} min after the dose in the session of {say_day_number(session['day'])}; "
        f"its protocol expects an end by {session['expected_end_min']:g} min"
    )


def say_total_threshold(rule: str, instrument: int, policy: Policy) -> str:
    """The limit of a further rule on totals."""
    improver, early, flat = policy.non_improver, policy.early_watch, policy.partial_and_flat
    numbers, is_phq9 = policy.categories, instrument == PHQ9.code
    change = numbers.phq9_reliable_change if is_phq9 else numbers.gad7_reliable_change
    marked = policy.reliable_deterioration
    return {
        "early_watch": (
            f"fall below {improver.min_fall_points} points or {improver.min_fall_percent} % from day {early.min_days} and after "
            f"{early.min_sessions} dosing sessions, at {early.min_latest} or more; watched, not judged"
        ),
        "partial_and_flat": (
            f"a fall of {numbers.partial_percent} % and below {numbers.response_percent} %, three totals within "
            f"{flat.flat_points} points from day {flat.min_days}, after {flat.min_sessions} dosing sessions"
        ),
        "worsening_without_baseline": (
            f"rise of {change} points above the lowest total of {policy.worsening_without_baseline.window_days} days; medium "
            f"when seen twice, or at {marked.phq9_marked_rise if is_phq9 else marked.gad7_marked_rise}"
        ),
    }[rule]


def say_thresholds(policy: Policy) -> dict[str, str]:
    """By rule, the limits of the further rules that do not read totals alone."""
    doses, gaps, numbers = policy.dose_limits, policy.protocol_gaps, policy.categories
    misuse, missed = policy.misuse_signals, policy.integration_missed
    return {
        "discordant_instruments": (
            f"one risen and the other fallen by the reliable change (PHQ-9 {numbers.phq9_reliable_change}, GAD-7 "
            f"{numbers.gad7_reliable_change}), at most {policy.discordant_instruments.max_days_apart} days apart"
        ),
        "dose_limits": (
            f"the patient's recorded ceiling; a step above {doses.step_mg} mg and {doses.step_percent} % of the dose before; "
            f"an interval below {doses.min_interval_percent} % of the ordered one"
        ),
        "protocol_gaps": (
            f"supervisor present; held {gaps.shortest_hold_min}–{gaps.longest_hold_min} min (two sessions); vital signs and "
            f"contact not missing for {gaps.silent_sessions} sessions and more than {gaps.silent_days} days"
        ),
        "low_oxygen": f"SpO2 below {policy.low_oxygen.high_below_pct} %",
        "slow_recovery": f"more than {policy.slow_recovery.after_end_min} min after the end that the protocol expects",
        "tolerability": (
            "named events at any severity (critical, until a clinician closes it); severe or serious (high), severity not "
            f"recorded (medium), moderate (watch), for {policy.tolerability.recent_days} days"
        ),
        "urinary_symptoms": "any urinary symptom, reported or observed, since the first dose",
        "liver_enzymes": (
            f"ALT or GGT above {policy.liver_enzymes.times_upper_limit} times the recorded upper limit of normal"
        ),
        "benzodiazepine": "a benzodiazepine beside ketamine; watched when begun in this course",
        "stale_baseline": f"a baseline more than {policy.baseline.stale_after_days} days before the first dose",
        "misuse_signals": (
            f"more taken than dispensed; two doses below {doses.min_interval_percent} % of the ordered interval within "
            f"{misuse.early_within_days} days; dispensed again with {misuse.early_refill_percent} % or more "
            "of the last supply left"
        ),
        "integration_missed": (
            f"no practice {missed.from_day} to {missed.to_day} days after each of the last {missed.sessions} dosing sessions"
        ),
        "in_person_due": f"more than {policy.in_person_due.after_days} days since the last in-person evaluation",
    }


def say_clearings(policy: Policy) -> dict[str, str]:
    """By rule, what would clear a flag of a further rule."""
    improver, gaps = policy.non_improver, policy.protocol_gaps
    improved = (
        f"a total at least {improver.min_fall_points} points and {improver.min_fall_percent} % below baseline"
    )
    return {
        "early_watch": f"{improved}; from {improver.min_sessions} dosing sessions on other rules judge",
        "partial_and_flat": f"a fall of {policy.categories.response_percent} %, or totals that move again",
        "off_expected_course": f"a total inside the {policy.off_expected_course.watch_band_percent} % band of its session",
        "worsening_without_baseline": "the next total is no longer that far above the lowest of the weeks before",
        "discordant_instruments": "the next totals no longer part by the reliable change",
        "dose_limits": "the next dosing session is recorded within the limits",
        "protocol_gaps": (
            f"the next dosing session is recorded with a supervisor, a hold of {gaps.shortest_hold_min}–"
            f"{gaps.longest_hold_min} min and what was missing"
        ),
        "low_oxygen": f"the next dosing session is recorded at {policy.low_oxygen.high_below_pct} % or more",
        "slow_recovery": "the next dosing session is recorded with an end in time",
        "tolerability": (
            f"{policy.tolerability.recent_days} days after the last such event; a critical event stays until a named clinician "
            "closes it"
        ),
        "urinary_symptoms": "the next urinary question is answered with no",
        "liver_enzymes": "the next value is within the limit",
        "benzodiazepine": "an end date of the medicine, or the end of treatment",
        "stale_baseline": "the end of treatment; a baseline cannot be made up afterwards",
        "misuse_signals": "the next dispensing, or the passing of the weeks; ask first",
        "integration_missed": "a practice logged in the days after a dosing session",
        "in_person_due": "an in-person evaluation on record, or the end of treatment",
    }


def say_clearing(rule: str, policy: Policy) -> str:
    """What would clear a flag of any rule, with the numbers of the policy."""
    further = say_clearings(policy)
    return further[rule] if rule in further else wording.say_clearing(rule, policy)
