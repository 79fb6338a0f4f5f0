"""What each rule looks for, in one or two plain sentences with the policy's numbers: what a clinical lead reads and signs."""

from lib.clinical.policy import Policy


def say_looks_for(policy: Policy) -> dict[str, str]:
    """By rule name."""
    return {**_say_safety(policy), **_say_efficacy(policy), **_say_further(policy), **_say_practice(policy)}


def _say_safety(policy: Policy) -> dict[str, str]:
    pressure, sedation, recent = policy.blood_pressure, policy.sedation, policy.tolerability.recent_days
    return {
        "suicidality_item_9": (
            f"Any stored PHQ-9 that answers item 9 with 1 or more: critical at {policy.suicidality_item_9.critical_at} or more, "
            "or where the answer rose; else high. It stays until a named person closes it, even when a newer form says 0."
        ),
        "item_9_not_answered": "The latest PHQ-9 has answers, and none to item 9. A blank is unknown, and never 0.",
        "blood_pressure": (
            f"The latest dosing session. Before the dose {pressure.watch_systolic}/{pressure.watch_diastolic} mmHg or more is "
            f"watched, {pressure.high_systolic}/{pressure.high_diastolic} is high; a rise of {pressure.rise_systolic} systolic "
            f"or {pressure.rise_diastolic} diastolic after it is high; "
            f"{pressure.critical_systolic}/{pressure.critical_diastolic} "
            f"at any time is critical. One of the two pressures is enough."
        ),
        "sedation": (
            f"The deepest sedation of the latest dosing session: MOAA/S of {sedation.high_at} or less is high, "
            f"{sedation.critical_at} or less critical."
        ),
        "low_oxygen": (
            f"The lowest oxygen saturation of the latest dosing session is below {policy.low_oxygen.high_below_pct} %."
        ),
        "slow_recovery": (
            f"The effects of the latest dosing session ended more than {policy.slow_recovery.after_end_min} minutes after the "
            "latest end that its named protocol expects. A session that names no protocol is not assessed."
        ),
        "tolerability": (
            "An adverse event. Critical at any severity, without end: suicide attempt or ideation, mania, psychotic disorder, "
            f"loss of consciousness, respiratory depression, chest pain, overdose. For {recent} days: severe or serious is high, "
            "a severity that was not recorded is medium, moderate is watched."
        ),
        "urinary_symptoms": (
            "A urinary symptom among the adverse events, or a bladder question answered with anything but no, and no later "
            "answer that denies it. High; watched where it began before the first dose."
        ),
        "liver_enzymes": (
            f"The latest ALT or GGT is above {policy.liver_enzymes.times_upper_limit} times the upper limit of normal that was "
            "recorded with it. Without a recorded limit it is not assessed."
        ),
    }


def _say_efficacy(policy: Policy) -> dict[str, str]:
    numbers, responder, anxiety = policy.categories, policy.non_responder, policy.gad7_non_response
    improver, marked = policy.non_improver, policy.reliable_deterioration
    look = (
        f"From a PHQ-9 baseline of {numbers.phq9_caseness} or more, at a form of day {improver.min_days} or later the fall is "
        f"below {improver.min_fall_points} points or below "
        f"{improver.min_fall_percent} %, after {improver.min_sessions} dosing sessions"
    )
    back_up = (
        f"After a PHQ-9 response ({numbers.response_percent} % below baseline) the score is back at {numbers.phq9_relapse_total} "
        f"or more and {numbers.phq9_relapse_rise} points above the lowest"
    )
    return {
        "reliable_deterioration": (
            f"The latest form is above baseline by {numbers.phq9_reliable_change} points on PHQ-9 or "
            f"{numbers.gad7_reliable_change} on GAD-7: watched. High when the form before it "
            f"was too, or at {marked.phq9_marked_rise} and {marked.gad7_marked_rise} points."
        ),
        "relapse": f"{back_up}, at two looks at least {numbers.confirm_days} days apart and all forms between.",
        "possible_relapse": f"{back_up}, at one look so far. A second one makes it a relapse.",
        "non_responder": (
            f"From a PHQ-9 baseline of {numbers.phq9_caseness} or more, {responder.min_days} days into the course (or "
            f"{responder.min_days_with_sessions} with {responder.min_sessions} dosing sessions), the score has not fallen by "
            f"{numbers.response_percent} %, never was confirmed to have, and is {responder.min_latest} or more."
        ),
        "non_improver": (
            f"{look}; the same at another form at least {numbers.confirm_days} days earlier, and the latest is "
            f"{improver.min_latest} or more. Two looks, so that one bad week asks for nothing."
        ),
        "non_improver_unconfirmed": f"{look}, but at one look so far, or below {improver.min_latest}.",
        "gad7_non_response": (
            f"From a GAD-7 baseline of {numbers.gad7_caseness} or more the score has fallen by less than "
            f"{anxiety.min_fall_points} points at two forms at least {numbers.confirm_days} days apart, both of day "
            f"{anxiety.min_days} or later, after {anxiety.min_sessions} dosing sessions."
        ),
    }


def _say_further(policy: Policy) -> dict[str, str]:
    numbers, flat, early = policy.categories, policy.partial_and_flat, policy.early_watch
    improver, marked, off = policy.non_improver, policy.reliable_deterioration, policy.off_expected_course
    change = f"{numbers.phq9_reliable_change} points on PHQ-9 or {numbers.gad7_reliable_change} on GAD-7"
    return {
        "worsening_without_baseline": (
            "There is no baseline, and the latest form is above the lowest of the "
            f"{policy.worsening_without_baseline.window_days} days before it by {change}: watched. Medium when seen twice, or at "
            f"{marked.phq9_marked_rise} and {marked.gad7_marked_rise} points."
        ),
        "discordant_instruments": (
            f"PHQ-9 and GAD-7 have parted: one is worse than its baseline, the other better, each by {change}, in forms at most "
            f"{policy.discordant_instruments.max_days_apart} days apart."
        ),
        "partial_and_flat": (
            f"In treatment: the PHQ-9 has fallen by {numbers.partial_percent} % and less than {numbers.response_percent} %, and "
            f"the last three totals, over {flat.min_span_days} days or more, lie within {flat.flat_points} points, from day "
            f"{flat.min_days} and after {flat.min_sessions} dosing sessions."
        ),
        "early_watch": (
            f"In treatment, between day {early.min_days} and {policy.non_responder.min_days}, after {early.min_sessions} dosing "
            f"sessions and before {improver.min_sessions}: the PHQ-9 has fallen by less than {improver.min_fall_points} points "
            f"or {improver.min_fall_percent} % and is {early.min_latest} or more. Watched, not judged."
        ),
        "off_expected_course": (
            f"In treatment, in a first course: at two forms at least {numbers.confirm_days} days apart the PHQ-9 lies above what "
            "the clinic's other patients with such a baseline had after as many sessions, above the band of "
            f"{off.watch_band_percent} % (watched) or {off.medium_band_percent} % (medium), at {off.min_latest} or more from day "
            f"{off.min_days}. The band is that of the month before; with too few patients there is none."
        ),
        "no_recent_score": (
            f"In treatment, and more than {policy.no_recent_score.after_days} days without a valid PHQ-9; "
            f"{policy.no_recent_score.later_after_days} days once the course is older than "
            f"{policy.no_recent_score.later_from_day}."
        ),
        "not_assessable": (
            f"In treatment for more than {policy.not_assessable.after_days} days, and the PHQ-9 still says nothing: no baseline, "
            "no follow-up, or all too early."
        ),
    }


def _say_practice(policy: Policy) -> dict[str, str]:
    doses, gaps, misuse = policy.dose_limits, policy.protocol_gaps, policy.misuse_signals
    missed = policy.integration_missed
    return {
        "dose_limits": (
            "In treatment: the latest dose taken is above the patient's own recorded ceiling, more than "
            f"{doses.step_mg} mg and {doses.step_percent} % above the dose before, or was taken before "
            f"{doses.min_interval_percent} % of the ordered interval had passed."
        ),
        "misuse_signals": (
            "More was taken than dispensed; two doses within "
            f"{misuse.early_within_days} days were each taken before {doses.min_interval_percent} % of the ordered interval; or "
            f"tablets were dispensed again while {misuse.early_refill_percent} % of the last supply was unaccounted for (told "
            f"for {misuse.refill_days} days). Medium for one of these, high for two. A question, not a finding."
        ),
        "protocol_gaps": (
            f"In treatment: no supervisor was present (info; medium in {gaps.alone_sessions} of the last {gaps.alone_within} "
            "sessions with an answer); vital signs or the telehealth contact are no longer recorded, for "
            f"{gaps.silent_sessions} sessions and {gaps.silent_days} days (watched); the dose was held under the tongue for less "
            f"than {gaps.shortest_hold_min} or more than {gaps.longest_hold_min} minutes twice (info; medium where the response "
            "is poor: technique comes before dose)."
        ),
        "benzodiazepine": (
            "In treatment, and a benzodiazepine is taken beside ketamine. Watched where it was begun in this course."
        ),
        "stale_baseline": (
            f"In treatment on a PHQ-9 baseline more than {policy.baseline.stale_after_days} days older than the first dose."
        ),
        "integration_missed": (
            f"In treatment, and none of the last {missed.sessions} dosing sessions was followed by a practice {missed.from_day} "
            f"to {missed.to_day} days later, though the patient has logged some."
        ),
        "in_person_due": (
            f"In treatment, and the last in-person evaluation on record is more than {policy.in_person_due.after_days} days ago."
        ),
    }
