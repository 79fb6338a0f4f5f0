"""What an Observation is of, by its codes and their names: a questionnaire, body weight, or something that is not taken."""

import re

from lib.intake.fhir.elements import (
    Element,
    child,
    children,
    codes,
    plain_reference,
    references,
    spoken,
    text,
)
from lib.intake.loinc import BODY_WEIGHT, PANELS, SLOTS, SNOMED_TOTALS, Slot
from lib.intake.questions import agree, find_place, speaks_of_forms

SNOMED_SYSTEMS = ("http://snomed.info/sct", "urn:oid:2.16.840.1.113883.6.96")

_LOINC = re.compile(r"[0-9]{3,5}-[0-9]")


def find_slots(element: Element) -> set[Slot]:
    """The places in forms that the code of an observation, or of a component, names; several where code and words differ."""
    concept = child(element, "code")
    by_snomed = {SNOMED_TOTALS[code] for code in codes(concept, SNOMED_SYSTEMS) if code in SNOMED_TOTALS}
    by_loinc = codes(concept)
    by_code = {SLOTS[code] for code in by_loinc if code in SLOTS} or by_snomed
    by_words = {found for said in spoken(concept) if (found := find_place(said))}
    if not by_code and any(map(_LOINC.fullmatch, by_loinc)):
        # The words of a question beside LOINC's code of something else: one of them is wrong.
        return set()
    for place in by_words:
        by_code = agree(by_code, place)
    return by_code


def may_be_ours(element: Element) -> bool:
    """Whether an observation or a component speaks of PHQ-9, GAD-7 or item 9, wherever its code is from."""
    return any(map(speaks_of_forms, spoken(child(element, "code"))))


def name_panel(observation: Element) -> str:
    """The instrument whose whole form the code means, "" for none."""
    named = codes(child(observation, "code"))
    return next((PANELS[code] for code in named if code in PANELS), "")


def is_weight(observation: Element) -> bool:
    return BODY_WEIGHT in codes(child(observation, "code"))


def is_of_forms(observation: Element) -> bool:
    """Whether it is, or may be, of PHQ-9 or GAD-7: as a panel, by its own code or words, or by those of a component."""
    parts = [observation, *children(observation, "component")]
    return bool(name_panel(observation)) or any(find_slots(part) or may_be_ours(part) for part in parts)


def other_code(observation: Element) -> str:
    """The code of what is certainly not taken, "" of everything else: it may be a form."""
    named = [code for code in codes(child(observation, "code")) if code.replace("-", "").isalnum()]
    return "" if not named or is_weight(observation) or is_of_forms(observation) else named[0][:20]


def members_of(body: Element) -> list[str]:
    return related(body, "hasMember", "has-member")


def related(body: Element, name: str, stu3_type: str) -> list[str]:
    """References of R4's hasMember or derivedFrom, and of STU3's related."""
    related = [one for one in children(body, "related") if text(one, "type") == stu3_type]
    targets = [text(child(one, "target"), "reference") for one in related]
    return [plain_reference(one) for one in (*references(body, name), *targets) if one]
