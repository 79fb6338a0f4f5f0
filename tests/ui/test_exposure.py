"""The section Exposure and the technique card, as a physician finds them."""

import json
from collections.abc import Iterator

import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR, day, make_clinic, patients, phq9

from lib.services import review, stores

CAPTION = (
    "Population estimate, not a measured level. No target concentration is established for sublingual ketamine. "
    "Not for choosing a dose. 10–25 % is a claim of a source page."
)
HEADER = "patient_id,started_at,dose_mg,status,drug,route,protocol,hold_min,swallowed,food_h,supervisor_present,onset_min"
RACEMIC = "racemic_ketamine,sublingual"


def session(who: str, ago: int, mg: int | str, rest: str) -> str:
    return f"{who},{day(ago)}T17:00,{mg},{rest}"


FILES = {
    "patients.csv": patients(
        "short hold,AB", "unsafe,KL", "responder,CD", "no weight,EF", "other drug,GH", "no dose,IJ"
    ),
    "dosing_sessions.csv": "\n".join(
        [
            HEADER,
            session("short hold", 40, 100, f"taken,{RACEMIC},odt-at-home,4,yes,2,yes,17"),
            session("short hold", 33, 100, f"taken,{RACEMIC},sublingual-tablet,12,no,,no,25"),
            session("short hold", 26, "", f"missed,{RACEMIC},,,,,,"),
            session("short hold", 19, 150, f"partial,{RACEMIC},,,,,,"),
            session("unsafe", 40, 100, f"taken,{RACEMIC},odt-at-home,4,yes,2,yes,17"),
            session("responder", 40, 100, f"taken,{RACEMIC},odt-at-home,5,yes,2,yes,17"),
            session("no weight", 20, 100, f"taken,{RACEMIC},the clinic's own,,,,,30"),
            session("other drug", 20, 100, "taken,esketamine,intranasal,sublingual-tablet,,,,,"),
        ]
    ),
    "observations.csv": "\n".join(
        [
            "patient_id,observed_at,kind,value",
            f"short hold,{day(60)},weight_kg,70",
            f"short hold,{day(25)},weight_kg,75",
            f"other drug,{day(60)},weight_kg,80",
        ]
    ),
    "assessments.csv": phq9(
        ("short hold", 41, "222222220"),
        ("short hold", 2, "222222220"),
        ("unsafe", 41, "222222220"),
        ("unsafe", 2, "222222222"),
        ("responder", 41, "222222220"),
        ("responder", 2, "100000000"),
        ("no weight", 21, "222222220"),
        ("no dose", 21, "222222220"),
    ),
}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    return make_clinic(tmp_path_factory.mktemp("exposure"), FILES)


@pytest.fixture
def open_patient(open_page, clinic):
    def open_it(patient_id, **address):
        people = review.read_caseload(ACTOR, stores.open_store(ACTOR, clinic))
        key = str(people.loc[people["patient_id"] == patient_id, "patient_key"].iloc[0])
        return open_page("patient", clinic, patient=key, section="exposure", **address)

    return open_it


def unescaped(test) -> str:
    return words(test).replace("\\", "").replace("\u00a0", " ")


def cells(test, heading: str) -> list[str]:
    return [said.replace("\u00a0", " ") for said in column(test, heading)]


def in_order(block) -> Iterator[str]:
    """Everything written in a part of the page, from top to bottom."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from in_order(child)
        elif isinstance(getattr(child, "value", None), str):
            yield child.value


def test_each_session_has_its_dose_its_sum_and_both_ranges(open_patient):
    test = open_patient("short hold")
    assert cells(test, "Dose") == ["150 mg", "100 mg", "100 mg"]
    assert cells(test, "Per kg") == ["2.00 mg/kg", "1.43 mg/kg", "1.43 mg/kg"]
    assert cells(test, "Cumulative") == ["350 mg", "200 mg", "100 mg"]
    assert cells(test, "Interval") == ["14 d", "7 d", "first"]
    assert cells(test, "IV-equivalent")[2] == "8–46 % (21 %)"
    assert cells(test, "Peak level")[2] == "91 ng/mL; 3–8 % (5 %)"


def test_the_caption_to_the_letter_and_no_proposal(open_patient):
    said = unescaped(open_patient("short hold"))
    assert CAPTION in said
    assert "Neither is a target." in said and "recommend" not in said.lower()


def test_the_curve_is_of_the_last_session_until_another_is_chosen(open_patient):
    test = open_patient("short hold")
    assert "150 mg on" in unescaped(test) and "at 75 kg, weighed" in unescaped(test)
    key = test.query_params["patient"]
    choice = test.selectbox(key=f"dose-{key}")
    oldest = choice.options[-1]
    assert "no. 1, course 1" in oldest.replace("\u00a0", " ") and "mg" not in oldest
    run(choice.select_index(2))
    assert test.query_params["dose"]
    said = unescaped(test)
    assert "at 70 kg" in said and "Compared with the protocol odt-at-home (source page B)" in said
    assert "onset recorded 17 min, within 15–20 min" in said
    run(test.selectbox(key=f"dose-{key}").select_index(0))
    assert "dose" not in test.query_params


def test_a_session_is_compared_with_its_own_protocol_alone(open_patient):
    test = open_patient("short hold")
    run(test.selectbox(key=f"dose-{test.query_params['patient']}").select_index(1))
    said = unescaped(test)
    assert "sublingual-tablet (source page A)" in said and "onset recorded 25 min, later 10–20 min" in said
    assert "source page B)" not in said.partition("Compared with")[2]


def test_another_patients_session_in_the_address_opens_this_patients_own(open_patient):
    test = open_patient("responder", dose="1")
    assert len(test.selectbox(key=f"dose-{test.query_params['patient']}").options) == 1
    assert "onset recorded 17 min" in unescaped(test) and "No curve for 100 mg" in unescaped(test)


def test_without_a_weight_there_is_no_curve_and_it_says_so(open_patient):
    test = open_patient("no weight")
    said = unescaped(test)
    assert "weight not recorded. Recorded protocol the clinic's own: no named protocol" in said
    assert "onset recorded 30 min" in said
    assert cells(test, "IV-equivalent") == cells(test, "Peak level") == ["none: weight not recorded"]
    assert cells(test, "Per kg") == ["weight not recorded"] and cells(test, "Cumulative") == ["100 mg"]
    specs = [json.loads(one.proto.spec) for one in test.get("plotly_chart")]
    assert any("No curve: weight not recorded" in json.dumps(spec) for spec in specs)


def test_another_drug_has_no_parameters(open_patient):
    said = unescaped(open_patient("other drug"))
    assert "no parameters with a source for esketamine, intranasal" in said


def test_without_a_dose_it_says_so(open_patient):
    test = open_patient("no dose")
    assert "No dose has been taken." in unescaped(test) and not test.exception


def test_every_parameter_has_its_source_and_the_policys_version(open_patient):
    test = open_patient("short hold")
    labels = [one.label for one in test.expander]
    assert "Parameters of the estimates and their sources, policy version 1" in labels
    table = next(one.value for one in test.dataframe if "Parameter" in one.value)
    assert len(table) == 13 and table["Source"].str.strip().all()
    assert set(table["Tag"]) == {"published", "default"}
    clearance = table[table["Parameter"] == "Clearance, 70 kg"].iloc[0]
    assert clearance["Value"].replace("\u00a0", " ") == "79 L/h" and "Kamp 2020" in clearance["Source"]


def test_figures_are_told_to_a_screen_reader(open_patient):
    alts = [one.proto.alt for one in open_patient("short hold").get("plotly_chart")]
    assert any(alt.startswith("350 mg taken in course 1 over 3 sessions") for alt in alts)
    assert any("estimated peak" in alt for alt in alts)


TECHNIQUE = "**Technique before dose.** Review does not mean raise."


def place_of(start, written):
    return next(number for number, text in enumerate(written) if text.startswith(start))


def test_a_safety_flag_stands_above_technique(open_patient):
    written = list(in_order(open_patient("unsafe").main))
    assert place_of("**Item 9 positive**", written) < place_of(TECHNIQUE, written)


def test_a_poor_response_puts_technique_above_the_flags_that_ask_about_it(open_patient):
    test = open_patient("short hold")
    written = list(in_order(test.main))
    assert place_of(TECHNIQUE, written) < place_of("**No response at the checkpoint**", written)
    said = unescaped(test)
    for line in (
        "Held in the mouth: 4–12 min (median 8) in 2 of 3 sessions, 1 not recorded; under 10 min in 1 of 2",
        "(source page B: 10–15 min)",
        "Swallowed in 1, not swallowed in 1 of 3 sessions, not recorded in 1 (no page says which)",
        "Last meal before the dose: 2 h in 1 of 3 sessions, 2 not recorded (no page states a time)",
        "Supervisor present in 1, absent in 1 of 3 sessions, not recorded in 1 (source page B: throughout)",
        "Taken: 3 of 4 recorded sessions (1 of them in part), 1 missed",
        "Shown because PHQ-9 is no response.",
    ):
        assert line in said


def test_technique_that_nobody_recorded_is_unknown(open_page, tmp_path):
    rows = [HEADER, session("quiet", 40, 100, f"taken,{RACEMIC},,,,,,")]
    files = {"patients.csv": patients("quiet,AB"), "dosing_sessions.csv": "\n".join(rows)}
    files["assessments.csv"] = phq9(("quiet", 41, "222222220"), ("quiet", 2, "222222220"))
    said = unescaped(open_page("patient", make_clinic(tmp_path, files, "quiet"), patient="1"))
    for what in ("Held in the mouth", "Swallowed or spat out", "Food before the dose", "Supervisor"):
        assert f"{what}: not recorded in any of 1 session" in said


def test_a_response_has_no_technique_card(open_patient):
    assert "Technique before dose" not in unescaped(open_patient("responder"))


def test_the_planted_case_of_poor_technique_tells_it(open_page, demo_url):
    people = review.read_caseload(ACTOR, stores.open_store(ACTOR, demo_url))
    key = str(people.loc[people["patient_id"] == "poor-technique", "patient_key"].iloc[0])
    said = unescaped(open_page("patient", patient=key))
    assert "under 10 min in 6 of 6" in said and "Swallowed in 6" in said
