"""Recording by hand on the patient's page: empty forms, live scores, receipts, refusals; and never on somebody else."""

from datetime import date, timedelta

import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR, day, make_clinic, patients, phq9, sessions

from lib.services import imports, review, stores
from lib.services.access import Actor, Permission
from lib.services.entries import ENTERED_KINDS
from lib.ui import access, wording
from lib.ui.entry_fields import FORMS

FILES = {
    "patients.csv": patients("ann,AB", "bob,CD"),
    "dosing_sessions.csv": sessions(("ann", 30, 100), ("bob", 30, 100)),
    "assessments.csv": phq9(("ann", 31, "222222220"), ("bob", 31, "222222220")),
}
# Two forms are in the store; the next one is the third.
THIRD = 3
YESTERDAY = date.fromisoformat(day(0)) - timedelta(days=1)


@pytest.fixture
def clinic(tmp_path):
    return make_clinic(tmp_path, FILES)


@pytest.fixture
def open_form(open_page, clinic):
    def open_it(patient=1, enter="assessment", **address):
        return open_page("patient", clinic, patient=str(patient), section="record", enter=enter, **address)

    return open_it


def unescaped(test):
    return words(test).replace("\\", "") + "\n".join(one.value.replace("\\", "") for one in test.success)


def widgets(test):
    """By key: everything on the page that can be answered or pressed, but for what only chooses what is shown."""
    kinds = (
        *(test.button, test.text_input, test.text_area, test.selectbox, test.multiselect),
        *(test.checkbox, test.date_input, test.segmented_control),
    )
    found = {one.key: one for kind in kinds for one in kind}
    chooses = ("range", "section", "enter", "doing", "known-on-day-today")
    return {key: one for key, one in found.items() if key not in chooses}


def field(test, name):
    """The widget of one answer, whatever form it stands in."""
    (found,) = (one for key, one in widgets(test).items() if f"-{name}-" in key)
    return found


def choose(test, instrument="PHQ-9"):
    return run(field(test, "instrument").set_value(instrument))


def answer(test, answers, instrument="PHQ-9"):
    """The nine answers as nine characters, a space is an item that is left open; yesterday at 09:05."""
    choose(test, instrument)
    for number, one in enumerate(answers, 1):
        if one != " ":
            field(test, f"item_{number}").set_value(int(one))
    field(test, "date").set_value(YESTERDAY)
    return run(field(test, "time").set_value("9:05"))


def save(test):
    return run(field(test, "save").click())


@pytest.mark.parametrize("enter", FORMS)
@pytest.mark.parametrize("doing", ["new", "correct", "void"])
def test_no_control_is_filled_in_beforehand_and_every_key_names_the_patient(open_form, enter, doing):
    test = open_form(enter=enter, doing=doing)
    if enter == "assessment" and doing == "new":
        choose(test)
    for key, one in widgets(test).items():
        assert key.endswith("-1")
        assert getattr(one, "value", None) in (None, "", [], False) or "-instrument-" in key
    assert "Recording for **ann · AB · born 1980**" in unescaped(test)


def test_there_is_a_form_for_every_kind_that_is_entered():
    assert {form.kind for form in FORMS.values()} == set(ENTERED_KINDS)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ("         ", "0 so far, 0 of 9 items answered"),
        ("2222   0 ", "8 so far, 5 of 9 items answered"),
        ("222222221", "Total 17 of 27, moderately severe"),
        ("000000000", "Total 0 of 27, minimal"),
        ("22222222 ", "the total is prorated to 18, from 16 to 19"),
        ("222222   ", "too many for a total"),
        ("22222222 ", "Item 9 is not answered: it is never filled in."),
        ("  2222221", "the total is prorated to 17, from 13 to 19"),
    ],
)
def test_the_total_is_said_while_the_form_is_filled_in(open_form, answers, said):
    assert said in unescaped(answer(open_form(), answers))


def test_item_9_is_answered_in_the_words_of_the_definitions_at_once(open_form):
    test = answer(open_form(), "2       2")
    assert wording.ITEM_9_POSITIVE.format(answer=2) in [one.value for one in test.error]
    test = run(field(test, "item_9").set_value(0))
    assert not test.error and wording.ITEM_9_ZERO in words(test)
    before = words(test).count(wording.ITEM_9_ZERO)
    test = run(field(test, "item_9").set_value(None))
    # The latest stored form answers 0; of the form that is being filled in, nothing is said any more.
    assert words(test).count(wording.ITEM_9_ZERO) == before - 1
    assert "Item 9 is not answered" in words(test)


def test_answers_stay_with_their_questionnaire(open_form):
    test = answer(open_form(), "222222222")
    test = choose(test, "GAD-7")
    assert "0 so far, 0 of 7 items answered" in words(test)


def test_what_is_saved_is_confirmed_shown_and_flagged(open_form, clinic):
    test = save(answer(open_form(), "222222222"))
    said = unescaped(test)
    assert "Stored for ann · AB · born 1980: PHQ-9 of " in said and "version 1; by Dr Test, " in said
    assert "0 of 9 items" not in said and "9 Death or self-harm: 2" in said
    assert "Item 9 positive" in said
    rows = review.read_queue(ACTOR, stores.open_store(ACTOR, clinic)).rows
    assert rows["patient_id"].iloc[0] == "ann" and "Safety now" in rows["cards"].iloc[0]


def test_a_score_that_staff_entered_is_marked(open_form):
    test = save(answer(open_form(), "222222220"))
    test = run(test.segmented_control(key="section").set_value("forms"))
    assert column(test, "Total") == ["16 of 27, s", "16 of 27"]


def test_a_form_that_was_saved_is_empty_again(open_form):
    test = choose(save(answer(open_form(), "222222220")))
    assert all(one.value is None for key, one in widgets(test).items() if "-item_" in key)
    assert field(test, "date").value is None and field(test, "time").value == ""


def test_a_form_that_is_refused_keeps_what_was_typed(open_form, clinic):
    test = open_form(enter="session")
    field(test, "date").set_value(YESTERDAY)
    field(test, "unknown").check()
    field(test, "dose_mg").set_value("2 x 150 mg")
    test = save(run(field(test, "sbp_pre_mmhg").set_value("140")))
    said = unescaped(test)
    assert "Dose taken (mg), “2 x 150 mg”: The cell says a multiple: write the dose that was taken" in said
    assert field(test, "dose_mg").value == "2 x 150 mg" and field(test, "sbp_pre_mmhg").value == "140"
    store = stores.open_store(ACTOR, clinic)
    assert set(imports.read_imports(ACTOR, store)["outcome"]) == {"accepted"}
    assert imports.read_held_rows(ACTOR, store).empty
    test = save(run(field(test, "dose_mg").set_value("150")))
    assert "time" not in unescaped(test).split("Stored for")[1].split("version")[0]


def test_a_time_of_day_is_given_or_said_to_be_unknown(open_form):
    test = open_form(enter="integration")
    field(test, "date").set_value(YESTERDAY)
    test = save(run(field(test, "practice").set_value("journaling")))
    assert "Type the time of day, or say that it is unknown." in unescaped(test)
    test = save(run(field(test, "unknown").check()))
    assert "Stored for ann" in unescaped(test)


@pytest.mark.parametrize(
    ("enter", "answers"),
    [
        ("session", {"status": "missed"}),
        (
            "session",
            {"status": "taken", "dose_mg": "150", "swallowed": "no", "sedation_moaas": 4, "note": "calm"},
        ),
        ("adverse-event", {"term": "Nausea", "severity": "mild", "is_serious": "no", "duration_min": "30"}),
        ("integration", {"practice": "therapy", "minutes": "50", "tags": ["relief", "engagement"]}),
        ("dose-order", {"dose_mg": "150", "interval_days": "7", "reason": "response"}),
        ("observation", {"kind": "weight_kg", "value": "82.5"}),
    ],
)
def test_every_form_saves_what_was_typed(open_form, enter, answers):
    test = open_form(enter=enter)
    field(test, "date").set_value(YESTERDAY)
    field(test, "time").set_value("18:00")
    for name, value in answers.items():
        field(test, name).set_value(value)
    said = unescaped(save(run(test)))
    assert "Stored for ann" in said
    for value in answers.values():
        assert (";".join(value) if isinstance(value, list) else str(value)) in said


def test_an_event_has_a_date_alone(open_form):
    test = open_form(enter="event")
    field(test, "on").set_value(YESTERDAY)
    said = unescaped(save(run(field(test, "text").set_value("bereavement"))))
    assert "Stored for ann · AB · born 1980: bereavement of " in said


def test_what_stands_there_already_is_shown_before_it_is_replaced(open_form):
    test = save(answer(open_form(), "222222220"))
    test = save(answer(test, "111111110"))
    said = unescaped(test)
    assert "This is recorded already, with other values." in said and "1 Interest: 2" in said
    test = run(field(test, "replace").click())
    said = unescaped(test)
    assert "version 2, which replaces version 1 of " in said and "1 Interest: 1" in said


def test_a_correction_changes_what_is_named_and_shows_both(open_form):
    test = save(answer(open_form(), "222222220"))
    test = run(test.segmented_control(key="doing").set_value("correct"))
    test = run(field(test, "which-correct").set_value(THIRD))
    assert "1 Interest: 2 · 2 Mood: 2" in words(test)
    test = run(field(test, "wrong").set_value(["item_9"]))
    assert field(test, "item_9").value is None
    test = run(field(test, "item_9").set_value(1))
    assert "9 Death or self-harm: 0 → 1" in words(test) and "Total 17 of 27" in words(test)
    assert wording.ITEM_9_POSITIVE.format(answer=1) in [one.value for one in test.error]
    said = unescaped(save(test))
    assert "version 2, which replaces version 1 of " in said and "Item 9 positive" in said


def test_a_voided_record_is_gone_with_a_reason(open_form):
    test = save(answer(open_form(), "222222220"))
    test = run(test.segmented_control(key="doing").set_value("void"))
    test = run(field(test, "which-void").set_value(THIRD))
    test = run(field(test, "take-back").click())
    assert "Say why this record is voided." in unescaped(test)
    field(test, "why").set_value("wrong sheet")
    test = run(field(test, "take-back").click())
    assert "Voided for ann · AB · born 1980: PHQ-9 of " in unescaped(test)
    assert len(field(test, "which-void").options) == 1
    test = run(test.segmented_control(key="section").set_value("forms"))
    assert len(column(test, "Instrument")) == 1


# Never on somebody else.


def test_what_was_typed_for_one_patient_is_not_found_on_another(open_form):
    test = answer(open_form(), "222222223")
    test.query_params["patient"] = "2"
    test = run(test)
    assert "Recording for **bob · CD · born 1980**" in unescaped(test)
    assert field(test, "instrument").value is None
    test = choose(test)
    assert all(
        one.value in (None, "", False) for key, one in widgets(test).items() if "instrument" not in key
    )
    test.query_params["patient"] = "1"
    assert "Recording for **ann" in unescaped(run(test))


def test_a_receipt_is_shown_to_nobody_but_its_patient(open_form):
    test = save(answer(open_form(), "222222220"))
    assert "Stored for ann" in unescaped(test)
    test.query_params["patient"] = "2"
    assert "Stored for" not in unescaped(run(test))


def test_saving_is_for_the_patient_whose_button_is_pressed(open_form, clinic):
    """The address names somebody else in the same moment: the press belongs to the form that it was made on."""
    test = answer(open_form(), "222222223")
    press = field(test, "save")
    test.query_params["patient"] = "2"
    run(press.click())
    store = stores.open_store(ACTOR, clinic)
    rows = review.read_queue(ACTOR, store).rows
    flagged = rows.loc[["Safety now" in cards for cards in rows["cards"]], "patient_id"]
    assert "bob" not in set(flagged)


def test_without_the_right_there_is_no_form(open_form, monkeypatch):
    others = frozenset(Permission) - {Permission.ENTER_RECORDS}
    monkeypatch.setattr(access, "actor", lambda: Actor("Dr Reader", others))
    test = open_form()
    assert "Dr Reader may not enter records." in words(test) and not widgets_of_forms(test)


def widgets_of_forms(test):
    return [key for key in widgets(test) if key.startswith("entry-")]


def test_the_demo_takes_entries_and_says_that_they_vanish(open_page):
    test = open_page("patient", patient="8", section="record")
    assert "what is entered here vanishes when the demo is built again" in words(test)
