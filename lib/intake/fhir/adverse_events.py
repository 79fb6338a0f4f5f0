"""AdverseEvent, whose names changed between STU3 and R4, to adverse events."""

from lib.intake.drafts import Draft
from lib.intake.fhir.elements import Element, child, children, codes, text, words
from lib.intake.fhir.patients import People, contradictions
from lib.intake.fhir.resources import Resource, Resources

_ANY = (
    "",
    "http://terminology.hl7.org/CodeSystem/adverse-event-severity",
    "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness",
    "http://terminology.hl7.org/CodeSystem/adverse-event-outcome",
    "http://hl7.org/fhir/adverse-event-severity",
    "http://hl7.org/fhir/adverse-event-seriousness",
    "http://hl7.org/fhir/adverse-event-outcome",
)


def read_adverse_events(resources: Resources, people: People) -> list[Draft]:
    """What happened; an event that only might have (actuality potential, category PAE) is counted, not taken."""
    rows = []
    for resource in resources.of_type("AdverseEvent"):
        if text(resource.body, "actuality") == "potential" or text(resource.body, "category") == "PAE":
            resources.others["AdverseEvent that only might have happened"] += 1
        else:
            rows.append(_read(resource, people))
    return rows


def _read(resource: Resource, people: People) -> Draft:
    body = resource.body
    patient_id, doubts = people.find(resource)
    reactions = children(body, "reaction")
    cells = {
        "patient_id": patient_id,
        "started_at": text(body, "date"),
        # R4: event. STU3: type, else the condition that it led to, else the description.
        "term": _term(body)
        or text(reactions[0] if reactions else {}, "display")
        or text(body, "description"),
        "severity": _code(child(body, "severity")),
        "is_serious": _read_seriousness(child(body, "seriousness")),
        "outcome": _code(child(body, "outcome")),
    }
    return Draft("adverse_events", resource.place, cells, (*doubts, *contradictions(resource)))


def _term(body: Element) -> str:
    return words(child(body, "event")) or words(child(body, "type"))


def _code(concept: Element) -> str:
    return next(iter(codes(concept, _ANY)), words(concept))


def _read_seriousness(concept: Element) -> str:
    """Codes of R4 (serious, non-serious) and of STU3 (Serious, SeriousResultsInDeath … Non-serious); another
    one stays as it is, so that its row waits."""
    code = _code(concept)
    if code.casefold().startswith("serious"):
        return "yes"
    return "no" if code.casefold() in ("non-serious", "nonserious", "not serious") else code
