"""The page of rules: read, as they stood on a day, drafted, previewed, published; and what it refuses."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from policy_texts import SHIPPED
from ui_pages import column, run, words
from ui_stores import ACTOR, make_clinic, patients, phq9, sessions

from lib.clinical.policy import parse_policy
from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.plain_words import say_looks_for
from lib.services import policies, stores
from lib.ui.display import escape

POLICY = parse_policy(SHIPPED.encode(), "policy.toml", 1)
LOOSER = SHIPPED.replace("min_fall_percent = {value = 20", "min_fall_percent = {value = 10")


def make_slow(folder: Path) -> str:
    """A clinic of one patient whose total fell by a quarter: by 5 points, seen twice after 4 sessions."""
    totals = {43: "222222222", 14: "222222211", 7: "222222100", 0: "222222100"}
    files = {
        "patients.csv": patients("slow,AB"),
        "dosing_sessions.csv": sessions(*(("slow", ago, 100) for ago in (42, 35, 28, 21))),
        "assessments.csv": phq9(*(("slow", ago, answers) for ago, answers in totals.items())),
    }
    return make_clinic(folder, files)


@pytest.fixture
def clinic(tmp_path) -> str:
    return make_slow(tmp_path)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory) -> str:
    """The same for tests that publish nothing."""
    return make_slow(tmp_path_factory.mktemp("rules"))


def in_force(url: str):
    return policies.read_policy(ACTOR, stores.open_store(ACTOR, url))


def draft_file(test, text: str, name: str = "mine.toml"):
    test.file_uploader[0].set_value([(name, text.encode(), "application/toml")])
    return run(test)


def table_with(test, heading: str):
    return next(table.value for table in test.dataframe if heading in table.value)


def test_every_rule_stands_in_the_table_and_the_chosen_one_below(open_page):
    test = open_page("rules", rule="relapse")
    assert column(test, "rule") == [rule.label for rule in RULES.values()]
    assert escape(say_looks_for(POLICY)["relapse"]) in words(test)
    numbers = table_with(test, "source")
    assert "10 points" in numbers["value"].tolist() and set(numbers["since"]) == {"version 1"}
    assert "checked by nobody yet" in words(test)


@pytest.mark.parametrize("rule", ["dose_limits", "item_9_not_answered"])
def test_a_rule_is_chosen_by_its_address(open_page, rule):
    said = words(open_page("rules", rule=rule))
    assert escape(say_looks_for(POLICY)[rule]) in said
    assert "not known" not in said


def test_tables_that_are_no_rule_have_a_place(open_page):
    test = open_page("rules", part="numbers", table="scoring")
    assert {"Courses", "Baseline", "Categories of a course", "Missing items"} <= set(column(test, "title"))
    assert "Kroenke 2010; Arrieta 2017: up to two items by the mean of the others" in " ".join(
        table_with(test, "source")["source"]
    )


def test_before_the_first_version_no_policy_was_in_force(open_page):
    said = words(open_page("rules", on="2020-03-03"))
    assert "On that day no policy was in force here: version 1 was published on" in said
    assert "Any stored PHQ" not in said


def test_a_day_in_the_address_shows_the_version_of_its_end(open_page, unchanged):
    today = datetime.now(UTC).date().isoformat()
    assert "version 1, in force" in words(open_page("rules", unchanged, on=today))
    assert "version 1, in force" in words(open_page("rules", unchanged, on="not a day"))


def test_the_flag_budget_says_what_it_is_not(open_page):
    test = open_page("rules", part="budget")
    said = words(test)
    assert "What would have fired, not what would have happened" in said
    figures = dict(zip(column(test, "what"), column(test, "In force"), strict=True))
    assert " days" in figures["From the review to the first recorded decision"]
    assert "/389, " in figures["Patients with a review"]


def typed(test, table: str, key: str, value: float, tag: str = "", source: str = "", number: int = 0):
    """A number, and once it is there, its tag and its source."""
    name = f"draft-{number}-{table}-{key}"
    run(test.number_input(key=f"{name}-value").set_value(value))
    if tag:
        test.selectbox(key=f"{name}-tag").set_value(tag)
    if source:
        test.text_input(key=f"{name}-source").set_value(source)
    return run(test.button(key=f"take-{table}").click())


def test_no_field_of_a_draft_is_filled_in(open_page, unchanged):
    test = open_page("rules", unchanged, part="draft", table="dose_limits")
    assert [one.value for one in test.number_input] == [None] * 3
    typed(test, "dose_limits", "step_mg", 60)
    assert test.selectbox(key="draft-0-dose_limits-step_mg-tag").value is None


def test_a_draft_is_previewed_and_published(open_page, clinic):
    test = open_page("rules", clinic, part="draft", table="non_improver")
    typed(test, "non_improver", "min_fall_percent", 30, "default", "ours: three in ten")
    changes = table_with(test, "before")
    assert ["20", "30"] in changes[["before", "after"]].to_numpy().tolist()
    moved = table_with(test, "evidence")
    assert "gains a flag" in moved["change"].tolist() and "slow, main" in moved["patient"].tolist()
    assert "What the rules find on" in words(test)
    assert in_force(clinic).version == 1
    test.text_area(key="policy-comment").set_value("three in ten, as agreed")
    run(test.button(key="publish").click())
    assert "Version 2 is in force" in "\n".join(one.value for one in test.success)
    policy = in_force(clinic)
    assert (policy.version, policy.non_improver.min_fall_percent) == (2, 30)
    assert policy.notes["non_improver"].author == "Dr Test" and policy.notes["non_improver"].checker == ""
    said = words(open_page("rules", clinic, part="versions"))
    assert "three in ten, as agreed" in said and "by Dr Test" in said


def test_a_number_needs_a_source_and_a_tag(open_page, unchanged):
    test = open_page("rules", unchanged, part="draft", table="non_improver")
    typed(test, "non_improver", "min_sessions", 3, "default")
    assert escape("table [non_improver], key min_sessions: the source is missing") in words(test)
    test.number_input(key="draft-0-non_improver-min_sessions-value").set_value(None)
    typed(test, "non_improver", "min_days", 21, source="ours: for a test")
    assert "say whether the source fixes the number" in words(test)
    assert not [one for one in test.button if one.key == "publish"]


def test_publishing_without_a_comment_is_refused(open_page, unchanged):
    test = draft_file(open_page("rules", unchanged, part="draft"), LOOSER)
    run(test.button(key="publish").click())
    assert "Say in a comment why the policy changes" in words(test)
    assert in_force(unchanged).version == 1


# A file that cannot be used -> what the page names.
REFUSED = {
    "out of range": (
        SHIPPED.replace("{value = 84,", "{value = 6,", 1),
        ("[courses]", "gap_days", "7 to 730"),
    ),
    "unknown rule": (SHIPPED + "\n[non_improvement]\n", ("non_improvement", "is unknown")),
    "missing source": (
        SHIPPED.replace(', source = "ours: a restart after 12 weeks is a new course"', ""),
        ("[courses]", "gap_days", "source"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_and_the_running_policy_stays(open_page, unchanged, case):
    text, named = REFUSED[case]
    test = draft_file(open_page("rules", unchanged, part="draft"), text)
    said = words(test)
    assert all(escape(word) in said for word in ("mine.toml", *named))
    assert not [one for one in test.button if one.key == "publish"]
    assert in_force(unchanged).version == 1


def test_a_draft_is_not_published_over_a_newer_version(open_page, clinic):
    test = draft_file(open_page("rules", clinic, part="draft"), LOOSER)
    test.text_area(key="policy-comment").set_value("less noise")
    store = stores.open_store(ACTOR, clinic)
    policies.publish_policy(ACTOR, store, SHIPPED.encode(), "other.toml", "somebody else's")
    run(test.button(key="publish").click())
    assert in_force(clinic).version == 2
    said = words(test)
    assert "This draft was begun on version 1" in said and "Version 2 was published by Dr Test on" in said
    assert "somebody else" in said and "Nothing was published" in said


def test_a_discarded_draft_is_gone(open_page, unchanged):
    test = draft_file(open_page("rules", unchanged, part="draft"), LOOSER)
    run(test.button(key="discard").click())
    assert "What the draft changes" not in words(test)
    assert in_force(unchanged).version == 1
