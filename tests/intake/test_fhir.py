"""FHIR files, good and odd: each case by its name, and what becomes of it."""

import json

import pytest
from intake.fhir_examples import (
    ORDINAL,
    adverse_event,
    as_bytes,
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
    response,
    scored,
)

from lib.clinical.instruments import PHQ9
from lib.intake.fhir.reading import read_fhir
from lib.intake.unreadable import UnreadableFile

OK = ["assessments ok"]
OF_R = {"reference": "QuestionnaireResponse/r"}
LAST = f"/{PHQ9.loinc_items[8]}"
EIGHT = phq9_items("11111111-")
CONTAINED = {"resourceType": "Patient", "id": "p", "identifier": [{"value": "7"}]}
HYPHENATED = tuple(f"phq-9-{number}" for number in range(1, 10))


def nine(last: dict) -> dict:
    """A PHQ-9 with that answer to item 9."""
    return response([*EIGHT, item(LAST, last)])


CASES = {
    # Where and what a resource is.
    "one resource": (response(), OK),
    "a bundle": (bundle(patient(), response()), ["patients ok", *OK]),
    "a resource a line": ((response(), patient()), ["patients ok", *OK]),
    "a list of resources": ([response(), patient()], ["patients ok", *OK]),
    "a bundle inside a bundle": (bundle(bundle(response())), OK),
    "a response inside another resource": (
        {"resourceType": "Communication", "status": "completed", "contained": [response()]}, OK),
    "a response that an operation gave": (
        {"resourceType": "Parameters", "parameter": [{"name": "r", "part": [{"name": "r", "resource": response()}]}]}, OK),
    "another known type alone": ({"resourceType": "Encounter", "status": "finished"}, ["refused"]),
    "a response by the name of an Observation": (
        response(resourceType="Observation"),
        ["assessments rejected broken-row item 9?"],
    ),
    "a response by the name of a Questionnaire": (
        bundle(response(resourceType="Questionnaire")),
        ["assessments rejected broken-row item 9?"],
    ),
    "a type that FHIR does not have": (
        bundle(response(resourceType="QuestionaireResponse")),
        ["assessments rejected broken-row item 9?"],
    ),
    "an entry that is no object": (bundle(response(), "text"), [*OK, "assessments rejected broken-row item 9?"]),
    "a page of a cut bundle": (bundle(response(), link=[{"relation": "next", "url": "http://x/2"}]), OK),
    "the same resource twice": (bundle(response(id="a"), response(id="a")), OK),
    "one id, two contents": (
        bundle(response(id="a"), response(phq9_items("111111112"), id="a")),
        ["assessments held duplicate-id item 9 = 0", "assessments held duplicate-id item 9 = 2"],
    ),
    # Which question.
    "LOINC codes as linkIds without a slash": (response(phq9_items(links=PHQ9.loinc_items)), OK),
    "hyphenated linkIds": (response(phq9_items(links=HYPHENATED)), OK),
    "groups in groups": (response([{"linkId": "a", "item": [{"linkId": "b", "item": phq9_items()}]}]), OK),
    "numbers as linkIds of a named questionnaire": (response(phq9_items(links=tuple("123456789"))), OK),
    "numbers as linkIds of no questionnaire": (
        response(phq9_items(links=tuple("123456789")), questionnaire=None),
        ["assessments held which-instrument item 9?"],
    ),
    "LOINC codes and no questionnaire": (response(questionnaire=None), OK),
    "a linkId that is missing": (
        response([*EIGHT, item(None, coded(2))]),
        ["assessments held which-item item 9?"],
    ),
    "a linkId that nobody knows": (
        response([*EIGHT, item("mood-x", coded(2))]),
        ["assessments held which-item item 9?"],
    ),
    "an item twice, differently": (
        response([*phq9_items(), item(LAST, coded(2))]),
        ["assessments held answers-disagree item 9?"],
    ),
    "named GAD-7, with the questions of PHQ-9": (
        response(questionnaire="http://x/gad-7"),
        ["assessments held which-instrument item 9 = 0"],
    ),
    "a PHQ-2 by PHQ-9's codes": (response(phq9_items("21-------"), questionnaire="http://x/phq-2"), OK),
    "PHQ-9 for teens": (
        response(questionnaire="http://x/phq-9-modified", item=phq9_items("111111112", links=tuple("123456789"))),
        ["assessments held which-instrument item 9?"],
    ),
    "another questionnaire": (bundle(patient(), response([item("q", {"valueString": "x"})], questionnaire="x")),
                              ["patients ok"]),
    # What was answered.
    "code, display and score agree": (response(phq9_items(answer=scored)), OK),
    "display disagrees with code": (nine(coded(0, display="Nearly every day")), ["assessments held answers-disagree item 9?"]),
    "score disagrees with code": (
        nine(coded(0, extension=[{"url": ORDINAL, "valueDecimal": 2}])),
        ["assessments held answers-disagree item 9?"],
    ),
    "valueInteger": (nine({"valueInteger": 2}), OK),
    "valueDecimal, a whole number": (nine({"valueDecimal": 2.0}), OK),
    "valueDecimal, a fraction": (nine({"valueDecimal": 2.5}), ["assessments rejected not-a-whole-number item 9?"]),
    "valueInteger off the scale": (nine({"valueInteger": 4}), ["assessments rejected item-off-scale item 9?"]),
    "the words alone": (nine({"valueString": "More than half the days"}), OK),
    "a code of another system": (nine({"valueCoding": {"system": "http://x", "code": "2"}}), OK),
    "a code of another list": (nine({"valueCoding": {"code": "LA137-2"}}), ["assessments held unknown-answer item 9?"]),
    "words of no list": (nine({"valueString": "sometimes"}), ["assessments held unknown-answer item 9?"]),
    "a total that is not the sum": (
        response([*phq9_items("111111112"), item("/44261-6", {"valueDecimal": 27})]),
        ["assessments held total-differs item 9 = 2"],
    ),
    # What counts.
    "entered in error": (response(status="entered-in-error"), ["assessments rejected entered-in-error item 9 = 0"]),
    "entered in error, with an item 9": (
        response(phq9_items("111111113"), status="entered-in-error"),
        ["assessments rejected entered-in-error item 9 = 3"],
    ),
    "in progress": (response(status="in-progress"), ["assessments held not-finished item 9 = 0"]),
    "stopped": (response(status="stopped"), ["assessments held not-finished item 9 = 0"]),
    "amended": (response(status="amended"), OK),
    "without a day": (response(authored=None), ["assessments rejected missing-value item 9 = 0"]),
    "a month for a day": (response(authored="2026-03"), ["assessments held partial-date item 9 = 0"]),
    "half a letter in a cell": (response(language="e\ud800"), ["assessments rejected broken-row item 9?"]),
    # Whose it is.
    "without a subject": (response(subject=None), ["assessments rejected missing-value item 9?"]),
    "a contained patient": (response(subject={"reference": "#p"}, contained=[CONTAINED]), OK),
    "a group as subject": (response(subject={"reference": "Group/7"}), ["assessments rejected missing-value item 9?"]),
    "an id of a patient who is not in the file": (
        response(phq9_items("111111113"), subject={"reference": "Patient/7"}),
        ["assessments held technical-id item 9?"],
    ),
    "a dose of a patient who is not in the file": (
        dose(subject={"reference": "Patient/7"}), ["dosing_sessions held technical-id"]
    ),
    "a contained patient without a number": (
        response(subject={"reference": "#p"}, contained=[{"resourceType": "Patient", "id": "p"}]),
        ["assessments held technical-id item 9?"],
    ),
    "a social security number as the subject's": (
        response(subject={"identifier": {"value": "7", "type": {"coding": [{"code": "SS"}]}}}),
        ["assessments rejected missing-value item 9?"],
    ),
    "a record number": (bundle(patient("x", ("MR", "A1"), ("", "9")), response(subject={"reference": "Patient/x"})),
                        ["patients ok", *OK]),
    "two persons of one number": (
        bundle(patient("x", ("MR", "A1")), patient("y", ("MR", "A1")), response(subject={"reference": "Patient/x"})),
        ["patients held same-identifier"] * 2 + ["assessments held same-identifier item 9 = 0"],
    ),
    # Observations.
    "totals": (bundle(observation("44261-6", 15), observation("70274-6", 9)), OK * 2),
    "the teen form's total, and PHQ-2's": (bundle(observation("89204-2", 20), observation("55758-7", 3)), OK * 2),
    "a total by SNOMED's code": (
        observation("", 15, code={"coding": [{"system": "http://snomed.info/sct", "code": "720433000"}]}),
        OK,
    ),
    "a total of another patient's response": (
        bundle(response(id="r", subject={"identifier": {"value": "A1"}}), observation("44261-6", 8, derivedFrom=[OF_R])),
        OK * 2,
    ),
    "blood pressure that FHIR refuses": (
        bundle(response(), observation("8480-6", 120, effectiveDateTime="2026-03-01T10:00")),
        OK,
    ),
    "a total that FHIR refuses": (
        bundle(response(), observation("44261-6", 15, effectiveDateTime="2026-03-01T10:00")),
        [*OK, "assessments rejected broken-row item 9?"],
    ),
    "the panel's code for the total": (observation("44249-1", 15), ["assessments held code-of-the-panel"]),
    "item 9's code for the total": (observation("44260-8", 15), ["assessments held code-of-an-item item 9?"]),
    "item 9 alone": (observation("44260-8", 2), ["assessments held code-of-an-item item 9 = 2"]),
    "single items of one moment": (bundle(*(observation(code, 1) for code in PHQ9.loinc_items)), OK),
    "a total of a response in the file": (
        bundle(response(id="r"), observation("44261-6", 8, derivedFrom=[OF_R])),
        OK,
    ),
    "a total that contradicts its response": (
        bundle(response(id="r"), observation("44261-6", 20, derivedFrom=[OF_R])),
        ["assessments held total-differs item 9 = 0"],
    ),
    "preliminary": (observation("44261-6", 15, status="preliminary"), ["assessments held not-finished"]),
    "an observation in error": (
        observation("44261-6", 15, status="entered-in-error"),
        ["assessments rejected entered-in-error"],
    ),
    "a total above some number": (
        observation("44261-6", ("valueQuantity", {"value": 20, "comparator": ">"})),
        ["assessments held unknown-answer"],
    ),
    "a total in per cent": (
        observation("44261-6", ("valueQuantity", {"value": 20, "code": "%"})),
        ["assessments held unknown-answer"],
    ),
    "a weight in kg": (observation("29463-7", kilograms(70.25)), ["observations ok"]),
    "a weight in stone": (observation("29463-7", kilograms(11, "[stone_av]")), ["observations held weight-unit"]),
    # Doses, orders, adverse events.
    "a dose": (dose(), ["dosing_sessions ok"]),
    "a dose in grams": (dose(0.1, "g"), ["dosing_sessions held dose-unit"]),
    "a dose that was not given": (dose(status="not-done", dosage=None), ["dosing_sessions ok"]),
    "a dose in progress": (dose(status="in-progress"), ["dosing_sessions held not-finished"]),
    "a dose that was stopped": (dose(status="stopped"), ["dosing_sessions held not-finished"]),
    "a dose in error": (dose(status="entered-in-error"), ["dosing_sessions rejected entered-in-error"]),
    "a dose of another medicine": (
        bundle(dose(medicationCodeableConcept={"text": "Ibuprofen"}), patient()),
        ["patients ok"],
    ),
    "ketamine by code, esketamine by name": (
        dose(medicationCodeableConcept={"coding": [{"system": "http://fdasis.nlm.nih.gov", "code": "690G0D6V8H"}],
                                        "text": "Esketamine"}),
        ["dosing_sessions held which-drug"],
    ),
    "an order": (order(), ["dose_orders ok"]),
    "an order of two doses": (
        order(dosageInstruction=order()["dosageInstruction"] * 2),
        ["dose_orders held no-dose"],
    ),
    "an adverse event": (adverse_event(), ["adverse_events ok"]),
    "an order not to give it": (bundle(order(doNotPerform=True), patient()), ["patients ok"]),
    "an adverse event of no known severity": (
        adverse_event(severity={"text": "fatal"}),
        ["adverse_events rejected not-a-choice"],
    ),
    "an adverse event that might have been": (bundle(adverse_event(actuality="potential"), patient()), ["patients ok"]),
}  # fmt: skip


@pytest.mark.parametrize(("document", "expected"), CASES.values(), ids=CASES.keys())
def test_what_becomes_of(document, expected):
    assert outcomes(document) == expected


BROKEN = {
    "a duplicate name": '{"resourceType": "Patient", "id": "1", "id": "2"}',
    "NaN": '{"resourceType": "Observation", "x": NaN}',
    "infinity": '{"resourceType": "Observation", "x": -Infinity}',
    "a number of a thousand digits": f'{{"resourceType": "Observation", "x": {"9" * 1000}}}',
    "a monstrous exponent": '{"resourceType": "Observation", "x": 1e999999999}',
    "a file that ends early": json.dumps(response())[:-5],
    "bytes that are not UTF-8": as_bytes(response()).replace(b"phq", b"\xff"),
    "nested too deeply": f'{{"resourceType": "Patient", "x": {"[" * 200}{"]" * 200}}}',
    "nested without an end": f'{{"resourceType": {"[" * 100_000}',
    "an empty bundle": bundle(),
}  # fmt: skip


@pytest.mark.parametrize("document", BROKEN.values(), ids=BROKEN.keys())
def test_a_file_that_is_refused_says_its_name_and_what_to_do(document):
    with pytest.raises(UnreadableFile, match=r"file\.json: .+ Nothing was read; .+\."):
        read_fhir("file.json", as_bytes(document))
