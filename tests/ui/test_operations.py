"""Operations: each count with its denominator and its people, a part at a time."""

from dataclasses import replace

import pandas as pd
import pytest
from ui_pages import column, words
from ui_stores import ACTOR, make_clinic, patients, phq9

from lib.clinical.operations.acknowledging import IN_TIME, TOO_NEW, summarise_hours
from lib.clinical.operations.ageing import AGES
from lib.clinical.rules.catalogue import MEDIUM
from lib.services import (
    attrition,
    completion,
    dosing_practice,
    operations,
    overdue,
    queue_ageing,
    session_practice,
    stores,
)
from lib.services.access import ROLES, Actor, Permission, Role
from lib.ui import access
from lib.ui.operations import reviews, safety

WEEKS = 26
MANAGER = Actor("a manager", ROLES[Role.MANAGER])


@pytest.fixture(scope="module")
def store(demo_url):
    return stores.open_store(ACTOR, demo_url)


@pytest.fixture(scope="module")
def found(store):
    return operations.read_flag_yield(ACTOR, store)


def test_every_count_stands_on_the_flags_that_are_listed(found):
    own = found.fired.groupby("rule")
    for row in found.yields.to_dict("records"):
        flags = own.get_group(row["rule"])
        acted = flags[flags["is_acted"]]
        assert row["n_fired"] == len(flags) >= row["n_confirmed"] == flags["is_confirmed"].sum()
        assert row["n_acted"] == len(acted) and row["n_measured"] == acted["is_measured"].sum()
        assert row["n_improved"] == acted["is_improved"].sum() <= row["n_measured"]
    assert found.yields["n_fired"].sum() == len(found.fired) > 50


def test_every_decision_of_the_span_has_one_outcome(store):
    decided = operations.read_decided(ACTOR, store, WEEKS)
    assert sum(decided.outcomes.values()) == decided.n_decisions == len(decided.signed) > 20
    assert {"target met", "target not met"} <= set(decided.outcomes)


def test_flag_yield_says_counts_with_intervals_and_opens_the_people(open_page, found):
    test = open_page("operations", part="flags", rows="rule:non_responder")
    assert column(test, "Rule") == found.yields["label"].tolist()
    row = found.yields.set_index("rule").loc["non_responder"]
    at = found.yields["rule"].tolist().index("non_responder")
    assert column(test, "Acted upon")[at].startswith(f"{row['n_acted']}/{row['n_fired']}, ")
    people = found.fired[found.fired["rule"] == "non_responder"]
    assert set(column(test, "Patient", 1)) <= set(people["patient_id"])
    said = words(test)
    assert "does not show that the decision did it" in said and f"flags: {len(people)}" in said


def test_the_people_at_a_step_are_those_who_went_no_further(open_page, store):
    test = open_page("operations", rows="step:4")
    whole = attrition.read_attrition(ACTOR, store, WEEKS)
    step = whole.steps.iloc[4]
    assert column(test, "Left")[4] == str(step["n_left"]) and column(test, "Under way")[4] == str(
        step["n_under_way"]
    )
    assert f"Session 4, and no further: {step['n_left'] + step['n_under_way']}" in words(test)


def test_reviews_count_what_is_listed(open_page, store):
    whole = queue_ageing.read_queue_ageing(ACTOR, store, WEEKS)
    assert whole.ages["n"].sum() == len(whole.flags) > 50
    said = words(open_page("operations", part="reviews", rows="age:4"))
    assert "Meeting the target does not show that the change caused it." in said
    assert "an alert that was seen is not one that was acted upon" in said
    assert f"Open flags, 56+ days: {(whole.flags['age'] == 4).sum()}" in said


def test_a_clinic_without_anything_says_so(open_page, tmp_path):
    files = {"patients.csv": patients("ann,AB"), "assessments.csv": phq9(("ann", 3, "222222222"))}
    url = make_clinic(tmp_path, files)
    for part, sentence in EMPTY.items():
        assert sentence in words(open_page("operations", url, part=part))


EMPTY = {
    "attrition": "Nobody enrolled in this span.",
    "completion": "No course began in this span.",
    "overdue": "Nobody is in treatment.",
    "process": "No dosing session was taken in this span.",
    "safety": "No dosing session was taken in this span.",
    "doses": "No tablets were dispensed to anybody of this span.",
    "reviews": "No decision was signed in this span.",
    "flags": "No rule on scores began to hold in this span.",
}


WAITED = {
    (): "Nothing urgent was raised in this span: nobody to count.",
    (TOO_NEW, TOO_NEW): "Not known yet: 2 urgent flags of this span are too new to count.",
    (TOO_NEW,): "Not known yet: 1 urgent flag of this span is too new to count.",
    (IN_TIME,): "None waited longer, of 1 urgent flag that can be counted.",
    (IN_TIME, IN_TIME, TOO_NEW): "None waited longer, of 2 urgent flags that can be counted. 1 urgent flag",
}


@pytest.mark.parametrize("states", WAITED)
def test_that_none_waited_longer_is_said_only_of_those_that_can_be_counted(
    states, open_page, store, monkeypatch
):
    whole = queue_ageing.read_queue_ageing(ACTOR, store, WEEKS)
    urgent = whole.urgent.iloc[: len(states)].assign(state=list(states))
    hours = summarise_hours(urgent.assign(weekday=0, hour=9))
    found = replace(whole, urgent=urgent, hours=hours)
    ask, read = reviews.ask_alike, queue_ageing.read_queue_ageing
    monkeypatch.setattr(
        reviews, "ask_alike", lambda service, *of: found if service is read else ask(service, *of)
    )
    said = words(open_page("operations", part="reviews"))
    assert WAITED[states] in said
    assert ("waited longer" in said) == (IN_TIME in states)


def test_a_reader_sees_their_own_clinics(store, found):
    clinic = found.fired["clinic_id"].iloc[0]
    reader = Actor("one", frozenset(Permission), frozenset({clinic}))
    own = operations.read_flag_yield(reader, store)
    assert set(own.fired["clinic_id"]) == {clinic}
    everybody = operations.read_decided(ACTOR, store, WEEKS).n_decisions
    assert 0 < operations.read_decided(reader, store, WEEKS).n_decisions < everybody


# What each part counts, as one number a name: of all clinics it is the sum of the clinics' own.
COUNTS = {
    "attrition": (attrition.read_attrition, lambda found: found.steps.drop(columns="step").sum()),
    "completion": (completion.read_completion, lambda found: found.counts[["n_due", "n_done"]].sum()),
    "overdue": (overdue.read_overdue, lambda found: found.counts.drop(columns="instrument").sum()),
    "process": (
        session_practice.read_process,
        lambda found: found.counts.set_index("measure").stack(),
    ),
    "safety": (
        session_practice.read_session_safety,
        lambda found: found.months.drop(columns="month").sum(),
    ),
    "prescribed": (
        dosing_practice.read_prescribed,
        lambda found: found.counts[["n_patients", "n_weighed"]].sum(),
    ),
    "limits": (dosing_practice.read_beyond_limits, lambda found: found.counts.drop(columns="limit").stack()),
    "tablets": (dosing_practice.read_balances, lambda found: found.counts.set_index("state").stack()),
    "ages": (
        queue_ageing.read_queue_ageing,
        lambda found: found.ages.groupby(["age", "severity"])["n"].sum(),
    ),
}


@pytest.mark.parametrize("part", COUNTS)
def test_clinics_add_up_and_a_reader_of_one_counts_only_it(part, store):
    read, count = COUNTS[part]
    clinics = operations.read_clinic_ids(ACTOR, store)
    own = [count(read(ACTOR, store, WEEKS, clinic)) for clinic in clinics]
    together = sum(own[1:], start=own[0]) if part != "ages" else pd.concat(own).groupby(level=[0, 1]).sum()
    whole = count(read(ACTOR, store, WEEKS))
    assert whole.sum() > 0 and (together.fillna(-1) - whole.fillna(-1)).abs().max() < 1e-6
    reader = Actor("one", frozenset(Permission), frozenset(clinics[:1]))
    assert count(read(reader, store, WEEKS)).fillna(-1).equals(own[0].fillna(-1))
    assert count(read(MANAGER, store, WEEKS)).fillna(-1).equals(whole.fillna(-1))


def test_the_rows_behind_a_count_are_as_many(store):
    process = session_practice.read_process(ACTOR, store, WEEKS)
    missed = process.counts.set_index("measure")[["n_no", "n_unknown"]].sum(axis=1)
    assert process.rows["measure"].value_counts().to_dict() == missed[missed > 0].to_dict()
    forms = completion.read_completion(ACTOR, store, WEEKS)
    assert len(forms.missing) == (forms.counts["n_due"] - forms.counts["n_done"]).sum()
    late = overdue.read_overdue(ACTOR, store, WEEKS)
    assert len(late.people) == late.counts["n_overdue"].sum()
    safety = session_practice.read_session_safety(ACTOR, store, WEEKS)
    assert safety.rows["is_severe"].sum() == safety.months["n_severe"].sum() > 0
    assert safety.rows["n_events"].sum() == safety.months[["n_events", "n_events_unasked"]].sum().sum()
    tablets = dosing_practice.read_balances(ACTOR, store, WEEKS)
    assert len(tablets.people) == tablets.counts["n_patients"].sum()


def test_who_may_not_see_patients_gets_the_same_counts_and_nobody(open_page, store, monkeypatch):
    own, whole = (attrition.read_attrition(actor, store, WEEKS) for actor in (MANAGER, ACTOR))
    assert own.steps.equals(whole.steps) and own.people.empty and len(whole.people)
    monkeypatch.setattr(access, "actor", lambda: MANAGER)
    test = open_page("operations", rows="step:4")
    assert not test.dataframe
    for part in EMPTY:
        tables = open_page("operations", part=part, rows="measure:pressure").dataframe
        assert all("People" not in table.value and "Patient" not in table.value for table in tables)
        assert not any(
            cell.isdecimal() and 0 < int(cell) < 11
            for table in tables
            for cell in table.value.astype(str).to_numpy().ravel()
        )


def test_few_severe_readings_do_not_read_as_none(open_page, store, monkeypatch):
    """Months without any are shown, those with a few are not: the rate of the shown ones would be 0."""
    months = session_practice.read_session_safety(MANAGER, store, 52).months
    assert 0 < months["n_severe"].sum() < 11 and (months["n_severe"] == 0).any()
    monkeypatch.setattr(access, "actor", lambda: MANAGER)
    test = open_page("operations", part="safety", weeks="52")
    drawn = [chart.proto.spec for chart in test.get("plotly_chart")]
    assert "all months: not told" in drawn[1] and "all months<br>" not in drawn[1]
    n_events, n_asked = int(months["n_events"].sum()), int(months["n_asked"].sum())
    assert f"all months<br>{100 * n_events / n_asked:.1f}" in drawn[0].replace("\\u003c", "<").replace(
        "\\u003e", ">"
    )


def test_no_word_of_the_safety_table_is_broken(open_page):
    """A cell wraps between words; a letter is about 7 pixels wide."""
    table = open_page("operations", part="safety", weeks="52").dataframe[0].value
    assert "unknown" in set(table["Per 100"])
    longest = {
        name: max(len(word) for text in table[name] for word in str(text).split(" "))
        for name in safety._COLUMNS
    }
    assert all(7 * n + 16 <= safety._COLUMNS[name][0] for name, n in longest.items())


def test_who_may_not_see_small_counts_still_sees_how_old_the_queue_is(open_page, store, monkeypatch):
    """Some severities are few at some ages; all that ask for a review, at each age, are not."""
    ages = queue_ageing.read_queue_ageing(MANAGER, store, WEEKS).ages
    asked = ages[ages["severity"] >= MEDIUM].groupby("age")["n"].sum()
    assert (asked > 10).all() and len(asked) == len(AGES)
    monkeypatch.setattr(access, "actor", lambda: MANAGER)
    (figure,) = open_page("operations", part="reviews").get("plotly_chart")
    assert all(str(n) in figure.proto.alt for n in asked)
