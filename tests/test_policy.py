"""data/policy.toml, version 1 of every store's policy, and what a policy file may not be."""

import re
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from lib.clinical.policy import TAGS, Policy, PolicyError, parse_policy
from lib.clinical.policy_tables import Between
from lib.clinical.rules.catalogue import RULES

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = (ROOT / "data" / "policy.toml").read_text("utf-8")
GAP_DAYS = (
    'gap_days = {value = 84, tag = "default", source = "ours: a restart after 12 weeks is a new course"}'
)


def parse(text: str | bytes) -> Policy:
    return parse_policy(text if isinstance(text, bytes) else text.encode(), "clinic.toml", 3)


def without(start: str, end: str) -> str:
    """The shipped file without the lines from one to before another."""
    return SHIPPED[: SHIPPED.index(start)] + SHIPPED[SHIPPED.index(end) :]


def test_the_shipped_policy_parses(policy):
    assert policy.version == 1
    assert policy.courses.gap_days == 84
    assert policy.baseline.rule == "last_before_dose"


def test_the_version_is_the_callers():
    assert parse(SHIPPED).version == 3


def test_every_table_says_who_wrote_it_and_when_it_is_due_for_review(policy):
    for name, note in policy.notes.items():
        assert note.author.strip(), name
        assert type(note.written_on) is date, name
        assert note.written_on < note.review_by, name


def test_every_number_says_where_it_comes_from(policy):
    numbers = [number for note in policy.notes.values() for number in note.numbers.values()]
    assert all(number.tag in TAGS for number in numbers)
    # What is ours says so, and what is published does not.
    assert all(number.source.startswith("ours") for number in numbers if number.tag == "default")
    assert not any(number.source.startswith("ours") for number in numbers if number.tag == "published")


def test_every_rule_has_its_table(policy):
    assert {rule.policy_table for rule in RULES.values()} <= set(policy.notes)


def test_no_table_is_there_for_nothing(policy):
    definitions = {"courses", "baseline", "categories", "scoring", "regimen", "display"}
    definitions |= {
        "anaesthesia",
        "decision_memory",
        "decisions",
        "expected_course",
        "flag_life",
        "flag_yield",
        "imports",
        "operations",
        "outcomes",
        "pharmacokinetics",
        "quality",
        "quality_limits",
        "queue",
        "research",
        "retention",
    }
    assert set(policy.notes) == definitions | {rule.policy_table for rule in RULES.values()}


def test_every_number_has_limits(policy):
    numbers = [number for name in policy.notes for number in fields(getattr(policy, name))]
    assert all(number.metadata["allowed"] for number in numbers)


# Case -> (file, what the sentence names beside the file).
REFUSED: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "unknown table": (SHIPPED + "\n[coursez]\n", ("coursez", "is unknown")),
    "missing table": (without("[sedation]", "[no_recent_score]"), ("sedation", "is missing")),
    "unknown key": (SHIPPED.replace("gap_days =", "gap_weeks ="), ("[courses]", "gap_weeks", "is unknown")),
    "missing key": (SHIPPED.replace(GAP_DAYS, ""), ("[courses]", "gap_days", "is missing")),
    "missing author": (
        SHIPPED.replace('author = "product team"\n', "", 1),
        ("[courses]", "author", "is missing"),
    ),
    "empty author": (
        SHIPPED.replace('author = "product team"', 'author = ""', 1),
        ("[courses]", "author"),
    ),
    "author of spaces": (
        SHIPPED.replace('author = "product team"', 'author = "  "', 1),
        ("[courses]", "author"),
    ),
    "empty table source": (
        SHIPPED.replace('source = "ours: definitions of a course, 84 days"', 'source = ""'),
        ("[courses]", "source"),
    ),
    "date in quotes": (
        SHIPPED.replace("review_by = 2027-05-21", 'review_by = "2027-05-21"', 1),
        ("[courses]", "review_by"),
    ),
    "date with a time": (
        SHIPPED.replace("review_by = 2027-05-21", "review_by = 2027-05-21T00:00:00", 1),
        ("[courses]", "review_by"),
    ),
    "below the range": (
        SHIPPED.replace("{value = 84,", "{value = 6,", 1),
        ("[courses]", "gap_days", "7 to 730"),
    ),
    "above the range": (
        SHIPPED.replace("{value = 84,", "{value = 731,", 1),
        ("[courses]", "gap_days", "7 to 730"),
    ),
    "text for a number": (
        SHIPPED.replace("{value = 84,", '{value = "84",', 1),
        ("[courses]", "gap_days", "'84'"),
    ),
    "fraction": (SHIPPED.replace("{value = 84,", "{value = 84.5,", 1), ("[courses]", "gap_days", "84.5")),
    "whole number as a fraction": (
        SHIPPED.replace("{value = 84,", "{value = 84.0,", 1),
        ("[courses]", "gap_days", "84.0"),
    ),
    "true for a number": (
        SHIPPED.replace("{value = 1,", "{value = true,", 1),
        ("[sedation]", "critical_at", "True"),
    ),
    "decimal below the range": (
        SHIPPED.replace("{value = 3.55,", "{value = 0.09,", 1),
        ("[pharmacokinetics]", "sublingual_absorption_per_h", "0.09", "0.1 to 60"),
    ),
    "text for a decimal": (
        SHIPPED.replace("{value = 0.29,", '{value = "0.29",', 1),
        ("[pharmacokinetics]", "sublingual_f:", "'0.29'", "0.01 to 1"),
    ),
    "true for a decimal": (
        SHIPPED.replace("{value = 0.29,", "{value = true,", 1),
        ("[pharmacokinetics]", "sublingual_f:", "True"),
    ),
    "not a number for a decimal": (
        SHIPPED.replace("{value = 0.29,", "{value = nan,", 1),
        ("[pharmacokinetics]", "sublingual_f:", "nan"),
    ),
    "endless decimal": (
        SHIPPED.replace("{value = 252,", "{value = inf,", 1),
        ("[pharmacokinetics]", "volume_l:", "inf", "50 to 1000"),
    ),
    "a list for a decimal": (
        SHIPPED.replace("{value = 252,", "{value = [252],", 1),
        ("[pharmacokinetics]", "volume_l:", "[252]"),
    ),
    "unknown word": (
        SHIPPED.replace('"last_before_dose"', '"last_before"', 1),
        ("[baseline]", "rule", "last_before", "first_assessment"),
    ),
    "wrong tag": (SHIPPED.replace('tag = "default"', 'tag = "guess"', 1), ("[courses]", "gap_days", "guess")),
    "empty source": (
        SHIPPED.replace('source = "ours: a restart after 12 weeks is a new course"', 'source = ""'),
        ("[courses]", "gap_days", "source"),
    ),
    "source of spaces": (
        SHIPPED.replace('source = "ours: a restart after 12 weeks is a new course"', 'source = " "'),
        ("[courses]", "gap_days", "source"),
    ),
    "number without a source": (
        SHIPPED.replace(', source = "ours: a restart after 12 weeks is a new course"', ""),
        ("[courses]", "gap_days", "source"),
    ),
    "bare number": (SHIPPED.replace(GAP_DAYS, "gap_days = 84"), ("[courses]", "gap_days", "84")),
    "number for a table": (
        "courses = 84\n" + without("[courses]", "[baseline]"),
        ("courses",),
    ),
    "two tables of a name": (SHIPPED + "\n[courses]\n", ("not TOML", "courses")),
    "not TOML": ("[courses\n", ("not TOML", "line 1")),
    "not UTF-8": (SHIPPED.encode("utf-16"), ("not TOML", "utf-8")),
    "empty file": ("", ("courses", "is missing")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_policy_that_cannot_be_meant_is_refused_by_name(case):
    text, named = REFUSED[case]
    assert text != SHIPPED
    with pytest.raises(PolicyError) as refused:
        parse(text)
    sentence = str(refused.value)
    assert sentence.startswith("clinic.toml")
    for word in named:
        assert word in sentence


def limits(kind: type) -> list[tuple[str, str, float, float]]:
    """(table, key, lowest, highest) of every number with limits of this kind: range or Between."""
    shipped = parse(SHIPPED)
    return [
        (table, number.name, number.metadata["allowed"][0], number.metadata["allowed"][-1])
        for table in shipped.notes
        for number in fields(getattr(shipped, table))
        if isinstance(number.metadata["allowed"], kind)
    ]


def with_value(table: str, key: str, value: float) -> str:
    head, _, tail = SHIPPED.partition(f"[{table}]\n")
    return f"{head}[{table}]\n" + re.sub(
        rf"^({key} = {{value = )[\d.]+", rf"\g<1>{value}", tail, count=1, flags=re.M
    )


def assert_limits_hold(table: str, key: str, inside: tuple, beyond: tuple) -> None:
    for value in inside:
        assert getattr(getattr(parse(with_value(table, key, value)), table), key) == value
    for value in beyond:
        with pytest.raises(PolicyError, match=rf"\[{table}\], key {key}"):
            parse(with_value(table, key, value))


@pytest.mark.parametrize(("table", "key", "low", "high"), limits(range))
def test_both_limits_are_allowed_and_what_lies_beyond_them_is_not(table, key, low, high):
    assert_limits_hold(table, key, (low, high), (low - 1, high + 1))


@pytest.mark.parametrize(("table", "key", "low", "high"), limits(Between))
def test_both_limits_of_a_decimal_are_allowed_and_what_lies_beyond_them_is_not(table, key, low, high):
    assert_limits_hold(table, key, (low, (low + high) / 2, high), (low - 0.001, high + 0.001))


def test_a_decimal_may_be_written_without_decimals():
    assert type(parse(with_value("pharmacokinetics", "volume_l", 250)).pharmacokinetics.volume_l) is float
