"""What each number of a policy is called on a screen, with its unit."""

from collections.abc import Mapping
from types import MappingProxyType

POINTS, PERCENT, DAYS, SESSIONS, MMHG, MINUTES = "points", "%", "days", "dosing sessions", "mmHg", "min"
_FIRST_DAY, _AFTER_SESSIONS = ("From this day of the course on", ""), ("After so many", SESSIONS)
# By "table.key": label and unit.
_LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "courses.gap_days": ("A pause longer than this begins a new course", DAYS),
        "courses.in_treatment_days": ("In treatment: a dosing session in the last", DAYS),
        "baseline.rule": ("Which form is the baseline", ""),
        "baseline.window_days": ("Not older at the first dose than", DAYS),
        "baseline.stale_after_days": ("Stale when older than", DAYS),
        "categories.phq9_caseness": ("PHQ-9 at caseness from", POINTS),
        "categories.gad7_caseness": ("GAD-7 at caseness from", POINTS),
        "categories.phq9_reliable_change": ("Reliable change of PHQ-9", POINTS),
        "categories.gad7_reliable_change": ("Reliable change of GAD-7", POINTS),
        "categories.remission_below": ("Remission below", POINTS),
        "categories.response_percent": ("Response: a fall of", PERCENT),
        "categories.partial_percent": ("Partial: a fall of", PERCENT),
        "categories.too_early_days": ("Too early to judge before day", ""),
        "categories.current_days": ("A category is current for", DAYS),
        "categories.confirm_days": ("Two looks lie apart by at least", DAYS),
        "categories.phq9_relapse_total": ("Relapse: PHQ-9 from", POINTS),
        "categories.phq9_relapse_rise": ("Relapse: PHQ-9 above its lowest by", POINTS),
        "categories.gad7_relapse_total": ("Relapse: GAD-7 from", POINTS),
        "categories.gad7_relapse_rise": ("Relapse: GAD-7 above its lowest by", POINTS),
        "scoring.phq9_max_missing": ("PHQ-9 items that may be missing", "items"),
        "scoring.gad7_max_missing": ("GAD-7 items that may be missing", "items"),
        "regimen.daily_min_sessions": ("A daily course has at least", SESSIONS),
        "regimen.daily_interval_days": ("and a median interval below", DAYS),
        "display.chart_gap_days": ("No line is drawn over a gap of more than", DAYS),
        "display.silent_after_days": ("A clinic is silent without a record for more than", DAYS),
        "display.plasticity_from_h": ("Window after a session: from", "h"),
        "display.plasticity_to_h": ("Window after a session: to", "h"),
        "display.dissociation_shown_from": ("Dissociation is put into words from", "of 10"),
        "expected_course.min_patients": ("An expected course needs at least", "patients"),
        "expected_course.folds": ("Parts, of which one is held out at a time", ""),
        "expected_course.max_session": ("Drawn to session", ""),
        "expected_course.min_days_after": ("A session's form: after at least", DAYS),
        "expected_course.max_days_after": ("A session's form: after at most", DAYS),
        "expected_course.pooled_offset_points": ("Widened, where bands are pooled, by", POINTS),
        "suicidality_item_9.critical_at": ("Critical from an answer of", ""),
        "reliable_deterioration.phq9_marked_rise": ("Marked rise of PHQ-9", POINTS),
        "reliable_deterioration.gad7_marked_rise": ("Marked rise of GAD-7", POINTS),
        "non_improver.min_fall_points": ("Not improved: a fall below", POINTS),
        "non_improver.min_fall_percent": ("Not improved: or a fall below", PERCENT),
        "non_improver.min_days": _FIRST_DAY,
        "non_improver.min_sessions": _AFTER_SESSIONS,
        "non_improver.min_latest": ("Latest PHQ-9 from", POINTS),
        "non_responder.min_days": ("Checkpoint at day", ""),
        "non_responder.min_days_with_sessions": ("Or, with enough sessions, at day", ""),
        "non_responder.min_sessions": ("Enough sessions", SESSIONS),
        "non_responder.min_latest": ("Latest PHQ-9 from", POINTS),
        "gad7_non_response.min_fall_points": ("Not improved: a fall below", POINTS),
        "gad7_non_response.min_days": _FIRST_DAY,
        "gad7_non_response.min_sessions": _AFTER_SESSIONS,
        "blood_pressure.watch_systolic": ("Watched before a dose: systolic from", MMHG),
        "blood_pressure.watch_diastolic": ("Watched before a dose: diastolic from", MMHG),
        "blood_pressure.high_systolic": ("High before a dose: systolic from", MMHG),
        "blood_pressure.high_diastolic": ("High before a dose: diastolic from", MMHG),
        "blood_pressure.rise_systolic": ("High after it: systolic rise of", MMHG),
        "blood_pressure.rise_diastolic": ("High after it: diastolic rise of", MMHG),
        "blood_pressure.critical_systolic": ("Critical at any time: systolic from", MMHG),
        "blood_pressure.critical_diastolic": ("Critical at any time: diastolic from", MMHG),
        "sedation.high_at": ("High at MOAA/S of, or less", ""),
        "sedation.critical_at": ("Critical at MOAA/S of, or less", ""),
        "no_recent_score.after_days": ("No valid PHQ-9 for more than", DAYS),
        "no_recent_score.later_after_days": ("In an older course, for more than", DAYS),
        "no_recent_score.later_from_day": ("A course is older after day", ""),
        "not_assessable.after_days": ("Asked after day", ""),
        "pharmacokinetics.volume_l": ("Volume of distribution for 70 kg", "L"),
        "pharmacokinetics.clearance_l_h": ("Clearance for 70 kg", "L/h"),
        "pharmacokinetics.clearance_exponent": ("Clearance grows with weight to the power of", ""),
        "pharmacokinetics.sublingual_f": ("Sublingual: share that is absorbed", ""),
        "pharmacokinetics.sublingual_f_low": ("Sublingual: lowest published share", ""),
        "pharmacokinetics.sublingual_f_high": ("Sublingual: highest published share", ""),
        "pharmacokinetics.sublingual_f_cv_percent": ("Sublingual: spread between patients", PERCENT),
        "pharmacokinetics.sublingual_absorption_per_h": ("Sublingual: absorption rate", "per h"),
        "anaesthesia.iv_low_mg_per_kg": ("Anaesthetic dose into a vein, lowest", "mg/kg"),
        "anaesthesia.iv_usual_mg_per_kg": ("Anaesthetic dose into a vein, usual", "mg/kg"),
        "anaesthesia.iv_high_mg_per_kg": ("Anaesthetic dose into a vein, highest", "mg/kg"),
        "anaesthesia.level_low_ng_ml": ("Anaesthetic level, lowest", "ng/mL"),
        "anaesthesia.level_high_ng_ml": ("Anaesthetic level, highest", "ng/mL"),
        "early_watch.min_days": _FIRST_DAY,
        "early_watch.min_sessions": _AFTER_SESSIONS,
        "early_watch.min_latest": ("Latest PHQ-9 from", POINTS),
        "partial_and_flat.flat_points": ("Flat: three totals within", POINTS),
        "partial_and_flat.min_days": _FIRST_DAY,
        "partial_and_flat.min_sessions": _AFTER_SESSIONS,
        "worsening_without_baseline.window_days": ("Against the lowest total of the last", DAYS),
        "discordant_instruments.max_days_apart": ("Forms lie apart by at most", DAYS),
        "dose_limits.step_mg": ("Limit of a step between two doses taken", "mg"),
        "dose_limits.step_percent": ("and, of the dose before", PERCENT),
        "dose_limits.min_interval_percent": ("Too early: below this share of the ordered interval", PERCENT),
        "protocol_gaps.shortest_hold_min": ("Held under the tongue at least", MINUTES),
        "protocol_gaps.longest_hold_min": ("Held under the tongue at most", MINUTES),
        "protocol_gaps.silent_sessions": ("No longer recorded for", SESSIONS),
        "protocol_gaps.silent_days": ("and for more than", DAYS),
        "low_oxygen.high_below_pct": ("SpO2 below", PERCENT),
        "slow_recovery.after_end_min": ("After the expected end by more than", MINUTES),
        "tolerability.recent_days": ("Told for", DAYS),
        "liver_enzymes.times_upper_limit": ("Above the upper limit of normal, times", ""),
        "misuse_signals.early_within_days": ("Two early doses within", DAYS),
        "misuse_signals.early_refill_percent": ("Early refill: unaccounted for, of the last supply", PERCENT),
        "misuse_signals.refill_days": ("An early refill is told for", DAYS),
        "integration_missed.sessions": ("None after each of the last", SESSIONS),
        "integration_missed.from_day": ("Days after a session: from", DAYS),
        "integration_missed.to_day": ("Days after a session: to", DAYS),
        "in_person_due.after_days": ("Last evaluation longer ago than", DAYS),
    }
)


def say_label(table: str, key: str) -> str:
    """From a number's label; of one that has none its name."""
    return _LABELS.get(f"{table}.{key}", (key.replace("_", " "), ""))[0]


def say_unit(table: str, key: str) -> str:
    return _LABELS.get(f"{table}.{key}", ("", ""))[1]


def say_value(table: str, key: str, value: float | str) -> str:
    """20 %, 4 dosing sessions, last before dose."""
    said = value.replace("_", " ") if isinstance(value, str) else f"{value:g}"
    return f"{said} {say_unit(table, key)}".rstrip()
