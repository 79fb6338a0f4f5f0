"""Made-up FHIR resources for the tests, as short as they can be, and what becomes of a file of them."""

import json
from typing import Any

from intake.examples import NOW, directory

from lib.clinical.instruments import PHQ9
from lib.intake.check import check_rows
from lib.intake.fhir.reading import is_fhir, read_fhir
from lib.intake.unreadable import UnreadableFile

CODES = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
LOINC = "http://loinc.org"
PHQ9_FORM = "http://example.org/Questionnaire/phq-9|1.0"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
KNOWN = directory("7@north A1@north")
SUBJECT = {"reference": "Patient/7", "identifier": {"value": "7"}}


def coded(points: int, **more: Any) -> dict:
    """One answer by LOINC's code."""
    return {"valueCoding": {"system": LOINC, "code": CODES[points], **more}}


def scored(points: int, **more: Any) -> dict:
    """As coded, with the ordinal extension."""
    return coded(points, extension=[{"url": ORDINAL, "valueDecimal": points}], **more)


def item(link: str | None, *answers: dict, **more: Any) -> dict:
    own = {} if link is None else {"linkId": link}
    return {**own, "answer": list(answers), **more}


def phq9_items(points: str = "111111110", answer: Any = coded, links: tuple[str, ...] = ()) -> list[dict]:
    links = links or tuple(f"/{code}" for code in PHQ9.loinc_items)
    return [item(link, answer(int(one))) for link, one in zip(links, points, strict=True) if one != "-"]


def response(items: list[dict] | None = None, **changes: Any) -> dict:
    """A PHQ-9 of patient 7 with eight times 1 and item 9 of 0; None takes an element away."""
    body = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": PHQ9_FORM,
        "subject": SUBJECT,
        "authored": "2026-03-01T10:00:00Z",
        "item": phq9_items() if items is None else items,
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def observation(code: str, value: Any = None, /, **changes: Any) -> dict:
    """value: a number of {score}, or whatever value[x] takes as a pair of name and value."""
    given = {"valueQuantity": {"value": value, "code": "{score}"}} if isinstance(value, int | float) else {}
    given = dict([value]) if isinstance(value, tuple) else given
    body = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": SUBJECT,
        "effectiveDateTime": "2026-03-01T10:00:00Z",
        **given,
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def kilograms(value: float, code: str = "kg") -> tuple[str, dict]:
    return "valueQuantity", {"value": value, "code": code, "system": "http://unitsofmeasure.org"}


def dose(value: Any = 100, unit: str = "mg", **changes: Any) -> dict:
    """A MedicationAdministration of ketamine to patient 7."""
    rxnorm = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "6130"}
    body = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": {"coding": [rxnorm]},
        "subject": SUBJECT,
        "effectiveDateTime": "2026-03-01T10:00:00Z",
        "dosage": {
            "dose": {"value": value, "unit": unit, "code": unit},
            "route": {"coding": [{"system": "http://snomed.info/sct", "code": "37839007"}]},
        },
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def order(**changes: Any) -> dict:
    body = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "Ketamine 100 mg ODT"},
        "subject": SUBJECT,
        "authoredOn": "2026-03-01",
        "requester": {"reference": "Practitioner/dr-b"},
        "dosageInstruction": [
            {
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk"}},
                "doseAndRate": [{"doseQuantity": {"value": 100, "code": "mg"}}],
            }
        ],
    }
    return body | changes


def adverse_event(**changes: Any) -> dict:
    body = {
        "resourceType": "AdverseEvent",
        "actuality": "actual",
        "subject": SUBJECT,
        "date": "2026-03-01T11:00:00Z",
        "event": {"text": "nausea"},
        "severity": {"coding": [{"code": "mild"}]},
        "seriousness": {"coding": [{"code": "non-serious"}]},
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def patient(number: str = "7", *identifiers: tuple[str, str], **changes: Any) -> dict:
    """identifiers: type (v2-0203) and value."""
    system = "http://terminology.hl7.org/CodeSystem/v2-0203"
    body = {"resourceType": "Patient", "id": number, "gender": "female", "birthDate": "1980-05-02"}
    body["identifier"] = [
        {"value": value, **({"type": {"coding": [{"system": system, "code": type_}]}} if type_ else {})}
        for type_, value in identifiers
    ]
    return {name: value for name, value in (body | changes).items() if value not in (None, [])}


def bundle(*resources: dict, **more: Any) -> dict:
    entries = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **more}


def as_bytes(document: Any) -> bytes:
    """Bytes and text as they are, several resources (a tuple) one a line, anything else as JSON."""
    if isinstance(document, bytes):
        return document
    if isinstance(document, tuple):
        return b"\n".join(map(as_bytes, document))
    return (document if isinstance(document, str) else json.dumps(document)).encode()


def read(document: Any) -> dict:
    """The tables by kind."""
    data = as_bytes(document)
    assert is_fhir(data)
    return {table.kind.name: table for table in read_fhir("file.json", data)}


def rows(document: Any, kind: str = "assessments") -> list[dict]:
    cells = read(document)[kind].cells
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]


def outcomes(document: Any) -> list[str]:
    """What becomes of each row: its kind and `ok`, or outcome and code; what its item 9 says, or that one may hide there."""
    try:
        tables = read(document)
    except UnreadableFile:
        return ["refused"]
    found = []
    for kind, table in tables.items():
        checked = check_rows(table, KNOWN, NOW)
        found += [f"{kind} ok"] * len(checked.accepted)
        for problem in checked.problems.to_dict("records"):
            shown = f"{kind} {problem['outcome']} {problem['code']}"
            hidden = " item 9?" if problem["may_hold_item_9"] else ""
            answer = problem["item_9"]
            found.append(shown + (hidden or (f" item 9 = {answer}" if answer in (0, 1, 2, 3) else "")))
        assert len(checked.accepted) + len(checked.problems) == len(table.lines) + len(table.broken)
    return found
