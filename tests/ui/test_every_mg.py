"""Every number of mg or mg/kg on every page, on paper and in alt texts is what the store's records say (dose_words names each).

By default a sample of patients, chosen so that every kind of record and of flag with a dose is among them; every patient under
PROVE=1. The draft of the rules shows a number in force as a placeholder, and a correction the stored one: neither is a value.
"""

import os
import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pypdf
import pytest
from dose_records import Patient, read_patients
from dose_words import DOSE, OF_A_PATIENT, OF_THE_POLICY, Finding, find_wrong, number, phrases_in
from filled_controls import controls, filled, filled_with_a_dose
from printing.papers import draw_plain
from ui_pages import listed_pages, run
from ui_stores import ACTOR, copy_store, day, make_clinic, phq9
from ui_texts import Shown, read_texts

from lib.printing.one_page import write_one_page
from lib.services import entries, one_page, stores
from lib.services.patients import read_patient
from lib.ui.entry_fields import FORMS
from lib.ui.patient_sections import SECTIONS

PLANTED = (
    *(
        "dose-steps-of-50",
        "partial-doses",
        "missed-sessions",
        "no-dosing-yet",
        "restart-after-100-days",
        "daily-low-dose",
    ),
    *("transferred-in", "poor-technique"),
)
RULES_PARTS = (
    {"part": "rules", "rule": "dose_limits"},
    {"part": "tables", "table": "anaesthesia"},
    {"part": "budget"},
    {"part": "versions"},
    {"part": "draft", "table": "dose_limits"},
    {"part": "draft", "table": "anaesthesia"},
)
HEADER = "patient_id,started_at,dose_mg,prescribed_mg,status"


def taken(who: str, ago: int, dose: object, prescribed: object = "", status: str = "taken") -> str:
    return f"{who},{day(ago)}T17:00,{dose},{prescribed},{status}"


# What the demo has nobody for: limits that were passed, doses that nobody ordered, more taken than dispensed.
LIMITS = {
    "patients.csv": "\n".join(
        [
            "patient_id,initials,clinic_id,sex,birth_year,dose_ceiling_mg",
            *(
                "above ceiling,AB,main,female,1980,120",
                "large step,CD,main,female,1980,",
                "both,EF,main,male,1975,200",
            ),
            *(
                "overuse,GH,main,male,1970,",
                "never ordered,IJ,main,female,1990,",
                "stopped,KL,main,female,1990,",
            ),
        ]
    ),
    "dosing_sessions.csv": "\n".join(
        [
            HEADER,
            *(taken("above ceiling", ago, dose) for ago, dose in ((30, 100), (16, 112.5), (2, 150))),
            *(
                taken("large step", ago, dose, of)
                for ago, dose, of in ((30, 40, 75), (16, 75, 75), (2, 150, 150))
            ),
            *(taken("both", ago, dose) for ago, dose in ((20, 50), (10, 75), (3, 225))),
            *(taken("overuse", ago, dose) for ago, dose in ((30, 200), (16, 300), (2, 300))),
            *(
                taken("never ordered", ago, dose)
                for ago, dose in ((140, 50), (133, 100), (20, 62.5), (6, 87.5))
            ),
            *(taken("stopped", ago, dose, dose) for ago, dose in ((60, 100), (53, 150))),
            taken("stopped", 46, "", 150, "missed"),
        ]
    ),
    "dose_orders.csv": "\n".join(
        [
            "patient_id,ordered_at,dose_mg,interval_days,clinician_id,reason",
            f"stopped,{day(61)}T09:00,100,7,dr-a,",
            f"stopped,{day(54)},150,,,",
            f"stopped,{day(40)}T09:00,0,,dr-a,stop",
            *(f"overuse,{day(ago)}T09:00,{dose},14,dr-b," for ago, dose in ((31, 200), (17, 300))),
        ]
    ),
    "dispensing.csv": f"patient_id,dispensed_on,tablets,strength_mg,lot\noveruse,{day(31)},5,100,L1\n",
    "observations.csv": "\n".join(
        [
            "patient_id,observed_at,kind,value",
            *(
                f"{who},{day(ago)},weight_kg,{kg}"
                for who, ago, kg in (("both", 40, 71), ("both", 5, 69), ("overuse", 90, 83))
            ),
        ]
    ),
    "assessments.csv": phq9(
        *(
            (who, ago, "222222220")
            for who in ("above ceiling", "large step", "both", "overuse")
            for ago in (41, 1)
        ),
        *(("never ordered", ago, "222222220") for ago in (141, 100, 21, 1)),
    ),
}


# What stands under the chart there has no dose in it: some of the patients are enough.
SAYS_NO_DOSE = ("items", "forms", "record")
# What has been looked at: with what was found, and with whose it is.
LOOKED_AT: dict[tuple, list[Finding]] = {}
SEEN: list[tuple[Shown, Patient | None]] = []
LEAST_SEEN, MOST_CHANGED = 500, 8_000


def is_whole() -> bool:
    return os.environ.get("PROVE") == "1"


@pytest.fixture(scope="module")
def demo(demo_url) -> dict[int, Patient]:
    return read_patients(demo_url)


@pytest.fixture(scope="module")
def sample(demo) -> list[Patient]:
    """Of the demo: each planted for a reason, some with a decision, a ceiling or no weight; everyone under PROVE=1."""
    people = list(demo.values())
    if is_whole():
        return people
    kinds = (
        [one for one in people if one.decided and one.decided[0][1]],
        [one for one in people if one.decided and not one.decided[0][1]],
        [one for one in people if one.ceiling],
        [one for one in people if one.last and one.last.weight is None],
    )
    chosen = [one for one in people if one.patient_id in PLANTED] + [kind[0] for kind in kinds]
    return list({one.key: one for one in chosen}.values())


@pytest.fixture(scope="module")
def limits_url(tmp_path_factory) -> str:
    return make_clinic(tmp_path_factory.mktemp("limits"), LIMITS)


@pytest.fixture(scope="module")
def limits(limits_url) -> dict[int, Patient]:
    return read_patients(limits_url)


def whose(shown: Shown, people: dict[int, Patient]) -> Patient | None:
    """The patient that a row of a list is about."""
    who = re.split(r" · |, ", (shown.row or {}).get("Patient", ""))[0]
    return next((one for one in people.values() if one.patient_id == who), None)


def wrong_on(test, patient: Patient | None, people: dict[int, Patient]) -> list[Finding]:
    """What is wrong on a page."""
    return [found for shown in read_texts(test) for found in look(shown, patient or whose(shown, people))]


def look(shown: Shown, patient: Patient | None) -> list[Finding]:
    """What is wrong in a text. What the page's upper half says under every section is looked at once."""
    if not DOSE.search(shown.text):
        return []
    known = (id(patient), shown.place, shown.text, str(shown.row), shown.under)
    if known not in LOOKED_AT:
        LOOKED_AT[known] = find_wrong(shown, patient)
        SEEN.append((shown, patient))
    return LOOKED_AT[known]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_dose_of_a_patients_page_is_recorded_and_no_control_is_filled_with_one(
    section, open_page, sample, demo
):
    wrong = []
    for one in sample[:: 1 if is_whole() or section not in SAYS_NO_DOSE else 4]:
        test = open_page("patient", patient=str(one.key), section=section)
        wrong += [
            (one.patient_id, found) for found in (*wrong_on(test, one, demo), *filled_with_a_dose(test))
        ]
    assert wrong == []


@pytest.mark.parametrize("section", ["review", "sessions", "steps", "exposure", "context"])
def test_doses_beyond_a_limit_and_doses_nobody_ordered(section, open_page, limits, limits_url):
    wrong = [
        (one.patient_id, found)
        for one in limits.values()
        for found in wrong_on(
            open_page("patient", limits_url, patient=str(one.key), section=section), one, limits
        )
    ]
    assert wrong == []


LISTS = [page for page in listed_pages() if page not in ("patient", "rules", "case_conference")]
PAGED = ("review_queue", "caseload", "dosing_next")


@pytest.mark.parametrize("page", LISTS)
def test_every_dose_of_a_list_is_its_rows_and_no_control_is_filled_with_one(page, open_page, demo):
    """Of every page of the table under PROVE=1, else of the first."""
    test = open_page(page)
    assert [*wrong_on(test, None, demo), *filled_with_a_dose(test)] == []
    for further in range(2, 20 if is_whole() and page in PAGED else 2):
        assert wrong_on(open_page(page, page=str(further)), None, demo) == []


def test_every_dose_of_a_case_conference_is_recorded(open_page, sample, demo):
    """With the dose review open, as it is when somebody is discussed."""
    wrong = [
        (one.patient_id, found)
        for one in sample[:: 1 if is_whole() else 4]
        for found in wrong_on(open_page("case_conference", patient=str(one.key), section="review"), one, demo)
    ]
    assert wrong == []


@pytest.mark.parametrize("address", RULES_PARTS, ids=lambda address: "-".join(address.values()))
def test_every_dose_of_the_rules_is_a_limit_that_is_called_one(address, open_page, demo):
    test = open_page("rules", **address)
    assert [*wrong_on(test, None, demo), *filled_with_a_dose(test)] == []


def test_every_dose_on_paper_is_recorded(demo_url, sample):
    """The text of the PDF itself; its figure is the page's own, whose words are looked at there."""
    store, wrong = stores.open_store(ACTOR, demo_url), []
    for one in sample:
        sheet = one_page.read_sheet(ACTOR, store, one.key)
        pdf = pypdf.PdfReader(BytesIO(write_one_page(sheet, date.today(), draw_plain)))
        text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
        wrong += [(one.patient_id, found) for found in look(Shown("paper", text), one)]
    assert wrong == []


def test_an_opened_session_shows_its_own_doses(open_page, sample, demo, demo_url):
    wrong = []
    for one in [one for one in sample if one.sessions][:: 1 if is_whole() else 4]:
        page = read_patient(ACTOR, stores.open_store(ACTOR, demo_url), one.key)
        record = str(page.history.dosing_sessions["record"].iloc[-1])
        opened = open_page("patient", patient=str(one.key), section="sessions", session=record)
        wrong += [(one.patient_id, found) for found in wrong_on(opened, one, demo)]
    assert wrong == []


@pytest.mark.parametrize(
    ("enter", "kind"), [("session", "dosing_sessions"), ("dose-order", "dose_orders")], ids=lambda word: word
)
def test_a_correction_shows_what_is_stored_and_its_field_is_empty(
    enter, kind, open_page, sample, demo, demo_url
):
    one = next(one for one in sample if one.orders and one.sessions)
    stored = entries.read_entry_form(ACTOR, stores.open_store(ACTOR, demo_url), one.key, kind).records[0]
    test = open_page("patient", patient=str(one.key), section="record", enter=enter, doing="correct")
    which = next(box for box in test.selectbox if "-which-correct-" in str(box.key))
    test = run(which.set_value(stored.record))
    test = run(next(box for box in test.multiselect if "-wrong-" in str(box.key)).set_value(["dose_mg"]))
    assert wrong_on(test, one, demo) == []
    field = next(box for box in test.text_input if "-dose_mg-" in str(box.key))
    assert field.value == "" and field.placeholder.startswith("stored: ")
    assert filled_with_a_dose(test) == []


@pytest.mark.parametrize("address", [one for one in RULES_PARTS if one["part"] == "draft"])
def test_a_draft_of_the_rules_begins_empty(address, open_page):
    """The number in force is a placeholder, which a press on "Take into the draft" does not take."""
    test = open_page("rules", **address)
    assert [one.value for one in test.number_input] == [None] * len(test.number_input) != []
    assert all(one.placeholder.startswith("now ") for one in test.number_input)
    assert filled(test, "draft-") == []


@pytest.mark.parametrize("enter", FORMS)
def test_a_form_for_a_new_record_is_empty(enter, open_page, sample):
    one = next(one for one in sample if one.orders and one.sessions)
    test = open_page("patient", patient=str(one.key), section="record", enter=enter)
    assert any(str(control.key).startswith("entry-") for control in controls(test))
    assert filled(test, "entry-") == []


@pytest.mark.parametrize("page", ["patient", "case_conference"])
def test_nothing_of_a_decision_is_chosen_or_filled_in(page, open_page, sample, demo, demo_url, tmp_path):
    one = next(one for one in sample if one.orders and one.ceiling)
    url = copy_store(stores.open_store(ACTOR, demo_url), tmp_path)
    test = open_page(page, url, patient=str(one.key), section="review")
    test = run(test.button(key=f"start-review-{one.key}").click())
    asked = [control for control in controls(test) if str(control.key).startswith("decision-")]
    assert {"Decision", "Old dose (mg)", "New dose (mg)", "Reasons"} <= {control.label for control in asked}
    assert filled(test, "decision-") == [] and wrong_on(test, one, demo) == []
    assert not [
        control.label
        for control in asked
        if getattr(control, "placeholder", "") and DOSE.search(control.placeholder)
    ]


@pytest.fixture
def doses_seen() -> list[tuple[Shown, Patient | None]]:
    """Texts with a dose that the tests above have looked at: all of the sample's, evenly fewer of everyone's."""
    if len(SEEN) < LEAST_SEEN:
        pytest.skip("Only after the tests above.")
    return SEEN[:: max(1, len(SEEN) // MOST_CHANGED)]


@pytest.mark.usefixtures("doses_seen")
def test_each_phrase_was_met():
    """Words that nobody says any more are taken out of the list."""
    met = set().union(*(phrases_in(shown) for shown, _ in SEEN))
    assert {phrase.name for phrase in (*OF_A_PATIENT, *OF_THE_POLICY)} - met == set()


def test_a_dose_that_nobody_recorded_is_found_wherever_it_stands(doses_seen):
    """Each number once with 7 more: no text may let it pass."""
    passed = [
        (shown.place, shown.text)
        for shown, patient in doses_seen
        for at in DOSE.finditer(shown.text)
        if not find_wrong(shown._replace(text=changed(shown.text, at, lambda dose: dose + 7)), patient)
    ]
    assert passed == []


def changed(text: str, at: re.Match[str], how: Callable[[float], float]) -> str:
    return f"{text[: at.start()]}{how(number(at[0])):g}{text[at.end() :]}"


def test_another_dose_of_the_same_patient_is_nearly_always_found(doses_seen):
    """The last but one for the last, the order for the dose taken: words say which one they mean. A line's height does not."""
    n_tried = n_passed = 0
    for shown, patient in doses_seen:
        is_said = patient is not None and not shown.place.startswith("plotly_chart line")
        for at in DOSE.finditer(shown.text) if is_said else ():
            others = sorted(patient.doses() - {number(at[0])})
            for other in others[:2]:
                text = changed(shown.text, at, lambda _, other=other: other)
                n_tried, n_passed = (
                    n_tried + 1,
                    n_passed + (not find_wrong(shown._replace(text=text), patient)),
                )
    print(
        f"{len(SEEN):,} texts with a dose; {n_passed} of {n_tried:,} doses of the same patient passed for another"
    )
    assert n_passed <= 0.02 * n_tried


def test_a_limit_that_is_not_called_one_is_found():
    someone = Patient(1, "someone", ceiling=150)
    for text in ("ceiling 150 mg", "a step above 50 mg and 50 % of the dose before"):
        assert find_wrong(Shown("markdown body", text), someone) == []
    for text in ("up to 150 mg", "150 mg", "50 mg and 50 %", "go to 150 mg next", "suggested dose 100 mg"):
        assert find_wrong(Shown("markdown body", text), someone)
