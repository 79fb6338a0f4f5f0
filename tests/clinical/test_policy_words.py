"""A policy in words: every rule with its numbers, what differs between versions, and a text with other numbers in it."""

import os
import tomllib
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from generated import START, generate_clinic
from generated_care import generate_care
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_run import KernelRun
from policy_texts import SHIPPED, of_the_clinic, without_key, without_table

from lib.clinical.policy import PolicyError, parse_policy
from lib.clinical.policy_changes import NOT_SAID, compare_policies, find_since
from lib.clinical.policy_completion import parse_earlier_policy
from lib.clinical.policy_draft import NumberChange, draft_policy
from lib.clinical.policy_labels import say_label, say_value
from lib.clinical.policy_tables import Between
from lib.clinical.rules.catalogue import RULES, SEVERITIES
from lib.clinical.rules.plain_words import say_looks_for
from lib.clinical.rules.profiles import ON_NO_CARD, RULE_SEVERITIES, find_cards, knows_rule, list_numbers

POLICY = parse_policy(SHIPPED.encode(), "policy.toml", 1)
DAY = date(2026, 3, 3)
OWN_NUMBERS = [
    (rule.name, entry.name)
    for rule in RULES.values()
    if rule.policy_table != "baseline"
    for entry in fields(getattr(POLICY, rule.policy_table))
]
NUMBERS = [(table, key) for table, note in POLICY.notes.items() for key in note.numbers]


def another(table: str, key: str) -> float | str:
    """A value that is allowed and is not the shipped one."""
    allowed = next(one for one in fields(getattr(POLICY, table)) if one.name == key).metadata["allowed"]
    now = getattr(getattr(POLICY, table), key)
    ends = (allowed[0], allowed[-1])
    return ends[0] if ends[0] != now else ends[1]


def with_value(table: str, key: str, value: float | str):
    return replace(POLICY, **{table: replace(getattr(POLICY, table), **{key: value})})


def test_every_rule_is_said_in_plain_words():
    said = say_looks_for(POLICY)
    assert set(said) == set(RULES) == set(RULE_SEVERITIES)
    assert all(text.endswith(".") and "_" not in text for text in said.values())


@pytest.mark.parametrize(("rule", "key"), OWN_NUMBERS)
def test_every_number_of_a_rule_stands_in_its_sentence(rule, key):
    table = RULES[rule].policy_table
    other = with_value(table, key, another(table, key))
    assert say_looks_for(other)[rule] != say_looks_for(POLICY)[rule]


@pytest.mark.parametrize(("table", "key"), NUMBERS)
def test_every_number_has_a_label(table, key):
    assert say_label(table, key) != key.replace("_", " ")
    assert "_" not in say_value(table, key, getattr(getattr(POLICY, table), key))


@pytest.mark.parametrize("rule", RULES)
def test_the_numbers_of_a_rule_are_in_the_policy(rule):
    assert set(list_numbers(rule, POLICY)) <= set(NUMBERS)
    assert knows_rule(rule, POLICY)


def test_a_rule_finds_the_severities_that_are_said_of_it():
    found = set()
    for seed in range(4):
        clinic, care = generate_care(generate_clinic(seed, 80), seed)
        for _, rule, severity, *_ in KernelRun(clinic, START + timedelta(days=110), POLICY, care).flags():
            found.add((rule, severity))
    said = {(rule, SEVERITIES[code]) for rule, codes in RULE_SEVERITIES.items() for code in codes}
    assert found <= said
    assert len(found) > 30


def test_cards_of_a_rule():
    assert find_cards("tolerability") == ("Safety now", "Dose review", "Watch")
    assert find_cards("stale_baseline") == (ON_NO_CARD,)
    assert find_cards("protocol_gaps") == ("Dose review", "Watch", ON_NO_CARD)
    assert find_cards("no_recent_score") == ("Not seen",)


def test_two_policies_that_are_the_same_differ_in_nothing():
    assert compare_policies(POLICY, parse_policy(SHIPPED.encode(), "again", 2)).empty


def test_a_difference_is_named_by_table_key_and_what():
    other = parse_policy(of_the_clinic().encode(), "other", 2)
    assert compare_policies(POLICY, other).to_numpy().tolist() == [
        ["courses", "gap_days", "value", "84", "60"],
        [
            "courses",
            "gap_days",
            "source",
            "ours: a restart after 12 weeks is a new course",
            "ours: the clinic's own",
        ],
    ]


def test_what_an_earlier_version_did_not_know_is_said_so():
    old = parse_earlier_policy(
        without_key("display", "silent_after_days", without_table("early_watch")), SHIPPED, 1
    )
    changes = compare_policies(old, POLICY)
    known = changes[changes["before"] != NOT_SAID]
    assert known.empty and set(changes["table"]) == {"display", "early_watch"}
    assert not knows_rule("early_watch", old) and knows_rule("non_improver", old)


def test_a_number_stands_since_the_version_that_said_it_so():
    first, second = (parse_policy(SHIPPED.encode(), "x", version) for version in (1, 4))
    changed = parse_policy(of_the_clinic().encode(), "x", 2)
    same = parse_policy(of_the_clinic().encode(), "x", 3)
    since = find_since([first, changed, same])
    assert since["courses", "gap_days"] == since["courses", ""] == 2
    assert since["courses", "in_treatment_days"] == since["baseline", ""] == 1
    # A number that was changed and changed back stands since it was changed back.
    assert find_since([first, changed, same, second])["courses", "gap_days"] == 4


CHANGE = NumberChange("gap_days", 70, "default", 'ours: "ten" weeks # agreed')


def test_a_draft_keeps_the_clinics_text_and_remarks():
    text = draft_policy(of_the_clinic(), "clinic.toml", "courses", [CHANGE], author="Dr A", written_on=DAY)
    assert text.startswith("# Ours, not theirs\n") and "# agreed on 3 March" in text
    table = tomllib.loads(text)["courses"]
    assert table["gap_days"] == {"value": 70, "tag": "default", "source": CHANGE.source}
    assert (table["author"], table["checker"], table["written_on"]) == ("Dr A", "", DAY)
    # Nothing else was touched.
    before, after = tomllib.loads(of_the_clinic()), tomllib.loads(text)
    assert {name: table for name, table in after.items() if name != "courses"} == {
        name: table for name, table in before.items() if name != "courses"
    }


@pytest.mark.parametrize("table", dict.fromkeys(table for table, _ in NUMBERS))
def test_every_number_of_the_shipped_policy_can_be_changed(table):
    keys = POLICY.notes[table].numbers
    changes = [NumberChange(key, another(table, key), "default", "ours: for a test") for key in keys]
    text = draft_policy(SHIPPED, "draft.toml", table, changes, author="Dr A", written_on=DAY)
    policy = parse_policy(text.encode(), "draft.toml", 2)
    assert all(getattr(getattr(policy, table), change.key) == change.value for change in changes)
    differences = compare_policies(POLICY, policy)
    assert set(differences["table"]) == {table}
    assert set(differences["what"]) <= {"value", "tag", "source", "author", "written_on"}


@settings(max_examples=1_000 if os.environ.get("PROVE") else 20)
@given(st.text(min_size=1, max_size=60).filter(lambda text: text.strip()))
def test_any_source_is_written_as_it_was_said(source):
    change = NumberChange("gap_days", 70, "default", source)
    text = draft_policy(SHIPPED, "draft.toml", "courses", [change], author=source, written_on=DAY)
    table = tomllib.loads(text)["courses"]
    assert table["gap_days"]["source"] == source.strip() and table["author"] == source


# Case -> (change, what the sentence names).
REFUSED = {
    "no source": (replace(CHANGE, source="  "), ("[courses]", "gap_days", "source is missing")),
    "no tag": (replace(CHANGE, tag=""), ("[courses]", "gap_days", "source fixes the number")),
    "below the range": (replace(CHANGE, value=6), ("[courses]", "gap_days", "7 to 730")),
    "above the range": (replace(CHANGE, value=731), ("[courses]", "gap_days", "7 to 730")),
    "unknown key": (replace(CHANGE, key="gap_weeks"), ("[courses]", "gap_weeks", "unknown")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_change_that_cannot_be_meant_is_refused_by_name(case):
    change, named = REFUSED[case]
    with pytest.raises(PolicyError) as refused:
        draft_policy(SHIPPED, "draft.toml", "courses", [change], author="Dr A", written_on=DAY)
    assert str(refused.value).startswith("draft.toml") and all(word in str(refused.value) for word in named)


def test_a_number_that_is_not_on_a_line_of_its_own_is_left_to_the_file():
    lines = SHIPPED.replace("gap_days = {value = 84", "gap_days = { value = 84")
    moved = (
        without_key("courses", "gap_days")
        + '\n[courses.gap_days]\nvalue = 84\ntag = "default"\nsource = "ours"\n'
    )
    assert draft_policy(lines, "x", "courses", [CHANGE], author="Dr A", written_on=DAY)
    with pytest.raises(PolicyError, match=r"\[courses\], key gap_days: is not written on a line of its own"):
        draft_policy(moved, "x", "courses", [CHANGE], author="Dr A", written_on=DAY)


def test_decimals_are_written_as_decimals():
    assert isinstance(fields(POLICY.pharmacokinetics)[0].metadata["allowed"], Between)
    change = NumberChange("sublingual_f", 0.3, "default", "ours: rounded")
    text = draft_policy(SHIPPED, "x", "pharmacokinetics", [change], author="Dr A", written_on=DAY)
    assert 'sublingual_f = {value = 0.3, tag = "default", source = "ours: rounded"}' in text
