"""A form about a flag that was filled for one patient is empty on the next one's page, and pressing Save there saves nothing.

The other forms: decisions in test_dose_review.py, entries and corrections in test_entries.py, notes in test_case_conference.py,
merges in tests/store/test_merges.py; all of them once more in tests/services, told of the wrong patient by force.
"""

from datetime import UTC, datetime, timedelta

import pytest
from ui_pages import run, unfold, words
from ui_stores import ACTOR, day, make_clinic, patients, phq9, sessions

from lib.services import stores
from lib.store import derived

TYPED = "typed for ann"
UNTIL = datetime.now(UTC).date() + timedelta(days=5)
PRESSURE = "patient_id,started_at,dose_mg,status,sbp_pre_mmhg,dbp_pre_mmhg\n" + "".join(
    f"{who},{day(3)}T17:00,100,taken,185,100\n" for who in ("ann", "bea")
)
FILES = {
    "patients.csv": patients("ann,AB", "bea,AB"),
    "dosing_sessions.csv": sessions(("ann", 20, 150), ("bea", 20, 150)),
    "more_sessions.csv": PRESSURE,
    # Both have the same flags, on the same evidence but for whose it is.
    "assessments.csv": phq9(
        *((who, ago, said) for who in ("ann", "bea") for ago, said in ((21, "111111110"), (2, "222222222")))
    ),
}
Fields = dict[str, object]
# By form: where it is folded up, what is chosen in it first, its fields with what is typed, the button. {} is the patient's key.
FORMS: dict[str, tuple[str, str, dict[str, Fields], str]] = {
    "close item 9": (
        "closing-flag-{}",
        "",
        {
            "selectbox": {"reason-flag-{}": "assessed"},
            "text_input": {"tool-flag-{}": "C-SSRS", "result-flag-{}": TYPED},
            "text_area": {"note-flag-{}": TYPED},
        },
        "close-flag-{}",
    ),
    "close what is critical": (
        "closing-critical-blood_pressure-{}",
        "",
        {
            "selectbox": {"reason-critical-blood_pressure-{}": "treated"},
            "text_area": {"note-critical-blood_pressure-{}": TYPED},
        },
        "close-critical-blood_pressure-{}",
    ),
    "snooze": (
        "handle-{about}",
        "snooze",
        {
            "selectbox": {"why-{about}": "plan"},
            "date_input": {"until-{about}": UNTIL},
            "text_area": {"said-{about}": TYPED},
        },
        "save-act-{about}",
    ),
}
WORSE = "reliable_deterioration-PHQ-9-{}"


@pytest.fixture
def clinic(tmp_path):
    return make_clinic(tmp_path, FILES)


def events(url):
    with stores.open_store(ACTOR, url).read() as connection:
        return derived.read_flag_events(connection, None)


def of(key: str, patient: int) -> str:
    return key.replace("{about}", WORSE).format(patient)


@pytest.mark.parametrize("form", FORMS)
def test_what_was_typed_for_one_patient_is_never_saved_on_another(open_page, clinic, form):
    folded, act, fields, save = FORMS[form]
    test = open_page("patient", clinic, patient="1")

    def open_form(patient: int) -> None:
        unfold(test, of(folded, patient))
        if act:
            run(test.selectbox(key=f"act-{WORSE.format(patient)}").set_value(act))

    def field(kind: str, key: str, patient: int):
        return getattr(test, kind)(key=of(key, patient))

    open_form(1)
    for kind, keys in fields.items():
        for key, value in keys.items():
            field(kind, key, 1).set_value(value)
        run(test)
    test.query_params["patient"] = "2"
    run(test)
    assert "bea" in test.title[0].value
    unfold(test, of(folded, 2))
    if act:
        assert test.selectbox(key=f"act-{WORSE.format(2)}").value is None
    open_form(2)
    shown = [field(kind, key, 2) for kind, keys in fields.items() for key in keys if kind != "text_input"]
    assert not [one.value for one in shown if one.value]
    run(test.button(key=of(save, 2)).click())
    assert "Choose one of the reasons." in words(test).replace("\\", "")
    assert events(clinic).empty
