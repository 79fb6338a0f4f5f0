"""Ketamine in FHIR: MedicationAdministration to dosing sessions, MedicationRequest to dose orders."""

from decimal import Decimal

from lib.intake.drafts import Draft, hold, reject
from lib.intake.drug_names import name_drug
from lib.intake.fhir.elements import (
    Element,
    begun_at,
    child,
    children,
    codes,
    plain_reference,
    text,
    unit,
    words,
)
from lib.intake.fhir.observed import SNOMED_SYSTEMS
from lib.intake.fhir.patients import People, contradictions
from lib.intake.fhir.resources import Resource, Resources
from lib.intake.table import Doubt

_RXNORM = ("http://www.nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88")
_UNII = ("http://fdasis.nlm.nih.gov", "urn:oid:2.16.840.1.113883.4.9")
# RxNorm's ingredient; UNII of ketamine, and of its hydrochloride.
_KETAMINE = {"6130", "690G0D6V8H", "O18YUO0I83"}
_ROUTES = {"37839007": "sublingual", "26643006": "oral", "46713006": "nasal", "78421000": "intramuscular"}
_ROUTES |= {"47625008": "intravenous", "54471007": "buccal"}
_STATUS = {"completed": "taken", "not-done": "missed"}
_ORDERED = ("active", "completed", "stopped", "on-hold", "cancelled")
_ORDER_INTENTS = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
_DAYS = {"d": 1, "wk": 7}


def read_medicines(resources: Resources, people: People) -> list[Draft]:
    medicines = {name: one.body for one in resources.of_type("Medication") for name in one.names}
    rows = []
    for resource in resources.of_type("MedicationAdministration", "MedicationRequest"):
        drug, doubts = _find_drug(resource, medicines)
        is_order = resource.type == "MedicationRequest"
        if not drug or (is_order and not _is_order(resource.body)):
            resources.others[f"{resource.type} that is no {'order' if drug else 'dose'} of ketamine"] += 1
            continue
        patient_id, own = people.find(resource)
        doubts += [*own, *contradictions(resource)]
        row = _read_order if is_order else _read_session
        rows.append(row(resource, patient_id, drug, doubts))
    return rows


def _find_drug(resource: Resource, medicines: dict[str, Element]) -> tuple[str, list[Doubt]]:
    """racemic_ketamine or esketamine, by code or name; "" for another medicine."""
    concept = child(resource.body, "medicationCodeableConcept")
    reference = child(resource.body, "medicationReference")
    target = plain_reference(text(reference, "reference"))
    inside = {f"#{text(one, 'id')}": one for one in children(resource.home, "contained")}
    concept = concept or child(inside.get(target) or medicines.get(target, {}), "code")
    displays = [words(concept), text(reference, "display")]
    named = " ".join([*displays, *(text(one, "display") for one in children(concept, "coding"))])
    is_coded = not _KETAMINE.isdisjoint(codes(concept, (*_RXNORM, *_UNII)))
    return name_drug(f"{named} ketamine" if is_coded else named)


def _read_session(resource: Resource, patient_id: str, drug: str, doubts: list[Doubt]) -> Draft:
    body, dosage = resource.body, child(resource.body, "dosage")
    dose_mg, doubt = _read_dose(child(dosage, "dose"))
    status, doubt_of_status = _read_status(body)
    cells = {
        "patient_id": patient_id,
        "started_at": begun_at(body, "effective"),
        "dose_mg": dose_mg,
        "drug": drug,
        "route": _read_route(child(dosage, "route")),
        "status": status,
        "note": "\n".join(filter(None, (text(note, "text") for note in children(body, "note")))),
    }
    return Draft("dosing_sessions", resource.place, cells, (*doubts, *doubt, *doubt_of_status))


def _read_dose(quantity: Element) -> tuple[str, list[Doubt]]:
    """The number of mg; with another unit, number and unit, which wait for a person."""
    value, its_unit = text(quantity, "value"), unit(quantity)
    if not value or (its_unit == "mg" and not text(quantity, "comparator")):
        return value, []
    reason = "The dose is not a plain number of mg: find out how many mg it was."
    shown = " ".join(filter(None, (text(quantity, "comparator"), value, its_unit)))
    return shown, [hold("dose-unit", "dose_mg", reason)]


def _read_status(body: Element) -> tuple[str, list[Doubt]]:
    """STU3 says of a dose that was not given that notGiven is true."""
    status = text(body, "status")
    if status == "entered-in-error":
        reason = "Its source says that the dose was entered in error: send the right one, if there is one."
        return "", [reject("entered-in-error", "", reason)]
    if body.get("notGiven") is True:
        return "missed", []
    if status in _STATUS:
        return _STATUS[status], []
    reason = "The administration is not complete (in progress, on hold, stopped or unknown): find out how much was taken."
    return "", [hold("not-finished", "status", reason)]


def _read_route(concept: Element) -> str:
    known = (_ROUTES[code] for code in codes(concept, SNOMED_SYSTEMS) if code in _ROUTES)
    return next(known, words(concept).lower().removesuffix(" route"))


def _is_order(body: Element) -> bool:
    """Neither a proposal, nor an order not to give something."""
    return text(body, "intent") in _ORDER_INTENTS and body.get("doNotPerform") is not True


def _read_order(resource: Resource, patient_id: str, drug: str, doubts: list[Doubt]) -> Draft:
    body = resource.body
    status, instructions = text(body, "status"), children(body, "dosageInstruction")
    instruction = instructions[0] if len(instructions) == 1 else {}
    dose_mg, doubt = _read_dose(_ordered_dose(instruction))
    if not dose_mg:
        reason = "The order does not give exactly one dose: find out how many mg were ordered."
        doubt = [hold("no-dose", "dose_mg", reason)]
    if status == "entered-in-error":
        reason = "Its source says that the order was entered in error: send the right one, if there is one."
        doubt.append(reject("entered-in-error", "", reason))
    elif status not in _ORDERED[:3]:
        reason = "The order is not in force (a draft, on hold, cancelled or unknown): find out whether it was given."
        doubt.append(hold("not-in-force", "", reason))
    requester = child(body, "requester")
    # STU3 names the person one level below.
    requester = child(requester, "agent") or requester
    cells = {
        "patient_id": patient_id,
        "ordered_at": text(body, "authoredOn"),
        "dose_mg": dose_mg,
        "interval_days": _read_interval(instruction),
        "clinician_id": text(requester, "reference").rpartition("/")[2],
        "reason": "; ".join(filter(None, map(words, children(body, "reasonCode")))),
    }
    return Draft("dose_orders", resource.place, cells, (*doubts, *doubt))


def _ordered_dose(instruction: Element) -> Element:
    """R4 lists doses with their rates; STU3 has one."""
    listed = children(instruction, "doseAndRate")
    if listed:
        return child(listed[0], "doseQuantity") if len(listed) == 1 else {}
    return child(instruction, "doseQuantity")


def _read_interval(instruction: Element) -> str:
    """Days between doses where they are once every so many days or weeks; "" for every other timing."""
    repeat = child(child(instruction, "timing"), "repeat")
    period, days = text(repeat, "period"), _DAYS.get(text(repeat, "periodUnit"))
    if not period or days is None or text(repeat, "frequency") not in ("", "1"):
        return ""
    return f"{(Decimal(period) * days).normalize():f}"
