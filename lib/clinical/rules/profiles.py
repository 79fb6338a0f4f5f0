"""Of each rule: the severities that it can find, where it is seen, and which numbers of other tables it reads."""

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType

import pandas as pd

from lib.clinical.dose_review import classify_card, select_queue_flags
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL, HIGH, INFO, MEDIUM, RULES, SEVERITIES, WATCH

ON_NO_CARD = "patient's page only"
RULE_SEVERITIES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "suicidality_item_9": (CRITICAL, HIGH),
        "item_9_not_answered": (HIGH,),
        "blood_pressure": (CRITICAL, HIGH, WATCH),
        "sedation": (CRITICAL, HIGH),
        "low_oxygen": (HIGH,),
        "slow_recovery": (HIGH,),
        "tolerability": (CRITICAL, HIGH, MEDIUM, WATCH),
        "urinary_symptoms": (HIGH, WATCH),
        "liver_enzymes": (HIGH,),
        "reliable_deterioration": (HIGH, WATCH),
        "relapse": (HIGH,),
        "non_responder": (HIGH,),
        "non_improver": (HIGH,),
        "gad7_non_response": (MEDIUM,),
        "non_improver_unconfirmed": (WATCH,),
        "possible_relapse": (WATCH,),
        "worsening_without_baseline": (MEDIUM, WATCH),
        "discordant_instruments": (MEDIUM, WATCH),
        "partial_and_flat": (MEDIUM,),
        "early_watch": (WATCH,),
        "off_expected_course": (MEDIUM, WATCH),
        "dose_limits": (HIGH,),
        "misuse_signals": (HIGH, MEDIUM),
        "protocol_gaps": (MEDIUM, WATCH, INFO),
        "benzodiazepine": (WATCH, INFO),
        "stale_baseline": (INFO,),
        "integration_missed": (INFO,),
        "in_person_due": (INFO,),
        "no_recent_score": (INFO,),
        "not_assessable": (INFO,),
    }
)
_RELIABLE = ("categories.phq9_reliable_change", "categories.gad7_reliable_change")
_MARKED = ("reliable_deterioration.phq9_marked_rise", "reliable_deterioration.gad7_marked_rise")
_DAILY = ("regimen.daily_min_sessions", "regimen.daily_interval_days")
_CASE, _CONFIRM = "categories.phq9_caseness", "categories.confirm_days"
_HALVED, _TREATED = "categories.response_percent", "courses.in_treatment_days"
_BACK_UP = (_CASE, _HALVED, "categories.phq9_relapse_total", "categories.phq9_relapse_rise")
_EXPECTED = tuple(
    f"expected_course.{key}" for key in ("min_patients", "max_session", "min_days_after", "max_days_after")
)
_FALL = ("non_improver.min_fall_points", "non_improver.min_fall_percent")
# Beside its own table; what every rule on totals stands on (baseline, courses, missing items) is not repeated.
_READ_ELSEWHERE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "reliable_deterioration": _RELIABLE,
        "relapse": (*_BACK_UP, _CONFIRM),
        "possible_relapse": _BACK_UP,
        "non_responder": (_CASE, _HALVED, _CONFIRM, *_DAILY),
        "non_improver": (_CASE, _CONFIRM, *_DAILY),
        "non_improver_unconfirmed": (_CASE, _CONFIRM, *_DAILY),
        "gad7_non_response": ("categories.gad7_caseness", _CONFIRM, *_DAILY),
        "worsening_without_baseline": (*_RELIABLE, *_MARKED, _CONFIRM),
        "discordant_instruments": (*_RELIABLE, *_MARKED),
        "partial_and_flat": (_CASE, "categories.partial_percent", _HALVED, _CONFIRM, *_DAILY, _TREATED),
        "early_watch": (
            *(_CASE, *_FALL, "non_improver.min_days", "non_improver.min_sessions", "non_responder.min_days"),
            *(*_DAILY, _TREATED),
        ),
        "off_expected_course": (_CASE, _CONFIRM, *_EXPECTED, *_DAILY, _TREATED),
        "misuse_signals": ("dose_limits.min_interval_percent",),
        **dict.fromkeys(
            (
                *("dose_limits", "protocol_gaps", "benzodiazepine", "stale_baseline", "integration_missed"),
                *("in_person_due", "no_recent_score"),
            ),
            (_TREATED,),
        ),
        "not_assessable": (_TREATED, "categories.too_early_days"),
    }
)


def say_severities(rule: str) -> str:
    """critical, high, watch: those that the rule can find, the worst first."""
    return ", ".join(SEVERITIES[code] for code in RULE_SEVERITIES[rule])


def find_cards(rule: str) -> tuple[str, ...]:
    """The cards on which the rule is seen, or that it is on the patient's page only."""
    codes = RULE_SEVERITIES[rule]
    flags = pd.DataFrame({"patient_key": range(len(codes)), "rule": rule, "severity": codes})
    shown = select_queue_flags(flags)
    cards = classify_card(shown).tolist() if len(shown) else []
    return tuple(dict.fromkeys([*cards, *([ON_NO_CARD] if len(shown) < len(flags) else [])]))


def list_numbers(rule: str, policy: Policy) -> list[tuple[str, str]]:
    """(table, key) of every number that the rule's own table has, then of those that it reads elsewhere."""
    own = RULES[rule].policy_table
    keys = [(own, key) for key in policy.notes[own].numbers] if own in policy.notes else []
    for name in _READ_ELSEWHERE.get(rule, ()):
        table, _, key = name.partition(".")
        keys.append((table, key))
    return list(dict.fromkeys(keys))


def knows_rule(rule: str, policy: Policy) -> bool:
    """Whether a version says all the numbers of a rule itself; an earlier one may not have known them."""
    own = RULES[rule].policy_table
    needed = [(own, entry.name) for entry in fields(getattr(policy, own))]
    for name in _READ_ELSEWHERE.get(rule, ()):
        table, _, key = name.partition(".")
        needed.append((table, key))
    is_said = [table in policy.notes and key in policy.notes[table].numbers for table, key in needed]
    return own in policy.notes and all(is_said)
