"""What stands under the chart: items, one dosing session opened, and the context; each in the address, each of one patient."""

import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR, day, make_clinic, patients, phq9

from lib.services import patients as patients_service
from lib.services import review, stores
from lib.ui.display import JOINER

INTEGRATION = (
    "patient_id,at,practice,minutes,tags\n"
    f"ann,{day(18)}T17:00,journaling,20,relief;new_perspective\nann,{day(10)},therapy,,\n"
)
EVENTS = (
    "patient_id,started_at,term,severity,onset_min,duration_min,is_serious\n"
    f"ann,{day(20)}T17:30,Nausea,,30,400,\nann,{day(20)}T17:10,*Dizziness*,mild,10,60,no\n"
)
DOSES = (
    "patient_id,started_at,dose_mg,status,protocol,ae_asked,note\n"
    f"ann,{day(20)}T17:00,150,taken,sublingual-tablet,,**bold** [x](http://tracker.invalid)\n"
    f"ann,{day(6)}T17:00,200,taken,our-own,no,\nbob,{day(9)}T17:00,50,taken,,yes,\n"
)
FILES = {
    "patients.csv": patients("ann,AB", "bob,CD", "cas,EF"),
    "dosing_sessions.csv": DOSES,
    "assessments.csv": phq9(("ann", 21, "222222222"), ("ann", 3, "11 111110"), ("bob", 10, "111111111")),
    "pcl.csv": f"patient_id,instrument,assessed_at,total\nann,PCL-5,{day(4)},41\n",
    "adverse_events.csv": EVENTS,
    "integration_events.csv": INTEGRATION,
    "medications.csv": "patient_id,name,class,started_on\nann,sertraline,ssri,\n",
    "events.csv": f"patient_id,on,text\nann,{day(5)},# moved [house](http://tracker.invalid)\n",
    "observations.csv": f"patient_id,observed_at,kind,value\nann,{day(8)},urinary_symptoms,no\n",
    "contacts.csv": f"patient_id,at,kind,outcome\nann,{day(2)}T10:00,item 9 call,reached\n",
    "diagnoses.csv": "patient_id,code,onset_on\nann,F33.1,\n",
}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    return make_clinic(tmp_path_factory.mktemp("sections"), FILES)


def keys(url):
    people = review.read_caseload(ACTOR, stores.open_store(ACTOR, url))
    return {
        str(name): int(key) for name, key in zip(people["patient_id"], people["patient_key"], strict=True)
    }


def session_ids(url, patient):
    page = patients_service.read_patient(ACTOR, stores.open_store(ACTOR, url), keys(url)[patient])
    return [int(record) for record in page.history.dosing_sessions["record"]]


@pytest.fixture
def open_section(open_page, clinic):
    def open_it(patient, section, **address):
        return open_page("patient", clinic, patient=str(keys(clinic)[patient]), section=section, **address)

    return open_it


def unescaped(test):
    return words(test).replace("\\", "").replace("\u00a0", " ").replace(JOINER, "")


def heading(test, title):
    return any(one.value.startswith(title) for one in (*test.header, *test.subheader))


def table(test, column_name):
    return next(one.value for one in test.dataframe if column_name in one.value)


def test_items_are_drawn_and_said(open_section):
    test = open_section("ann", "items")
    chart = test.get("plotly_chart")[1].proto
    assert "Interest 2 to 1 (−1)" in chart.alt and "Sleep not known" in chart.alt
    assert chart.alt in unescaped(test) and "our own grouping" in words(test)


def test_a_patient_without_a_form_is_told_so(open_section):
    assert "No PHQ-9 or GAD-7 form is recorded." in words(open_section("cas", "items"))


def test_no_session_is_open_before_one_is_chosen(open_section):
    test = open_section("ann", "sessions")
    assert not heading(test, "Session of") and "not among this patient's records" not in words(test)


def test_an_opened_session_shows_every_group_and_what_is_not_recorded(open_section, clinic):
    test = open_section("ann", "sessions", session=str(session_ids(clinic, "ann")[0]))
    said = unescaped(test)
    assert heading(test, "Session of")
    for part in (
        "Dose taken: 150 mg (weight not recorded)",
        "Number in its course: 1, course 1",
        "Held in the mouth: not recorded",
        "Swallowed: not recorded",
        "Blood pressure before: not recorded",
        "Sedation: not recorded",
        "Supervising adult present: not recorded",
        "Adverse events asked about: not recorded",
    ):
        assert part in said, part


def test_adverse_events_of_the_session_stand_against_its_own_protocol(open_section, clinic):
    said = unescaped(open_section("ann", "sessions", session=str(session_ids(clinic, "ann")[0])))
    assert "Adverse events of this session (2)" in said
    assert "severity: not recorded · serious: not recorded" in said and "severity: mild · serious: no" in said
    assert "430 min after the dose: later than expected" in said
    assert "70 min after the dose: within the expected time" in said
    assert (
        "180–300 min after the dose" in said
        and "They typically resolve within 1-2 hours after the session" in said
    )


def test_without_an_event_it_says_whether_anybody_asked(open_section, clinic):
    said = unescaped(open_section("ann", "sessions", session=str(session_ids(clinic, "ann")[1])))
    assert "None is recorded. They were not asked about." in said
    said = unescaped(open_section("bob", "sessions", session=str(session_ids(clinic, "bob")[0])))
    assert "None is recorded. They were asked about." in said


def test_practices_stand_beside_their_window(open_section, clinic):
    test = open_section("ann", "sessions", session=str(session_ids(clinic, "ann")[0]))
    assert "Integration practices after this session (1)" in words(test)
    practices = table(test, "Practice")
    assert practices["Window"].iloc[0] == "outside the 24–72 h window of any dose"
    assert practices["Window"].iloc[1].startswith("in the 24–72 h window of session 1, ")
    assert practices["Tags"].iloc[1] == "relief, new perspective"
    assert practices["Length"].iloc[0] == "not recorded"


def test_another_patients_session_is_not_shown(open_section, clinic):
    test = open_section("ann", "sessions", session=str(session_ids(clinic, "bob")[0]))
    assert not heading(test, "Session of") and "not among this patient's records" in words(test)


def test_closing_a_session_clears_the_address(open_section, clinic):
    test = open_section("ann", "sessions", session=str(session_ids(clinic, "ann")[0]))
    run(test.button(key=f"close-session-{keys(clinic)['ann']}").click())
    assert "session" not in test.query_params and not heading(test, "Session of")


def test_the_next_patient_does_not_open_with_this_patients_session(open_page, demo_url):
    rows = review.read_queue(ACTOR, stores.open_store(ACTOR, demo_url)).rows
    first, second = [int(key) for key in rows["patient_key"].dropna().unique()[:2]]
    test = open_page("patient", patient=str(first), section="sessions", session="1", items="2")
    run(test.button(key=f"next-{first}").click())
    assert test.query_params == {"patient": str(second), "section": "sessions"}


def test_text_of_a_session_is_never_markdown(open_section, clinic):
    test = open_section("ann", "sessions", session=str(session_ids(clinic, "ann")[0]))
    shown = [str(one.value) for kind in (test.markdown, test.caption, test.subheader) for one in kind]
    assert not [text for text in shown if "[x](http" in text or " **bold" in text]
    assert "**bold** [x](http://tracker.invalid)" in unescaped(test)


def test_the_context_has_a_table_for_what_is_recorded_and_a_line_for_what_is_not(open_section):
    test = open_section("ann", "context")
    assert table(test, "Medication").iloc[0].tolist() == [
        "sertraline",
        "ssri",
        "start not recorded",
        "no end recorded",
    ]
    assert column(test, "Onset", 1) == ["onset not recorded"]
    assert table(test, "Event").iloc[0]["Event"] == "# moved [house](http://tracker.invalid)"
    assert table(test, "Observation").iloc[0]["Observation"] == "Urinary symptoms"
    assert table(test, "Contact").iloc[0]["Clinician"] == "not recorded"
    assert table(test, "Instrument").iloc[0][["Instrument", "Total"]].tolist() == ["PCL-5", "41"]
    assert "Nothing is recorded of: risk assessments, dispensing." in words(test)


def test_without_any_context_every_kind_is_named(open_section):
    said = words(open_section("cas", "context"))
    assert (
        "Nothing is recorded of: medications, diagnoses, events, observations, risk assessments, contacts"
        in said
    )


def test_every_button_names_its_patient(open_section, clinic):
    test = open_section("ann", "sessions", session=str(session_ids(clinic, "ann")[0]))
    assert test.button and all(one.key.endswith(f"-{keys(clinic)['ann']}") for one in test.button)
