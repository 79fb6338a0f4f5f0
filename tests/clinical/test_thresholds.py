"""The limit that a flag shows names every number of its rule, so that a reader can judge the flag without the page of rules."""

from dataclasses import fields, replace

import pytest
from policy_texts import SHIPPED

from lib.clinical.policy import Policy, parse_policy
from lib.clinical.rules import off_course
from lib.clinical.rules.catalogue import EFFICACY_RULES, RULES
from lib.clinical.rules.further_efficacy import FURTHER_EFFICACY_RULES
from lib.clinical.rules.further_wording import say_thresholds, say_total_threshold
from lib.clinical.rules.wording import say_efficacy_threshold, say_unseen_thresholds

POLICY = parse_policy(SHIPPED.encode(), "policy.toml", 1)


def say_limits(policy: Policy) -> dict[str, str]:
    """By rule; of an efficacy rule for both instruments."""
    both = {
        rule: " ".join(
            (say_total_threshold if rule in FURTHER_EFFICACY_RULES else say_efficacy_threshold)(
                rule, code, policy
            )
            for code in (0, 1)
        )
        for rule in EFFICACY_RULES
        if rule not in ("off_expected_course", "discordant_instruments")
    }
    off = {"off_expected_course": off_course.say_off_course_threshold(policy)}
    return both | off | say_thresholds(policy) | say_unseen_thresholds(policy)


NUMBERS = [
    (rule, RULES[rule].policy_table, entry.name)
    for rule in say_limits(POLICY)
    for entry in fields(getattr(POLICY, RULES[rule].policy_table))
    if RULES[rule].policy_table not in ("baseline", "relapse")
]


@pytest.mark.parametrize(("rule", "table", "key"), NUMBERS)
def test_every_number_of_a_rule_stands_in_its_limit(rule, table, key):
    now = getattr(getattr(POLICY, table), key)
    other = replace(POLICY, **{table: replace(getattr(POLICY, table), **{key: now + 1})})
    assert say_limits(other)[rule] != say_limits(POLICY)[rule]
