"""The section Dose review: what it shows, that nothing in its form is chosen or filled in, and what a press does."""

from datetime import UTC, datetime, timedelta

import pytest
from ui_pages import run, words
from ui_stores import ACTOR, copy_store, make_clinic, patients, phq9, sessions

from lib.clinical.decision_answers import CHECKS
from lib.services import decisions, review, stores
from lib.services.errors import Store
from lib.store import derived
from lib.ui.decision_keys import FIELDS

FILES = {
    "patients.csv": patients("ann,AB", "bob,CD") + "\ncas,,main,female,",
    "dosing_sessions.csv": sessions(*(("ann", ago, 100) for ago in (40, 33, 26, 19))),
    "assessments.csv": phq9(("ann", 41, "222222220"), ("ann", 12, "222222220"), ("ann", 3, "222222220")),
}
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("review")
    return Store(make_clinic(folder, FILES, is_practice=True))


@pytest.fixture
def clinic(made_once, tmp_path) -> str:
    return copy_store(made_once, tmp_path)


@pytest.fixture(scope="module")
def keys(made_once):
    people = review.read_caseload(ACTOR, made_once)
    return dict(zip(people["patient_id"], (int(key) for key in people["patient_key"]), strict=True))


@pytest.fixture
def open_review(open_page, clinic, keys):
    """The section of a patient, whose review has been started."""

    def open_it(patient="ann"):
        test = open_page("patient", clinic, patient=str(keys[patient]), section="review")
        return run(test.button(key=f"start-review-{keys[patient]}").click())

    return open_it


def said(test) -> str:
    return words(test).replace("\\", "")


def fields(test) -> list:
    """Every control of the form."""
    kinds = (test.text_input, test.text_area, test.multiselect, test.date_input, test.button_group)
    return [one for kind in kinds for one in kind if str(one.key).startswith("decision-")]


def field(test, name: str):
    return next(one for one in fields(test) if str(one.key).startswith(f"decision-{name}-"))


def fill(test, who=("AB", "1980")) -> None:
    field(test, "options").set_value(["step_up"])
    field(test, "reasons").set_value(["efficacy"])
    field(test, "old_dose").set_value("100")
    field(test, "new_dose").set_value("150")
    for name in CHECKS:
        field(test, name).set_value("yes")
    field(test, "instrument").set_value("PHQ-9")
    field(test, "kind").set_value("fall")
    field(test, "points").set_value("5")
    field(test, "review_by").set_value(TODAY + timedelta(days=14))
    field(test, "initials").set_value(who[0])
    field(test, "birth_year").set_value(who[1])


def sign(test):
    return run(next(one for one in test.button if str(one.key).startswith("decision-sign-")).click())


def signed(clinic, key):
    return decisions.read_decisions(ACTOR, stores.open_store(ACTOR, clinic), key).signed


def test_nothing_is_chosen_or_filled_in(open_review):
    test = open_review()
    assert len(fields(test)) == len(FIELDS) - 2 + len(CHECKS)
    for one in fields(test):
        assert one.value in (None, "", []), one.key
    assert "Review does not mean raise." in said(test)


def test_the_options_stand_in_alphabetical_order(open_review):
    options = field(open_review(), "options").options
    assert [one.content if hasattr(one, "content") else one for one in options] == sorted(
        one.content if hasattr(one, "content") else one for one in options
    )


def test_every_key_names_the_patient(open_review, keys):
    test = open_review()
    assert all(str(one.key).endswith(f"-{keys['ann']}") for one in fields(test))


def test_a_decision_is_signed_and_listed(open_review, clinic, keys):
    test = open_review()
    fill(test)
    test = sign(test)
    (row,) = signed(clinic, keys["ann"]).to_dict("records")
    assert (row["old_dose_mg"], row["new_dose_mg"], row["signer"]) == (100, 150, "Dr Test")
    receipt = "\n".join(str(one.value) for one in test.success).replace("\\", "")
    at = datetime.fromtimestamp(row["signed_at"], UTC)
    assert f"{at:%H:%M:%S} UTC by Dr Test, unverified local user." in receipt
    assert "**Step up** · 100 mg → 150 mg" in said(test)
    assert "Decisions (1)" in said(test)
    assert "at least 5 points lower than 16 on" in said(test)
    # The next form is empty.
    test = run(test.button(key=f"start-review-{keys['ann']}").click())
    assert all(one.value in (None, "", []) for one in fields(test))


def test_a_slip_of_the_pen_is_asked_about_as_it_is_typed_and_signed_when_it_is_meant(
    open_review, clinic, keys
):
    test = open_review()
    fill(test)
    assert "once more" not in said(run(test))
    field(test, "new_dose").set_value("1500")
    test = run(test)
    assert "New dose 1500 mg: 1400 mg above the 100 mg taken on" in said(test)
    test = sign(test)
    assert any("type the new dose once more" in str(one.value) for one in test.error)
    assert signed(clinic, keys["ann"]).empty
    field(test, "new_dose_again").set_value("1500")
    test = sign(test)
    assert len(signed(clinic, keys["ann"])) == 1
    assert "Asked, and the new dose typed again: New dose 1500 mg" in said(test)


def test_a_question_stays_whatever_else_cannot_be_read(open_review, clinic, keys):
    test = open_review()
    fill(test)
    field(test, "new_dose").set_value("1500")
    test = run(test)
    field(test, "new_dose_again").set_value("1500")
    field(test, "points").set_value("5.5")
    test = run(test)
    assert field(test, "new_dose_again").value == "1500"
    field(test, "points").set_value("5")
    field(test, "new_dose_again").set_value("15o0")
    test = sign(test)
    assert any("“15o0” is not a number" in str(one.value) for one in test.error)
    field(test, "new_dose_again").set_value("1500")
    sign(test)
    assert len(signed(clinic, keys["ann"])) == 1


def test_why_nothing_was_signed_is_said_where_the_press_brings_the_question(open_review, clinic, keys):
    """The dose is typed last, and the press comes before the page has drawn the question."""
    test = open_review()
    fill(test)
    test = run(test)
    field(test, "new_dose").set_value("1500")
    test = sign(test)
    assert any("type the new dose once more" in str(one.value) for one in test.error)
    assert signed(clinic, keys["ann"]).empty


def test_wrong_initials_are_refused_and_the_draft_stays(open_review, clinic, keys):
    test = open_review()
    fill(test, who=("XY", "1980"))
    test = sign(test)
    assert any("Nothing was signed" in str(one.value).replace("\\", "") for one in test.error)
    assert field(test, "new_dose").value == "150" and signed(clinic, keys["ann"]).empty
    field(test, "initials").set_value("AB")
    sign(test)
    assert len(signed(clinic, keys["ann"])) == 1


def test_a_number_that_cannot_be_read_is_named(open_review, clinic, keys):
    test = open_review()
    fill(test)
    for typed in ("1O0", "100 mg", "-5", "1,5", "nan", "1e3"):
        field(test, "new_dose").set_value(typed)
        test = sign(test)
        assert any(
            f"New dose: “{typed}” is not a number" in str(one.value).replace("\\", "") for one in test.error
        )
    assert signed(clinic, keys["ann"]).empty


def test_a_draft_of_one_patient_is_not_found_on_another(open_review, clinic, keys):
    test = open_review("ann")
    fill(test)
    run(test)
    test.query_params["patient"] = str(keys["bob"])
    test = run(test)
    test = run(test.button(key=f"start-review-{keys['bob']}").click())
    assert all(one.value in (None, "", []) for one in fields(test))
    assert all(str(one.key).endswith(f"-{keys['bob']}") for one in fields(test))
    sign(test)
    assert signed(clinic, keys["ann"]).empty and signed(clinic, keys["bob"]).empty


def test_whose_initials_are_not_recorded_is_known_by_the_patient_id(open_review):
    test = open_review("cas")
    names = {str(one.key).split("-")[1] for one in fields(test)}
    assert "patient_id" in names and not names & {"initials", "birth_year"}
    assert "the patient id stands for them" in said(test)


def test_a_clinics_own_store_takes_no_signature(open_page, clinic, keys):
    with Store(clinic).write() as connection:
        derived.write_about(connection, is_synthetic="no")
    test = open_page("patient", clinic, patient=str(keys["ann"]), section="review")
    test = run(test.button(key=f"start-review-{keys['ann']}").click())
    assert "A signature needs sign-in" in said(test)
    assert fields(test) == []


def test_somebody_elses_review_is_named_and_taken_over_by_a_button(open_page, clinic, keys, monkeypatch):
    test = open_page("patient", clinic, patient=str(keys["ann"]), section="review")
    run(test.button(key=f"start-review-{keys['ann']}").click())
    test = open_page("patient", clinic, patient=str(keys["ann"]), section="review")
    monkeypatch.setenv("USER", "Dr Other")
    test = run(test)
    assert "in review by Dr Test since" in said(test) and fields(test) == []
    assert test.button(key=f"start-review-{keys['ann']}").label == "Take over the review"


def test_an_addendum_stands_under_its_decision(open_review, clinic, keys):
    test = open_review()
    fill(test)
    test = sign(test)
    (row,) = signed(clinic, keys["ann"]).to_dict("records")
    about = f"{row['id']}-{keys['ann']}"
    test.text_area(key=f"addendum-text-{about}").set_value("[x](http://tracker.invalid)")
    test = run(test.button(key=f"addendum-add-{about}").click())
    assert "[x](http://tracker.invalid)" in [one.value for one in test.text]
    assert test.text_area(key=f"addendum-text-{about}").value == ""


def test_the_line_above_the_flags_leads_to_the_section(open_page, clinic, keys):
    test = open_page("patient", clinic, patient=str(keys["ann"]))
    assert "new: a flag asks for it" in said(test)
    test = run(test.button(key=f"open-review-{keys['ann']}").click())
    assert test.query_params["section"] in ("review", ["review"])
    assert "1 Scores" in said(test) and "12 Decision" in said(test)
