"""What the rules could read, of a patient and of a clinic, and that no open flag is never said without it."""

from collections.abc import Iterable

import pytest
from ui_stores import ACTOR, make_clinic, patients, phq9, sessions

from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.coverage import STATES, Covered
from lib.clinical.rules.coverage_wording import say_coverage, say_unread
from lib.clinical.sentence import describe_course
from lib.services import coverage, imports, review, stores
from lib.services.access import Actor
from lib.services.errors import NotFoundError
from lib.services.patients import read_patient

FILES = {
    "patients.csv": patients("treated,AB", "not begun,CD"),
    "dosing_sessions.csv": sessions(("treated", 20, 100), ("treated", 13, 100)),
    "assessments.csv": phq9(("treated", 21, "222222220"), ("treated", 4, "111111110")),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return stores.open_store(ACTOR, make_clinic(tmp_path_factory.mktemp("coverage"), FILES))


@pytest.fixture(scope="module")
def keys(store) -> dict[str, int]:
    people = review.read_caseload(ACTOR, store)
    return dict(zip(people["patient_id"], people["patient_key"].astype(int), strict=True))


def by_rule(covered: Iterable[Covered]) -> dict[str, tuple[str, int, int]]:
    return {one.rule: (one.state, one.n_recorded, one.n_records) for one in covered}


def test_every_rule_has_a_row_in_the_order_of_the_catalogue(store, keys):
    covered = read_patient(ACTOR, store, keys["treated"]).coverage
    assert [one.rule for one in covered] == list(RULES)
    said = by_rule(covered)
    assert said["suicidality_item_9"] == ("assessed", 2, 2)
    assert said["blood_pressure"] == ("not recorded", 0, 2)
    assert said["off_expected_course"] == ("partly assessed", 2, 3)


def test_who_has_no_record_has_no_row_and_that_is_no_pass(store, keys):
    covered = read_patient(ACTOR, store, keys["not begun"]).coverage
    assert not covered
    assert say_unread(covered).startswith("That is no pass: no rule could be asked")


def test_another_clinic_s_patient_is_not_found(store, keys):
    stranger = Actor("a stranger", ACTOR.permissions, frozenset({"elsewhere"}))
    with pytest.raises(NotFoundError):
        read_patient(stranger, store, keys["treated"])
    assert coverage.summarise_clinics(stranger, store).empty


def test_a_clinic_s_summary_counts_each_patient_with_a_record_once(store, keys):
    rows = coverage.summarise_clinics(ACTOR, store)
    assert rows["clinic_id"].eq("main").all() and rows["rule"].tolist() == list(RULES)
    assert rows[list(STATES)].sum(axis=1).eq(1).all()
    own = read_patient(ACTOR, store, keys["treated"]).coverage
    for one, counts in zip(own, rows.to_dict("records"), strict=True):
        assert counts[one.state] == 1


# Two rules with short names.
A, B, C = "sedation", "tolerability", "relapse"


WORDS = {
    "all assessed": ((Covered(A, "assessed", 1, 1), Covered(B, "not asked", 0, 1)), ""),
    "one not recorded": (
        (Covered(A, "assessed", 1, 1), Covered(B, "not recorded", 0, 3)),
        "That is no pass: 1 of 2 rules could not be read in full (1 not recorded: Adverse event (0 of 3)).",
    ),
    "one of each": (
        (Covered(A, "partly assessed", 1, 2), Covered(B, "not recorded", 0, 3)),
        "That is no pass: 2 of 2 rules could not be read in full (1 not recorded: Adverse event (0 of 3); "
        "1 partly assessed: Deep sedation (1 of 2)).",
    ),
}


@pytest.mark.parametrize(("rows", "said"), WORDS.values(), ids=WORDS)
def test_no_open_flag_is_never_a_pass_where_a_rule_could_not_be_read(rows, said):
    assert say_unread(rows) == said


def test_each_state_has_a_sentence_and_names_what_is_missing():
    rows = (
        Covered(A, "assessed", 1, 1),
        Covered(B, "partly assessed", 1, 2),
        Covered(C, "not recorded", 0, 3),
    )
    assert say_coverage(rows) == [
        ("assessed", "1 of 3 rules had what they read."),
        ("partly assessed", "1: Adverse event (1 of 2)."),
        ("not recorded", "1: Relapse (0 of 3)."),
    ]


def test_what_was_read_for_a_page_is_read_anew_once_a_record_is_added(tmp_path):
    own = stores.open_store(ACTOR, make_clinic(tmp_path, FILES))
    key = int(review.read_caseload(ACTOR, own).set_index("patient_id").loc["treated", "patient_key"])

    def count_forms() -> tuple[int, int]:
        """On the page, and of those that the rule on item 9 could read."""
        page = read_patient(ACTOR, own, key)
        return len(page.history.assessments), by_rule(page.coverage)["suicidality_item_9"][2]

    assert count_forms() == (2, 2)
    more = phq9(("treated", 2, "111111111")).encode()
    imports.import_files(ACTOR, own, [("assessments.csv", more)])
    assert count_forms() == (3, 3)


def test_a_form_that_was_not_taken_is_read_for_its_item_9_and_never_denied(tmp_path):
    """An answer that is out of range keeps a row out; an item 9 that is no number keeps it from being read."""
    files = {
        "patients.csv": patients("held,AB", "unread,CD"),
        "assessments.csv": phq9(
            ("held", 20, "22222222 "), ("held", 4, "902222222"), ("unread", 4, "22222222x")
        ),
    }
    own = stores.open_store(ACTOR, make_clinic(tmp_path, files))
    keys = review.read_caseload(ACTOR, own).set_index("patient_id")["patient_key"].astype(int)
    page = read_patient(ACTOR, own, keys["held"])
    assert [answer for _, answer in page.history.waiting.answers] == [2]
    assert "of forms that were not taken: 2 on" in describe_course(page.history, page.policy)
    assert by_rule(page.coverage)["suicidality_item_9"][1:] == (1, 2)
    page = read_patient(ACTOR, own, keys["unread"])
    assert page.history.waiting.n_unreadable == 1
    assert "item 9 of forms that were not taken: unknown on 1 form" in describe_course(
        page.history, page.policy
    )
