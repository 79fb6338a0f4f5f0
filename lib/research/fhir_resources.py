"""Records as FHIR R4 resources: Patient, QuestionnaireResponse, Observation, MedicationAdministration, AdverseEvent."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import ANSWER_CODES, ANSWERS, INSTRUMENTS

Row = Mapping[str, Any]
_LOINC, _UCUM = "http://loinc.org", "http://unitsofmeasure.org"
_HL7 = "http://terminology.hl7.org/CodeSystem"
_GENDERS = {"female": "female", "f": "female", "male": "male", "m": "male"}
_STATUS = {"taken": "completed", "partial": "stopped", "missed": "not-done"}
# RxNorm has no product for compounded tablets: the ingredient, and SNOMED CT's sublingual route (evidence/clinical.md 6.1).
_KETAMINE = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "6130", "display": "ketamine"}
_ROUTES = {"sublingual": {"system": "http://snomed.info/sct", "code": "37839007"}}
_SERIOUS = {"yes": "serious", "no": "non-serious"}


class Zones:
    """Local times of clinics with the offset that FHIR asks for."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._zones = {clinic: ZoneInfo(name) for clinic, name in names.items()}

    def write(self, row: Row, name: str) -> str:
        """A date as it is; a time with seconds and the clinic's offset on that day."""
        said = str(row[name])
        if "T" not in said:
            return said
        return datetime.fromisoformat(said).replace(tzinfo=self._zones[row["clinic_id"]]).isoformat()


@dataclass(frozen=True)
class Resource:
    """url: the same whenever the same record is exported."""

    url: str
    body: dict[str, Any]


def _url(kind: str, row: Row, *names: str) -> str:
    key = "|".join(str(row.get(name, "")) for name in ("clinic_id", "patient_id", *names))
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{kind}|{key}')}"


def _subject(row: Row) -> dict[str, Any]:
    return {"reference": _url("patients", row), "identifier": _identifier(row)}


def _identifier(row: Row) -> dict[str, Any]:
    record_number = {"coding": [{"system": f"{_HL7}/v2-0203", "code": "MR"}]}
    return {"type": record_number, "value": row["patient_id"], "assigner": {"display": row["clinic_id"]}}


def _make_patient(row: Row, _: Zones) -> Iterator[Resource]:
    body: dict[str, Any] = {"resourceType": "Patient", "identifier": [_identifier(row)]}
    if "sex" in row:
        body["gender"] = _GENDERS.get(row["sex"].strip().lower(), "other")
    if "birth_date" in row or "birth_year" in row:
        body["birthDate"] = row.get("birth_date") or str(row["birth_year"])
    if "died_on" in row:
        body["deceasedDateTime"] = row["died_on"]
    yield Resource(_url("patients", row), body)


def _make_assessment(row: Row, zones: Zones) -> Iterator[Resource]:
    """The answers, and the total where one is recorded. Forms of other questionnaires have their total alone."""
    form, at = INSTRUMENTS.get(row["instrument"]), zones.write(row, "assessed_at")
    url = _url("assessments", row, "instrument", "assessed_at")
    items = [_answer(code, row[name]) for code, name in _places(row) if name in row]
    if form and items:
        body: dict[str, Any] = {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": f"{_LOINC}/q/{form.loinc_panel}",
            "status": "completed",
            "subject": _subject(row),
            "authored": at,
            "item": items,
        }
        yield Resource(url, body)
    if "total" in row:
        coded: dict[str, Any] = {"coding": [{"system": _LOINC, "code": form.loinc_total}]} if form else {}
        body = {
            "resourceType": "Observation",
            "status": "final",
            "category": [{"coding": [{"system": f"{_HL7}/observation-category", "code": "survey"}]}],
            "code": coded | {"text": f"{row['instrument']} total"},
            "subject": _subject(row),
            "effectiveDateTime": at,
            "valueInteger": int(row["total"]),
        }
        if form and items:
            body["derivedFrom"] = [{"reference": url}]
        yield Resource(_url("totals", row, "instrument", "assessed_at"), body)


def _places(row: Row) -> Iterator[tuple[str, str]]:
    form = INSTRUMENTS.get(row["instrument"])
    yield from zip(form.loinc_items if form else (), ITEM_COLUMNS, strict=False)


def _answer(code: str, points: int) -> dict[str, Any]:
    coding = {"system": _LOINC, "code": ANSWER_CODES[points], "display": ANSWERS[points].capitalize()}
    return {"linkId": f"/{code}", "answer": [{"valueCoding": coding}]}


def _make_session(row: Row, zones: Zones) -> Iterator[Resource]:
    """What happened; a planned session is none."""
    status = _STATUS.get(row.get("status", "taken"))
    if status is None:
        return
    body: dict[str, Any] = {
        "resourceType": "MedicationAdministration",
        "status": status,
        "medicationCodeableConcept": {"coding": [_KETAMINE], "text": row.get("drug", "ketamine")},
        "subject": _subject(row),
        "effectiveDateTime": zones.write(row, "started_at"),
    }
    dosage: dict[str, Any] = {}
    if "dose_mg" in row:
        dosage["dose"] = {"value": row["dose_mg"], "unit": "mg", "system": _UCUM, "code": "mg"}
    if "route" in row:
        coded = _ROUTES.get(row["route"])
        dosage["route"] = {"text": row["route"]} | ({"coding": [coded]} if coded else {})
    # FHIR has no dosage without a dose.
    if "dose" in dosage:
        body["dosage"] = dosage
    yield Resource(_url("dosing_sessions", row, "started_at"), body)


def _make_event(row: Row, zones: Zones) -> Iterator[Resource]:
    body: dict[str, Any] = {
        "resourceType": "AdverseEvent",
        "actuality": "actual",
        "event": {"text": row["term"]},
        "subject": _subject(row),
        "date": zones.write(row, "started_at"),
    }
    if "severity" in row:
        body["severity"] = _coded("adverse-event-severity", row["severity"])
    if "is_serious" in row:
        body["seriousness"] = _coded("adverse-event-seriousness", _SERIOUS[row["is_serious"]])
    if "outcome" in row:
        body["outcome"] = {"text": row["outcome"]}
    yield Resource(_url("adverse_events", row, "started_at", "term"), body)


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{_HL7}/{system}", "code": code}]}


MAKERS: Mapping[str, Callable[[Row, Zones], Iterator[Resource]]] = MappingProxyType(
    {
        "patients": _make_patient,
        "assessments": _make_assessment,
        "dosing_sessions": _make_session,
        "adverse_events": _make_event,
    }
)
