"""What the cells of FHIR's rows say, in R4 and in STU3, and what the reader says of the file."""

import pytest
from intake.fhir_examples import (
    SUBJECT,
    adverse_event,
    bundle,
    coded,
    dose,
    item,
    kilograms,
    observation,
    order,
    outcomes,
    patient,
    phq9_items,
    read,
    response,
    rows,
)

from lib.clinical.instruments import GAD7, PHQ9
from lib.intake.fhir.models import find_version, is_resource_type

# The elements of FHIR R4 (4.0.1) that are read, as its specification lists them: R4B has all of them under the same names.
R4 = {
    "Patient": "id identifier birthDate gender deceasedDateTime deceasedBoolean link",
    "QuestionnaireResponse": "id contained language questionnaire status subject authored author item",
    "Observation": "id status code subject effectiveDateTime effectivePeriod effectiveInstant valueQuantity valueInteger "
    "valueString valueCodeableConcept hasMember derivedFrom component",
    "MedicationAdministration": "id status medicationCodeableConcept medicationReference subject effectiveDateTime "
    "effectivePeriod note dosage",
    "MedicationRequest": "id status intent medicationCodeableConcept medicationReference subject authoredOn requester reasonCode "
    "dosageInstruction",
    "AdverseEvent": "id actuality event subject date seriousness severity outcome",
}
# What only STU3 has, or has in another shape.
STU3 = {
    "response": response(questionnaire={"reference": "http://x/Questionnaire/phq-9"}),
    "observation": observation("44261-6", 15, related=[{"type": "derived-from", "target": {"reference": "x/y"}}]),
    "dose that was not given": dose(notGiven=True, dosage=None),
    "order": order(
        requester={"agent": {"reference": "Practitioner/dr-b"}},
        dosageInstruction=[{"doseQuantity": {"value": 100, "code": "mg"}}],
    ),
    "adverse event": adverse_event(
        actuality=None, event=None, severity=None, category="AE", type={"text": "nausea"}, seriousness={"text": "Serious"}
    ),
}  # fmt: skip


def one_row(document, kind: str = "assessments") -> dict:
    (row,) = rows(document, kind)
    return row


@pytest.mark.parametrize(("name", "elements"), R4.items())
def test_r4b_has_what_is_read_of_r4(name, elements):
    from fhir.resources.R4B import get_fhir_model_class

    assert set(elements.split()) <= get_fhir_model_class(name).model_fields.keys()


R5 = {
    "the medicine as a CodeableReference": dose(
        medicationCodeableConcept=None, medication={"concept": {"text": "ketamine"}}
    ),
    "the moment as occurence": dose(effectiveDateTime=None, occurenceDateTime="2026-03-01"),
}


@pytest.mark.parametrize("resource", R5.values(), ids=R5.keys())
def test_what_only_r5_has_is_no_r4(resource):
    version, fault = find_version(resource)
    assert not version and "is not part of it" in fault
    assert outcomes(resource) == ["dosing_sessions rejected broken-row"]


@pytest.mark.parametrize("resource", STU3.values(), ids=STU3.keys())
def test_stu3_is_told_by_what_only_it_has_and_read_as_r4_is(resource):
    assert find_version(resource) == ("STU3", "")
    assert [one.split()[1] for one in outcomes(resource)] == ["ok"]


def test_a_fault_names_places_and_never_what_stands_there():
    secret = "Jane Doe wants to die"  # pragma: allowlist secret
    resource = response(status=7, authored=secret, **{secret: 1})
    version, fault = find_version(resource)
    assert not version and "authored" in fault and secret not in fault
    (broken,) = read(bundle(resource))["assessments"].broken
    assert secret not in broken.text + broken.reason and broken.line == 1


def test_names_of_resources():
    assert (
        is_resource_type("Patient")
        and is_resource_type("Sequence")
        and is_resource_type("MedicationStatement")
    )
    assert not any(map(is_resource_type, ("", "Quantity", "Element", "Patients", "Patient ", "__init__")))


def test_a_response():
    row = one_row(response(phq9_items("012301230"), language="en", author={"reference": "Patient/7"}))
    assert [row[f"item_{number}"] for number in range(1, 10)] == list("012301230")
    assert row["patient_id"] == "7" and row["assessed_at"] == "2026-03-01T10:00:00Z"
    assert row["language"] == "en" and row["entered_by"] == "patient"


def test_both_forms_in_one_response():
    gad7 = [item(f"/{code}", coded(2)) for code in GAD7.loinc_items]
    found = rows(response(phq9_items() + gad7, questionnaire=None))
    assert [row["instrument"] for row in found] == ["PHQ-9", "GAD-7"]
    assert found[1]["item_7"] == "2" and found[1]["item_9"] == ""


def test_difficulty_has_answers_of_its_own():
    answer = {"valueCoding": {"system": "http://loinc.org", "code": "LA6575-0", "display": "Very difficult"}}
    row = one_row(response([*phq9_items(), item("/69722-7", answer)]))
    assert row["difficulty"] == "2"


@pytest.mark.parametrize(
    "url", ["ordinalValue", "questionnaire-ordinalValue", "iso21090-CO-value", "itemWeight"]
)
def test_scores_that_disagree_keep_both_numbers(url):
    extension = [{"url": f"http://hl7.org/fhir/StructureDefinition/{url}", "valueDecimal": 2}]
    last = item("/44260-8", coded(0, extension=extension))
    assert one_row(response([*phq9_items("11111111-"), last]))["item_9"] == "0 | 2"


def test_an_unplaced_answer_stands_where_item_9_is_missing():
    row = one_row(response([*phq9_items("11111111-"), item(None, coded(3))]))
    assert row["item_9"] == "? 3"


IDENTIFIERS = {
    "no identifier": ([], "x"),
    "one": ([("", "A1")], "A1"),
    "a record number among others": ([("", "9"), ("MR", "A1"), ("PI", "8")], "A1"),
    "two record numbers": ([("MR", "A1"), ("MR", "A2")], "x"),
    "one record number twice": ([("MR", "A1"), ("MR", "A1")], "A1"),
    "several others": ([("", "9"), ("PI", "8")], "x"),
    "never a social security number": ([("SS", "999-00-0001")], "x"),
    "nor a licence or a passport": ([("DL", "S1"), ("PPN", "X1"), ("PI", "8")], "8"),
}


@pytest.mark.parametrize(("identifiers", "expected"), IDENTIFIERS.values(), ids=IDENTIFIERS.keys())
def test_which_identifier(identifiers, expected):
    document = bundle(response(subject={"reference": "Patient/x"}), patient("x", *identifiers))
    tables = read(document)
    assert tables["patients"].cells["patient_id"] == tables["assessments"].cells["patient_id"] == [expected]
    assert any("medical record number" in said for said in tables["assessments"].read_as)


NUMBER = {"identifier": {"value": "A1"}}
# The id of a Patient resource that is not in the file may be another patient's patient_id.
REFERENCES = {
    "relative": ({"reference": "Patient/7"}, "Patient/7"),
    "absolute": ({"reference": "https://example.org/fhir/Patient/7"}, "https://example.org/fhir/Patient/7"),
    "of a version": ({"reference": "Patient/7/_history/3"}, "Patient/7"),
    "a UUID": ({"reference": "urn:uuid:7"}, "urn:uuid:7"),
    "an id alone": ({"reference": "7"}, "Patient/7"),
    "an identifier": (NUMBER, "A1"),
    "an identifier beside the reference": ({"reference": "Patient/7"} | NUMBER, "A1"),
}


@pytest.mark.parametrize(("subject", "expected"), REFERENCES.values(), ids=REFERENCES.keys())
def test_a_reference_without_its_patient(subject, expected):
    assert one_row(response(subject=subject))["patient_id"] == expected


@pytest.mark.parametrize("reference", ["Patient/x", "https://example.org/fhir/Patient/x", "urn:uuid:x"])
def test_a_reference_to_a_patient_in_the_file(reference):
    document = bundle(response(subject={"reference": reference}), patient("x", ("MR", "A1")))
    assert one_row(document)["patient_id"] == "A1"


def test_a_full_url_is_found():
    entry = {"fullUrl": "urn:uuid:0-1", "resource": patient("x", ("MR", "A1"))}
    document = bundle(response(subject={"reference": "urn:uuid:0-1"}))
    document["entry"].append(entry)
    assert one_row(document)["patient_id"] == "A1"


def test_a_patient():
    document = patient(
        birthDate="1980-05", deceasedDateTime="2026-01-05T10:00:00Z", name=[{"family": "Made-Up"}]
    )
    assert one_row(document, "patients") == {
        "patient_id": "7",
        "birth_year": "1980",
        "sex": "female",
        "died_on": "2026-01-05",
    }


def test_members_of_a_panel_are_one_form_whatever_their_moments():
    items = [observation(code, 1, id=code, effectiveDateTime=None) for code in PHQ9.loinc_items]
    total = observation(
        "44261-6", 9, hasMember=[{"reference": f"Observation/{code}"} for code in PHQ9.loinc_items]
    )
    row = one_row(bundle(*items, total))
    assert row["total"] == "9" and row["item_9"] == "1" and row["assessed_at"] == "2026-03-01T10:00:00Z"


def test_components_of_a_panel_are_its_items():
    answer = {"valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA6570-1"}]}}
    components = [{"code": {"coding": [{"code": code}]}, **answer} for code in PHQ9.loinc_items]
    assert one_row(observation("44249-1", None, component=components))["item_9"] == "2"


def test_items_of_different_moments_or_persons_are_different_forms():
    first, second = PHQ9.loinc_items[:2]
    document = bundle(
        observation(first, 1),
        observation(second, 1, effectiveDateTime="2026-03-02"),
        observation(second, 1, subject={"reference": "Patient/8"}),
    )
    assert len(rows(document)) == 3


@pytest.mark.parametrize(("value", "unit", "expected"), [(70.25, "kg", "70.25"), (154, "[lb_av]", "69.9"),
                                                         (79.28654321, "kg", "79.29")])  # fmt: skip
def test_a_weight(value, unit, expected):
    assert one_row(observation("29463-7", kilograms(value, unit)), "observations")["value"] == expected


def test_a_dose_keeps_its_decimals():
    document = b'{"resourceType": "MedicationAdministration", "status": "completed", "medicationCodeableConcept": ' \
        b'{"text": "Ketamine ODT"}, "subject": {"reference": "Patient/7"}, "effectivePeriod": {"start": ' \
        b'"2026-03-01T10:00:00Z"}, "dosage": {"dose": {"value": 112.500000000000001, "code": "mg"}}}'  # fmt: skip
    row = one_row(document, "dosing_sessions")
    assert row["dose_mg"] == "112.500000000000001" and row["started_at"] == "2026-03-01T10:00:00Z"


def test_a_session():
    row = one_row(dose(), "dosing_sessions")
    assert (row["drug"], row["route"], row["status"]) == ("racemic_ketamine", "sublingual", "taken")


def test_a_medicine_by_reference():
    medicine = {"resourceType": "Medication", "id": "m", "code": {"text": "esketamine spray"}}
    by_reference = dose(medicationCodeableConcept=None, medicationReference={"reference": "Medication/m"})
    assert one_row(bundle(by_reference, medicine), "dosing_sessions")["drug"] == "esketamine"


def test_an_order_and_an_adverse_event():
    assert one_row(order(), "dose_orders") == {
        "patient_id": "7",
        "ordered_at": "2026-03-01",
        "dose_mg": "100",
        "interval_days": "7",
        "clinician_id": "dr-b",
    }
    row = one_row(adverse_event(), "adverse_events")
    assert (row["term"], row["severity"], row["is_serious"]) == ("nausea", "mild", "no")


def test_what_is_not_taken_is_counted():
    document = bundle(
        response(),
        {"resourceType": "Encounter", "status": "finished"},
        {"resourceType": "Encounter", "status": "finished"},
        observation("8480-6", ("valueQuantity", {"value": 120, "code": "mm[Hg]"})),
        observation("8480-6", None),
        dose(medicationCodeableConcept={"text": "Ibuprofen"}),
        link=[{"relation": "next", "url": "http://example.org/2"}],
    )
    said = " ".join(read(document)["assessments"].warnings)
    for words in ("Encounter (2)", "8480-6 (2)", "no dose of ketamine (1)", "one page of several"):
        assert words in said


def test_lines_are_places():
    assert read(bundle(patient(), response()))["assessments"].lines == [2]
    assert read((patient(), "", response()))["assessments"].lines == [3]
    broken = read((response(), '{"resourceType": "Observation", "a": NaN}'))["assessments"].broken
    assert [one.line for one in broken] == [2]
    assert read(bundle(response(subject=SUBJECT)))["assessments"].lines == [1]
