"""What can be done about a flag on its card, and what the queue shows of it."""

from datetime import UTC, datetime, timedelta

import pytest
from ui_pages import column, run, unfold, words
from ui_stores import ACTOR, day, make_clinic, patients, phq9, sessions

from lib.services import _clock, closing, imports, stores
from lib.services import flag_life as flag_life_service
from lib.services import patients as patients_service
from lib.services.closing import Closing
from lib.services.flag_life import FlagSeen

PRESSURE = (
    "patient_id,started_at,dose_mg,status,sbp_pre_mmhg,dbp_pre_mmhg\npressure,{}T17:00,100,taken,185,100\n"
)
FILES = {
    "patients.csv": patients("worse,AB", "pressure,CD", "persists,EF"),
    "dosing_sessions.csv": sessions(("worse", 20, 150)),
    "more_sessions.csv": PRESSURE.format(day(3)),
    "assessments.csv": phq9(
        ("worse", 21, "111111110"), ("worse", 2, "222222220"), ("persists", 9, "000000001")
    ),
}
WORSE, HIGH_PRESSURE = "reliable_deterioration-PHQ-9-1", "blood_pressure-session-2"


@pytest.fixture
def clinic(tmp_path):
    """1 is worse than baseline, 2 has a critical reading, 3 was assessed and answered 1 again."""
    url = make_clinic(tmp_path, FILES)
    store = stores.open_store(ACTOR, url)
    evidence = patients_service.read_patient(ACTOR, store, 3).flags["evidence"].iloc[0]
    said = Closing("assessed", "plan made", tool="C-SSRS", result="no intent")
    closing.close_flag(ACTOR, store, 3, said, evidence=evidence)
    again = phq9(("persists", 1, "000000001"))
    imports.import_files(ACTOR, store, [("again.csv", again.encode())])
    return url


def unescaped(test):
    return words(test).replace("\\", "")


def test_a_flag_is_seen_taken_and_snoozed(open_page, clinic):
    test = open_page("patient", clinic, patient="1")
    assert "New: nobody has marked it as seen. No owner." in unescaped(test)
    unfold(test, f"handle-{WORSE}")
    run(test.button(key=f"mark-as-seen-{WORSE}").click())
    assert "Seen by Dr Test, " in unescaped(test)
    run(test.button(key=f"take-it-{WORSE}").click())
    assert "Owner Dr Test." in unescaped(test)
    run(test.selectbox(key=f"act-{WORSE}").set_value("snooze"))
    assert test.date_input(key=f"until-{WORSE}").value is None
    run(test.button(key=f"save-act-{WORSE}").click())
    assert "Choose one of the reasons." in unescaped(test)
    test.selectbox(key=f"why-{WORSE}").set_value("plan")
    until = datetime.now(UTC).date() + timedelta(days=5)
    test.date_input(key=f"until-{WORSE}").set_value(until)
    test.text_area(key=f"said-{WORSE}").set_value("lithium level first")
    run(test.button(key=f"save-act-{WORSE}").click())
    assert "Snoozed by Dr Test until" in unescaped(test)
    assert "A plan is in place, see note (lithium level first)" in unescaped(test)
    assert test.selectbox(key=f"act-{WORSE}").value is None
    queue = open_page("review_queue", clinic)
    assert [who.split(" ")[0] for who in column(queue, "who")] == ["pressure"]
    run(queue.button(key="show-aside").click())
    assert queue.query_params["show"] == "aside"
    assert "worse" in column(queue, "who")[0] and "owner Dr Test" in column(queue, "who")[0]
    run(queue.button(key="show-aside").click())
    assert "show" not in queue.query_params


def test_of_one_patient_each_list_shows_its_own_reasons_however_often_it_is_turned_to(open_page, tmp_path):
    """The rows of both lists have the same id, and a page is described once for a reading."""
    files = {**FILES, "more_sessions.csv": PRESSURE.replace("pressure", "worse", 1).format(day(3))}
    url = make_clinic(tmp_path, files)
    store = stores.open_store(ACTOR, url)
    flags = patients_service.read_patient(ACTOR, store, 1).flags.set_index("rule")
    flag = flags.loc["reliable_deterioration"]
    seen = FlagSeen(1, "reliable_deterioration", int(flag["instrument_code"]), flag["evidence"])
    until = datetime.now(UTC).date() + timedelta(days=5)
    flag_life_service.snooze(ACTOR, store, seen, reason_code="plan", until=until, note="lithium first")
    test = open_page("review_queue", url)

    def reasons() -> str:
        shown = zip(column(test, "who"), column(test, "reasons"), strict=True)
        return next(said for who, said in shown if who.startswith("worse"))

    for _ in range(2):
        assert reasons() == "['Blood pressure']"
        run(test.button(key="show-aside").click())
        assert "snoozed until" in reasons() and "Blood pressure" not in reasons()
        run(test.button(key="show-aside").click())
    flag_life_service.restore(ACTOR, store, seen)
    run(test)
    assert reasons() == "['Blood pressure' 'Worse than baseline (PHQ-9)']"


def test_a_critical_flag_is_handled_and_closed_but_never_put_off(open_page, clinic):
    test = open_page("patient", clinic, patient="2")
    unfold(test, f"handle-{HIGH_PRESSURE}")
    assert test.selectbox(key=f"act-{HIGH_PRESSURE}").options == ["Log a contact attempt", "Hand it over"]
    run(test.selectbox(key=f"act-{HIGH_PRESSURE}").set_value("contact"))
    test.selectbox(key=f"why-{HIGH_PRESSURE}").set_value("no_answer")
    run(test.button(key=f"save-act-{HIGH_PRESSURE}").click())
    assert "last contact attempt: no answer" in unescaped(test)
    about = "critical-blood_pressure-2"
    unfold(test, f"closing-{about}")
    run(test.button(key=f"close-{about}").click())
    assert "Choose one of the reasons." in unescaped(test)
    test.selectbox(key=f"reason-{about}").set_value("treated")
    test.text_area(key=f"note-{about}").set_value("amlodipine begun")
    run(test.button(key=f"close-{about}").click())
    assert test.success[0].value.startswith("The flag is closed")
    closed = test.dataframe[-1].value.iloc[0]
    assert (closed["Reason"], closed["Note"]) == ("Treated or referred", "amlodipine begun")
    told = test.dataframe[-2].value
    assert told["What"].head(2).tolist() == ["resolved", "closed: Treated or referred"]


def test_a_form_is_drawn_when_it_is_unfolded_and_keeps_what_was_typed_when_it_is_folded_up(open_page, clinic):
    test = open_page("patient", clinic, patient="1")
    assert [one.key for one in test.selectbox if one.key == f"act-{WORSE}"] == []
    unfold(test, f"handle-{WORSE}")
    run(test.selectbox(key=f"act-{WORSE}").set_value("contact"))
    run(test.text_area(key=f"said-{WORSE}").set_value("rang twice"))
    test.session_state[f"handle-{WORSE}"] = False
    run(test)
    assert test.text_area(key=f"said-{WORSE}").value == "rang twice"


def test_an_act_on_a_flag_that_has_changed_says_so(open_page, clinic):
    test = unfold(open_page("patient", clinic, patient="1"), f"handle-{WORSE}")
    newer = phq9(("worse", 0, "333333330"))
    imports.import_files(ACTOR, stores.open_store(ACTOR, clinic), [("newer.csv", newer.encode())])
    run(test.button(key=f"mark-as-seen-{WORSE}").click())
    assert "This flag has changed since it was shown" in unescaped(test)


def test_what_persists_is_said_on_the_page_and_in_the_queue(open_page, clinic):
    said = unescaped(open_page("patient", clinic, patient="3"))
    assert "Item 9 persisting: 1 form, last assessed" in said and "No open flag" in said
    queue = open_page("review_queue", clinic, show="persisting")
    assert "persists" in column(queue, "who")[0] and len(column(queue, "who")) == 1
    assert queue.button(key="show-persisting").label == (
        "Item 9 persisting under a closing: 1 patient: back to all open"
    )


def test_my_flags_are_those_i_own_or_cover(open_page, clinic):
    store = stores.open_store(ACTOR, clinic)
    flag = patients_service.read_patient(ACTOR, store, 1).flags.iloc[0]
    seen = FlagSeen(1, flag["rule"], int(flag["instrument_code"]), flag["evidence"])
    flag_life_service.hand_over(ACTOR, store, seen, "Dr Away")
    assert "No patient matches these filters" in words(open_page("review_queue", clinic, show="mine"))
    test = unfold(open_page("review_queue", clinic), "leave-cover")
    for field, value in (("absent", "Dr Away"), ("cover", "Dr Test")):
        test.selectbox(key=f"absence-{field}").set_value(value)
    run(test.button(key="absence-save").click())
    assert "Say from which day to which day." in unescaped(test)
    today = datetime.now(UTC).date()
    test.date_input(key="absence-from").set_value(today)
    test.date_input(key="absence-to").set_value(today + timedelta(days=3))
    run(test.button(key="absence-save").click())
    assert "Dr Away is away," in words(test)
    mine = column(open_page("review_queue", clinic, show="mine"), "who")
    assert len(mine) == 1 and "owner Dr Test for Dr Away" in mine[0]


def test_a_critical_flag_that_nobody_looked_at_is_said_above_everything(open_page, clinic, monkeypatch):
    real = _clock.now
    monkeypatch.setattr(_clock, "now", lambda: real() + timedelta(hours=25))
    test = open_page("review_queue", clinic)
    assert "Nobody has looked at a critical flag for 24 hours or more" in test.error[0].value
    assert list(test.dataframe[0].value["reasons"].iloc[0]) == ["Unacknowledged 25 h", "Blood pressure"]
    assert "unacknowledged 25 h" in words(open_page("patient", clinic, patient="2"))
