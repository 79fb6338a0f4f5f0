"""The resources of a file: taken out of bundles, each once, and looked up by what refers to them."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lib.intake.drafts import Drafts, name_broken
from lib.intake.fhir.documents import Documents
from lib.intake.fhir.elements import Element, children, text, walk
from lib.intake.fhir.models import find_version, is_resource_type
from lib.intake.fhir.observed import is_of_forms, is_weight, members_of, other_code

# The kinds of record that resources become; of every other type only the number is told.
KINDS_OF = {
    "Patient": "patients",
    "QuestionnaireResponse": "assessments",
    "Observation": "assessments",
    "MedicationAdministration": "dosing_sessions",
    "MedicationRequest": "dose_orders",
    "AdverseEvent": "adverse_events",
}
_LOOKED_UP = ("Medication",)


@dataclass(frozen=True)
class Resource:
    """place: its entry in the bundle, or its line; url: its fullUrl; home: the resource that contains it, else itself."""

    place: int
    url: str
    body: Element
    home: Element
    is_contradicted: bool = False

    @property
    def type(self) -> str:
        return text(self.body, "resourceType") if isinstance(self.body, dict) else ""

    @property
    def names(self) -> set[str]:
        """What a reference to it may say."""
        own = {f"{self.type}/{text(self.body, 'id')}"} if text(self.body, "id") else set()
        return own | ({self.url} if self.url else set())


@dataclass
class Resources:
    """found: what is read, in the file's order · others: how many of each type are not · other_codes: of observations, how many
    of each code · warnings: what the file says of itself · members: what panels of forms name as theirs"""

    drafts: Drafts
    found: list[Resource] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    other_codes: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
    members: set[str] = field(default_factory=set)

    def add_broken(self, kind: str, resource: "Resource", shown: str, reason: str) -> None:
        content = json.dumps(resource.body, default=str, sort_keys=True).encode()
        self.drafts.add_broken(kind, resource.place, name_broken(shown, content), reason)

    def of_type(self, *types: str) -> list[Resource]:
        return [resource for resource in self.found if resource.type in types]


def collect_resources(documents: Documents, drafts: Drafts) -> Resources:
    """Every resource of the documents; one that its model refuses is a broken row, and so is what nobody can tell."""
    resources = Resources(drafts)
    for broken in documents.broken:
        drafts.add_broken("assessments", broken.line, broken.text, broken.reason)
    opened = [
        one
        for place, document in documents.found
        for place_in_file, url, body in _open_bundles(place, document, documents.is_numbered, resources)
        for one in _with_contained(Resource(place_in_file, url, body, body))
    ]
    for one in opened:
        if one.type == "Observation" and is_of_forms(one.body):
            resources.members.update(members_of(one.body))
    for one in opened:
        _sort(one, resources)
    resources.found = _drop_repeats(resources)
    return resources


def _open_bundles(
    place: int, document: Any, is_numbered: bool, resources: Resources
) -> Iterator[tuple[int, str, Any]]:
    """Place, fullUrl and resource, also of bundles inside bundles, and of those that an operation gives as Parameters."""
    waiting = [(place, "", document)]
    is_outermost = not is_numbered
    while waiting:
        at, url, body = waiting.pop()
        if isinstance(body, dict) and (given := _of_parameters(body)):
            waiting += [(at, "", one) for one in reversed(given)]
            continue
        if not isinstance(body, dict) or body.get("resourceType") != "Bundle":
            yield at, url, body
            continue
        _note_pages(body, resources)
        entries = body.get("entry")
        rows = entries if isinstance(entries, list) else []
        numbered = []
        for number, entry in enumerate(rows, 1):
            own = number if is_outermost else at
            if not isinstance(entry, dict):
                numbered.append((own, "", entry))
            elif entry.get("resource") is None:
                resources.others["entry without a resource"] += 1
            else:
                numbered.append((own, text(entry, "fullUrl"), entry["resource"]))
        waiting += reversed(numbered)
        is_outermost = False


def _of_parameters(body: Element) -> list[Any]:
    is_given = body.get("resourceType") == "Parameters"
    parts = walk(body, ("parameter", "part")) if is_given else ()
    return [part["resource"] for part in parts if part.get("resource") is not None]


def _with_contained(resource: Resource) -> Iterator[Resource]:
    """A resource, and those inside it that are records: whatever holds them, a report or a list, they may be answers."""
    yield resource
    for inner in children(resource.body, "contained") if isinstance(resource.body, dict) else ():
        if text(inner, "resourceType") in KINDS_OF and text(inner, "resourceType") != "Patient":
            yield Resource(resource.place, "", inner, resource.body)


def _note_pages(bundle: Element, resources: Resources) -> None:
    if any(text(link, "relation") == "next" for link in children(bundle, "link")):
        resources.warnings.append(
            "The bundle is one page of several (it has a next link): the other pages are not in this file."
        )


def _sort(resource: Resource, resources: Resources) -> None:
    kind = KINDS_OF.get(resource.type, "")
    if not isinstance(resource.body, dict) or not is_resource_type(resource.type):
        reason = "This is no resource of FHIR R4 or STU3: correct its resourceType where the file was made."
        resources.add_broken("assessments", resource, "no resource", reason)
    elif resource.type != "QuestionnaireResponse" and _has_answers(resource.body):
        reason = f"A {resource.type} has no answers: correct its resourceType where the file was made."
        resources.add_broken("assessments", resource, resource.type, reason)
    elif resource.type == "Observation" and (code := _other_code(resource, resources)):
        resources.other_codes[code] += 1
    elif kind or resource.type in _LOOKED_UP:
        kind = "observations" if resource.type == "Observation" and is_weight(resource.body) else kind
        _admit(resource, kind, resources)
    else:
        resources.others[resource.type] += 1


def _other_code(observation: Resource, resources: Resources) -> str:
    """As other_code; what a form's panel names as its member is none of them, whatever its own code."""
    return "" if observation.names & resources.members else other_code(observation.body)


def _has_answers(body: Element) -> bool:
    return any("answer" in item for item in walk(body, ("item",)))


def _admit(resource: Resource, kind: str, resources: Resources) -> None:
    version, fault = find_version(resource.body)
    if version:
        resources.versions[version] += 1
        resources.found.append(resource)
    else:
        reason = f"The {resource.type} is not as FHIR asks: {fault}. Correct it where the file was made."
        resources.add_broken(kind or "dosing_sessions", resource, resource.type, reason)


def _drop_repeats(resources: Resources) -> list[Resource]:
    """The same resource again counts once; those that have one id and differ contradict each other."""
    by_name: dict[str, list[Resource]] = {}
    kept = []
    for resource in resources.found:
        name = f"{resource.type}/{text(resource.body, 'id')}" if text(resource.body, "id") else ""
        twins = by_name.setdefault(name, []) if name and resource.home is resource.body else []
        if any(twin.body == resource.body for twin in twins):
            resources.others[f"{resource.type} that stands twice"] += 1
            continue
        twins.append(resource)
        kept.append(resource)
    contradicted = {id(twin) for twins in by_name.values() if len(twins) > 1 for twin in twins}
    return [
        Resource(one.place, one.url, one.body, one.home, True) if id(one) in contradicted else one
        for one in kept
    ]
