"""The patient's page: header, flags in the words of the definitions, closing, tables, and who is not shown."""

import json

import pytest
from ui_pages import column, run, unfold, words
from ui_stores import ACTOR, make_clinic, patients, phq9, sessions

from lib.services import expected as expected_service
from lib.services import imports, merging, review, stores
from lib.services import patients as patients_service
from lib.services.access import Actor
from lib.services.errors import NotFoundError
from lib.ui import access, wording
from lib.ui.display import JOINER, escape

FILES = {
    "patients.csv": patients(
        "denies now,AB", "positive,CD", "not asked,EF", "![x](http://tracker.invalid/p.png),G*H"
    ),
    "dosing_sessions.csv": sessions(("denies now", 30, 100), ("positive", 20, 150), ("positive", 13, 200)),
    "assessments.csv": phq9(
        ("denies now", 31, "222222222"),
        ("denies now", 3, "000000000"),
        ("positive", 21, "222222220"),
        ("positive", 2, "222222221"),
        ("not asked", 5, "22222222 "),
        ("![x](http://tracker.invalid/p.png)", 5, "222222221"),
    ),
}


@pytest.fixture
def clinic(tmp_path):
    return make_clinic(tmp_path, FILES)


def key_of(url, patient_id):
    people = review.read_caseload(ACTOR, stores.open_store(ACTOR, url))
    return str(people.loc[people["patient_id"] == patient_id, "patient_key"].iloc[0])


@pytest.fixture
def open_patient(open_page, clinic):
    def open_it(patient_id, **address):
        return open_page("patient", clinic, patient=key_of(clinic, patient_id), **address)

    return open_it


def unescaped(test):
    return words(test).replace("\\", "").replace(JOINER, "")


def test_the_header_says_what_is_known_and_what_is_not(open_patient):
    said = unescaped(open_patient("positive"))
    assert "positive · CD · female · born 1980 · indication not recorded" in said
    assert "2 dosing sessions taken of 2 recorded (0 missed, 0 planned)" in said
    assert "last dose 200 mg (weight not recorded)" in said
    assert "contraindications: not recorded" in said
    assert "PHQ-9 no response, 16 → 17 (+6 %), 2 scores, latest 2 days ago" in said


def test_item_9_positive_to_the_letter_until_it_is_closed(open_patient):
    """A newer form that says 0 closes nothing."""
    test = open_patient("denies now")
    assert test.error[0].value == escape(wording.ITEM_9_POSITIVE.format(answer=2))
    assert wording.ITEM_9_ZERO in words(test)


def test_item_9_zero_is_only_said_of_a_zero(open_patient):
    assert wording.ITEM_9_ZERO not in words(open_patient("positive"))
    not_asked = open_patient("not asked", section="forms")
    assert wording.ITEM_9_ZERO not in words(not_asked)
    assert "Item 9 not answered" in words(not_asked)
    assert "not answered" in column(not_asked, "Item 9")


def test_a_flag_is_explained(open_patient):
    said = unescaped(open_patient("positive"))
    for part in (
        "Item 9 positive",
        "critical",
        "Since ",
        "Limit: any answer of 1 or more",
        "To clear: ",
        "Source: Simon 2013",
    ):
        assert part in said
    assert "policy version 1, numbers published, awaiting a clinician's sign-off" in said


def test_without_a_flag_it_does_not_say_that_all_is_well(open_page, tmp_path):
    url = make_clinic(
        tmp_path,
        {"patients.csv": patients("calm,AB"), "assessments.csv": phq9(("calm", 1, "111111110"))},
        "calm",
    )
    said = words(open_page("patient", url, patient="1"))
    assert "No open flag" in said and "No rule asks for a review as of" in said
    assert "well" not in said.replace("well as", "")


def test_closing_asks_for_reason_note_tool_and_result(open_patient):
    test = open_patient("positive")
    key = test.query_params["patient"]
    unfold(test, f"closing-flag-{key}")
    press = test.button(key=f"close-flag-{key}")
    assert "Closed by Dr Test" in words(test)
    assert "Choose one of the reasons." in unescaped(run(press.click()))
    test.selectbox(key=f"reason-flag-{key}").set_value("assessed")
    test.text_area(key=f"note-flag-{key}").set_value("Seen at home.")
    run(test)
    assert "Name the tool of the assessment and its result" in unescaped(
        run(test.button(key=f"close-flag-{key}").click())
    )
    assert test.text_area(key=f"note-flag-{key}").value == "Seen at home."


def test_a_closed_flag_leaves_the_queue_and_the_closing_is_listed(open_page, open_patient, clinic):
    test = open_patient("positive")
    key = test.query_params["patient"]
    unfold(test, f"closing-flag-{key}")
    run(test.selectbox(key=f"reason-flag-{key}").set_value("assessed"))
    test.text_input(key=f"tool-flag-{key}").set_value("C-SSRS")
    test.text_input(key=f"result-flag-{key}").set_value("no plan")
    test.text_area(key=f"note-flag-{key}").set_value("Seen at home.")
    run(test.button(key=f"close-flag-{key}").click())
    assert not test.error and test.success[0].value.startswith("The flag is closed")
    closing = test.dataframe[-1].value.iloc[0]
    assert (closing["Who"], closing["Reason"]) == (
        "Dr Test (unverified local user)",
        "Assessed, with tool and result",
    )
    assert closing["Note"] == "C-SSRS: no plan. Seen at home."
    rows = review.read_queue(ACTOR, stores.open_store(ACTOR, clinic)).rows
    assert "positive" not in set(rows.loc[["Safety now" in cards for cards in rows["cards"]], "patient_id"])


def test_a_flag_that_has_changed_meanwhile_is_not_closed(open_patient, clinic):
    test = open_patient("positive")
    key = test.query_params["patient"]
    unfold(test, f"closing-flag-{key}")
    test.selectbox(key=f"reason-flag-{key}").set_value("welfare_check")
    test.text_area(key=f"note-flag-{key}").set_value("Police went.")
    make_newer = phq9(("positive", 0, "222222223"))
    imports.import_files(ACTOR, stores.open_store(ACTOR, clinic), [("newer.csv", make_newer.encode())])
    run(test.button(key=f"close-flag-{key}").click())
    assert "This flag has changed since it was shown" in unescaped(test)
    assert test.error[0].value == escape(wording.ITEM_9_POSITIVE.format(answer=3))


def test_every_key_of_a_form_names_its_patient(open_patient):
    test = open_patient("positive")
    key = test.query_params["patient"]
    widgets = [*test.button, *test.text_area, *test.text_input, *test.selectbox]
    assert widgets and all(widget.key.endswith(f"-{key}") for widget in widgets)


def test_nobody_and_another_clinics_patient_get_the_same_words(open_page, demo_url):
    assert "No patient was found at this address." in words(open_page("patient", patient="99999"))
    assert "No patient was found at this address." in words(open_page("patient", patient="no number"))
    elsewhere = Actor("Dr Elsewhere", ACTOR.permissions, frozenset({"nowhere"}))
    with pytest.raises(NotFoundError, match="No patient was found at this address"):
        patients_service.read_patient(elsewhere, stores.open_store(ACTOR, demo_url), 8)


def test_the_address_of_who_was_merged_leads_to_the_page_of_the_other(open_page, clinic):
    store = stores.open_store(ACTOR, clinic)
    gone, remains = key_of(clinic, "not asked"), key_of(clinic, "denies now")
    keys = (int(gone), int(remains))
    drawn = merging.read_pair(ACTOR, store, *keys)
    merging.merge_patients(ACTOR, store, *keys, "one person", drawn=drawn)
    test = open_page("patient", clinic, patient=gone)
    assert "not asked was merged into denies now" in unescaped(test)
    run(test.button(key=f"merged-{gone}").click())
    assert test.query_params["patient"] == remains and "denies now · AB" in unescaped(test)


def test_another_readers_page_is_not_taken_from_what_was_kept(open_page, demo_url, monkeypatch):
    assert "P\\-0108" in words(open_page("patient", patient="8"))
    elsewhere = Actor("Dr Elsewhere", ACTOR.permissions, frozenset({"hillcrest"}))
    monkeypatch.setattr(access, "actor", lambda: elsewhere)
    said = words(open_page("patient", patient="8"))
    assert "P\\-0108" not in said and "No patient was found at this address." in said


def test_without_a_patient_there_is_a_list_to_choose_from(open_page):
    test = open_page("patient")
    assert test.title[0].value == "Patient" and len(test.dataframe[0].value) == 25


def test_next_and_previous_follow_the_queue_as_it_is_filtered(open_page, demo_url):
    rows = review.read_queue(ACTOR, stores.open_store(ACTOR, demo_url)).rows
    watched = [int(key) for key in rows.loc[["Watch" in cards for cards in rows["cards"]], "patient_key"]]
    test = open_page("patient", patient=str(watched[1]), card="watch")
    assert f"2 of {len(watched)} in the queue, as filtered" in words(test)
    run(test.button(key=f"next-{watched[1]}").click())
    assert test.query_params == {"patient": str(watched[2]), "card": "watch"}
    run(test.button(key=f"previous-{watched[2]}").click())
    run(test.button(key=f"previous-{watched[1]}").click())
    assert test.query_params["patient"] == str(watched[0])
    assert test.button(key=f"previous-{watched[0]}").disabled


def test_the_chart_has_its_sentence_as_words_and_for_a_screen_reader(open_page):
    test = open_page("patient", patient="8")
    chart = test.get("plotly_chart")[0].proto
    sentence = chart.alt
    assert sentence.startswith("PHQ-9 fell from 27") and sentence in unescaped(test)
    assert len(json.loads(chart.spec)["data"]) > 5


@pytest.mark.parametrize("window", ["6-weeks", "3-months", "all"])
def test_the_range_is_in_the_address(open_page, window):
    test = open_page("patient", patient="8", range=window)
    assert test.segmented_control(key="range").value == window


def test_tables_have_headings_to_be_read(open_page):
    test = open_page("patient", patient="8")
    headings = [heading for table in test.dataframe for heading in table.value]
    assert headings and not [heading for heading in headings if "_" in heading or heading.islower()]
    assert all(
        value not in {"nan", "<NA>", "None"}
        for table in test.dataframe
        for value in table.value.astype(str).to_numpy().ravel()
    )


def test_text_from_data_is_never_markdown(open_patient):
    test = open_patient("![x](http://tracker.invalid/p.png)")
    raw = "![x](http://tracker.invalid/p.png)"
    shown = [str(one.value) for kind in (test.title, test.markdown, test.caption, test.error) for one in kind]
    assert not [text for text in shown if raw in text]
    assert "![x](http://tracker.invalid/p.png) · G*H" in unescaped(test)


def test_rows_of_a_patient_that_were_not_taken_are_listed(open_page, tmp_path):
    wrong_total = "patient_id,instrument,assessed_at,item_1,item_2,item_3,item_4,item_5,item_6,item_7,item_8,item_9,total\n"
    wrong_total += (
        f"held,PHQ-9,{phq9(('x', 1, '111111111')).splitlines()[1].split(',')[2]},1,1,1,1,1,1,1,1,2,27"
    )
    url = make_clinic(tmp_path, {"patients.csv": patients("held,AB"), "assessments.csv": wrong_total}, "held")
    test = open_page("patient", url, patient="1")
    assert test.error[0].value == escape(wording.ITEM_9_POSITIVE.format(answer=2))
    assert "Rows that were not taken (1)" in words(test)
    held = next(table.value for table in test.dataframe if "Why it waits" in table.value)
    assert held["Item 9"].iloc[0] == "2 of 3" and "total is not the sum" in held["Why it waits"].iloc[0]


def test_what_is_drawn_over_the_chart_is_in_the_address(open_page):
    test = open_page("patient", patient="8", show="recall.nonsense")
    assert test.get("button_group")[1].value == ["recall"]
    names = [trace.get("name") for trace in json.loads(test.get("plotly_chart")[0].proto.spec)["data"]]
    assert names.count("recall") == 2


def expected_traces(test):
    data = json.loads(test.get("plotly_chart")[0].proto.spec)["data"]
    return [trace["name"] for trace in data if str(trace.get("name")).startswith("expected")]


def test_the_expected_course_is_drawn_on_demand_with_what_it_is_worth(open_page, demo_url):
    patient = key_of(demo_url, "latest-is-zero")
    plain = open_page("patient", patient=patient)
    assert expected_traces(plain) == [] and "expected course" not in words(plain)
    test = open_page("patient", patient=patient, show="expected")
    bands = ["expected 95 %", "expected 80 %", "expected 50 %", "expected median"]
    assert expected_traces(test) == [*bands, *bands]
    said = unescaped(test)
    for instrument, band in (("PHQ-9", "15–19"), ("GAD-7", "10–14")):
        assert f"{instrument} expected course: this clinic's other patients with a baseline of {band}" in said
    assert said.count("not a target") == 2
    assert said.count("80 % band held ") == 2 and said.count("Measured after session 1–5: ") == 2


@pytest.mark.parametrize(
    ("patient_id", "reason"),
    [
        ("denies now", "PHQ-9: no expected course. No comparable patient at session 1; 30 are needed."),
        ("denies now", "GAD-7: no expected course, because of no baseline."),
        ("not asked", "PHQ-9: no expected course, because of no dosing session yet."),
    ],
)
def test_where_there_is_no_expected_course_the_reason_stands_under_the_chart(
    open_patient, patient_id, reason
):
    test = open_patient(patient_id, show="expected")
    assert expected_traces(test) == []
    assert reason in unescaped(test)


def test_a_clinic_is_read_once_for_all_its_patients_and_only_on_demand(open_patient, clinic, monkeypatch):
    read = []
    make = expected_service.make_reference
    monkeypatch.setattr(expected_service, "make_reference", lambda *given: read.append(1) or make(*given))
    open_patient("denies now")
    assert read == []
    for patient_id in ("denies now", "positive", "denies now"):
        open_patient(patient_id, show="expected")
    assert read == [1]
    more = phq9(("positive", 1, "111111111"))
    imports.import_files(ACTOR, stores.open_store(ACTOR, clinic), [("more.csv", more.encode())])
    open_patient("positive", show="expected")
    assert read == [1, 1]


def test_without_an_open_flag_the_page_says_which_rules_could_not_be_read(open_page, tmp_path):
    files = {
        "patients.csv": patients("quiet,AB"),
        "dosing_sessions.csv": sessions(("quiet", 10, 100)),
        "assessments.csv": phq9(("quiet", 11, "222222220"), ("quiet", 3, "111111110")),
    }
    url = make_clinic(tmp_path, files, "quiet")
    said = unescaped(open_page("patient", url, patient=key_of(url, "quiet")))
    assert "No open flag" in said and "That is no pass:" in said
    assert "could not be read in full" in said and "Blood pressure (0 of 1)" in said
    assert "Rules on sessions judge the latest" in said


def test_with_an_open_flag_the_coverage_stands_under_it(open_patient):
    said = unescaped(open_patient("positive"))
    assert said.index("Item 9 positive") < said.index("What the rules could read")
    assert "That is no pass" not in said
