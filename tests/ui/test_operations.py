"""Operations: what became of flags and decisions, each count with its denominator and its people."""

import pytest
from ui_pages import column, words
from ui_stores import ACTOR, make_clinic, patients, phq9

from lib.services import operations, stores
from lib.services.access import Actor, Permission


@pytest.fixture(scope="module")
def found(demo_url):
    return operations.read_operations(ACTOR, stores.open_store(ACTOR, demo_url))


def test_every_count_stands_on_the_flags_that_are_listed(found):
    own = found.fired.groupby("rule")
    for row in found.yields.to_dict("records"):
        flags = own.get_group(row["rule"])
        acted = flags[flags["is_acted"]]
        assert row["n_fired"] == len(flags) >= row["n_confirmed"] == flags["is_confirmed"].sum()
        assert row["n_acted"] == len(acted) and row["n_measured"] == acted["is_measured"].sum()
        assert row["n_improved"] == acted["is_improved"].sum() <= row["n_measured"]
    assert found.yields["n_fired"].sum() == len(found.fired) > 50


def test_every_decision_of_the_span_has_one_outcome(found):
    assert sum(found.outcomes.values()) == found.n_decisions > 20
    assert {"target met", "target not met"} <= set(found.outcomes)


def test_the_page_says_counts_with_intervals_and_opens_the_people(open_page, found):
    test = open_page("operations", rule="non_responder")
    assert column(test, "Rule") == found.yields["label"].tolist()
    row = found.yields.set_index("rule").loc["non_responder"]
    at = found.yields["rule"].tolist().index("non_responder")
    assert column(test, "Acted upon")[at].startswith(f"{row['n_acted']}/{row['n_fired']}, ")
    people = found.fired[found.fired["rule"] == "non_responder"]
    assert sorted(column(test, "Patient", 1)) == sorted(people["patient_id"])
    said = words(test)
    assert "does not show that the decision did it" in said
    assert "Meeting the target does not show that the change caused it." in said


def test_a_clinic_without_either_says_so(open_page, tmp_path):
    files = {"patients.csv": patients("ann,AB"), "assessments.csv": phq9(("ann", 3, "222222222"))}
    said = words(open_page("operations", make_clinic(tmp_path, files)))
    assert (
        "No rule on scores began to hold in this span." in said
        and "No decision was signed in this span." in said
    )


def test_a_reader_sees_their_own_clinics(demo_url, found):
    clinic = found.fired["clinic_id"].iloc[0]
    reader = Actor("one", frozenset(Permission), frozenset({clinic}))
    own = operations.read_operations(reader, stores.open_store(ACTOR, demo_url))
    assert set(own.fired["clinic_id"]) == {clinic} and 0 < own.n_decisions < found.n_decisions
