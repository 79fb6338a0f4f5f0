"""Data quality: each check with its state and its rows, waivers, and who may be one person."""

from datetime import UTC, datetime, timedelta

import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR, day, make_clinic, phq9

from lib.clinical.quality_checks import CHECKS
from lib.services import duplicates, merging, quality, stores

TWINS = "patient_id,initials,clinic_id,sex,birth_year,clinician_id\nP-7,AB,main,female,1980,dr-a\np7,AB,main,female,1980,dr-a\n"


@pytest.fixture
def url(tmp_path):
    """Two identities that look alike; one form leaves item 9 blank, one says 2."""
    forms = phq9(("P-7", 9, "11111111 "), ("p7", 3, "111111112"))
    return make_clinic(tmp_path, {"patients.csv": TWINS, "assessments.csv": forms})


def choose(test, key):
    """The first of the rows that are offered."""
    box = test.multiselect(key=key)
    run(box.select(box.options[0]))


def open_store(url):
    return stores.open_store(ACTOR, url)


def test_every_check_has_its_row_and_a_state(open_page, demo_url):
    test = open_page("data_quality")
    assert column(test, "Check") == [check.title for check in CHECKS.values()]
    found = quality.read_quality(ACTOR, open_store(demo_url))
    assert [state.split(" ", 1)[1] for state in column(test, "State")] == found.checks["state"].tolist()


@pytest.mark.parametrize(
    "code", ["no_baseline", "item_9_blank", "waiting_row", "same_answers", "same_person"]
)
def test_a_check_opens_its_question_its_limit_and_its_rows(open_page, demo_url, code):
    test = open_page("data_quality", check=code)
    found = quality.read_quality(ACTOR, open_store(demo_url))
    own = found.rows[found.rows["check"] == code]
    said = words(test).replace("\\", "")
    assert f"{CHECKS[code].title} ({len(own):,})" in said and CHECKS[code].asks in said
    limit = getattr(found.policy.quality_limits, code)
    assert f"Of: {CHECKS[code].of}. Failed above {limit} %" in said
    assert ("A waiver changes nothing in the review queue" in said) == (
        CHECKS[code].is_about_item_9 and len(own) > 0
    )
    if len(own):
        assert column(test, "What is wrong", 1) == own["what"].tolist()


def test_the_demo_clinic_has_numbers_that_make_sense(demo_url):
    found = quality.read_quality(ACTOR, open_store(demo_url)).checks.set_index("check")
    assert (found["n_failing"] + found["n_waived"] <= found["n_asked"]).all()
    # What is planted in it, and what no generator of whole records brings about.
    assert (
        found.loc[["no_baseline", "stale_baseline", "item_9_blank", "total_only", "prorated"], "n_failing"]
        > 0
    ).all()
    never = [
        "after_end",
        "no_clinician",
        "no_clinic",
        "near_name",
        "outside_life",
        "big_jump",
        "weight_change",
        "past_plan",
    ]
    assert not found.loc[never, "n_failing"].any()
    assert found.loc["no_baseline", "n_asked"] > 200 and found.loc["no_total", "n_asked"] > 3_000


def test_a_row_is_waived_with_a_reason_and_a_day_and_counted_apart(open_page, url):
    test = open_page("data_quality", url, check="item_9_blank")
    choose(test, "waive-item_9_blank")
    run(test.button(key="save-waive-item_9_blank").click())
    assert "Say why these rows may stand" in words(test)
    run(test.text_input(key="why-waive-item_9_blank").set_value("the old system had none"))
    until = datetime.now(UTC).date() + timedelta(days=20)
    run(test.date_input(key="until-waive-item_9_blank").set_value(until))
    run(test.button(key="save-waive-item_9_blank").click())
    at = list(CHECKS).index("item_9_blank")
    assert (column(test, "Failing")[at], column(test, "Waived")[at]) == ("0 of 2", "1")
    assert "Dr Test: the old system had none" in column(test, "Waived", 1)[0]
    choose(test, "end-waive-item_9_blank")
    run(test.button(key="save-end-item_9_blank").click())
    assert column(test, "Waived")[at] == "–"


def pair_of(url):
    (pair,) = duplicates.read_candidates(ACTOR, open_store(url)).to_dict("records")
    return pair, f"{pair['first']}-{pair['second']}"


def test_two_that_look_alike_stand_side_by_side_and_are_merged_by_a_named_person(open_page, url):
    pair, name = pair_of(url)
    test = open_page("data_quality", url, pair=name)
    sides = next(table.value for table in test.dataframe if "What" in table.value)
    assert sides.set_index("What").loc["Initials"].tolist() == ["AB", "AB", "same"]
    assert sides.set_index("What").loc["Assessments", "P-7"].startswith("1: ")
    run(test.radio(key=f"into-{name}").set_value(int(pair["first"])))
    said = words(test).replace("\\", "")
    assert "To P-7 would come: 1 assessments" in said and "New: Item 9" in said
    run(test.button(key=f"save-merge-{name}").click())
    assert "Say why these two are one person" in words(test)
    run(test.text_input(key=f"why-merge-{name}").set_value("twice in the export"))
    run(test.button(key=f"save-merge-{name}").click())
    (merge,) = merging.read_merges(ACTOR, open_store(url)).to_dict("records")
    assert (merge["from_patient_id"], merge["into_patient_id"], merge["merged_by"]) == (
        "p7",
        "P-7",
        "Dr Test",
    )
    assert "Possible duplicate persons (0)" in words(test)
    run(test.selectbox(key="unmerge-which").select_index(0))
    run(test.text_input(key=f"unmerge-why-{merge['id']}").set_value("two sisters"))
    run(test.button(key="unmerge").click())
    assert "taken back by Dr Test" in column(test, "State", len(test.dataframe) - 1)[0]
    assert "Possible duplicate persons (1)" in words(test)


def test_what_was_typed_about_one_pair_is_never_saved_on_another(open_page, tmp_path):
    """Neither that they are one, nor that they are two, nor that they are not one after all."""
    others = "".join(f"{who},CD,main,male,1970,dr-b\n" for who in ("Q-9", "q9"))
    forms = phq9(("P-7", 9, "111111111"), ("Q-9", 9, "111111111"))
    store = open_store(make_clinic(tmp_path, {"patients.csv": TWINS + others, "assessments.csv": forms}))
    pairs = duplicates.read_candidates(ACTOR, store).to_dict("records")
    one, other = (f"{pair['first']}-{pair['second']}" for pair in pairs)
    test = open_page("data_quality", store.url, pair=one)
    run(test.radio(key=f"into-{one}").set_value(int(pairs[0]["first"])))
    test.text_input(key=f"why-merge-{one}").set_value("typed for P-7")
    run(test.text_input(key=f"why-two-{one}").set_value("typed for P-7"))
    test.query_params["pair"] = other
    run(test)
    assert test.radio(key=f"into-{other}").value is None
    run(test.radio(key=f"into-{other}").set_value(int(pairs[1]["first"])))
    for about, said in (
        ("merge", "Say why these two are one person"),
        ("two", "Say what tells these two apart"),
    ):
        assert test.text_input(key=f"why-{about}-{other}").value == ""
        run(test.button(key=f"save-{about}-{other}").click())
        assert said in words(test)
    assert merging.read_merges(ACTOR, store).empty and duplicates.read_told_apart(ACTOR, store).empty
    for pair in pairs:
        keys = int(pair["second"]), int(pair["first"])
        merging.merge_patients(ACTOR, store, *keys, "a twin", drawn=merging.read_pair(ACTOR, store, *keys))
    run(test)
    last, first = merging.read_merges(ACTOR, store)["id"].tolist()
    run(test.selectbox(key="unmerge-which").set_value(first))
    run(test.text_input(key=f"unmerge-why-{first}").set_value("typed for P-7"))
    run(test.selectbox(key="unmerge-which").set_value(last))
    assert test.text_input(key=f"unmerge-why-{last}").value == ""
    run(test.button(key="unmerge").click())
    assert "Say why these two are not one person" in words(test)
    assert merging.read_merges(ACTOR, store)["unmerged_at"].isna().all()


def test_two_people_are_remembered_and_can_be_asked_about_again(open_page, url):
    _, name = pair_of(url)
    test = open_page("data_quality", url, pair=name)
    run(test.text_input(key=f"why-two-{name}").set_value("two sisters"))
    run(test.button(key=f"save-two-{name}").click())
    assert "No two identities look alike" in words(test)
    assert column(test, "Two people", len(test.dataframe) - 1) == ["P-7 and p7"]
    run(test.selectbox(key="ask-again-which").select_index(0))
    run(test.button(key="ask-again").click())
    assert "Possible duplicate persons (1)" in words(test)


def test_what_was_known_before_is_shown_and_nothing_can_be_said_about_it(open_page, url):
    test = open_page("data_quality", url, known_on=day(1), check="item_9_blank", pair="1-2")
    assert not test.multiselect and "Possible duplicate persons (1)" in words(test)
