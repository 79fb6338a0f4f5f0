"""What an Observation is of, by its codes alone: a questionnaire, body weight, or something that is not taken."""

from lib.intake.fhir.elements import Element, child, children, codes
from lib.intake.loinc import BODY_WEIGHT, PANELS, SLOTS, SNOMED_TOTALS, Slot

SNOMED_SYSTEMS = ("http://snomed.info/sct", "urn:oid:2.16.840.1.113883.6.96")


def find_slots(element: Element) -> set[Slot]:
    """The places in forms that the code of an observation, or of a component, names."""
    concept = child(element, "code")
    by_snomed = {SNOMED_TOTALS[code] for code in codes(concept, SNOMED_SYSTEMS) if code in SNOMED_TOTALS}
    return {SLOTS[code] for code in codes(concept) if code in SLOTS} or by_snomed


def name_panel(observation: Element) -> str:
    """The instrument whose whole form the code means, "" for none."""
    named = codes(child(observation, "code"))
    return next((PANELS[code] for code in named if code in PANELS), "")


def is_weight(observation: Element) -> bool:
    return BODY_WEIGHT in codes(child(observation, "code"))


def other_code(observation: Element) -> str:
    """The code of what is certainly not taken, "" of everything else: it may be a form."""
    named = [code for code in codes(child(observation, "code")) if code.replace("-", "").isalnum()]
    parts = [observation, *children(observation, "component")]
    is_ours = is_weight(observation) or name_panel(observation) or any(map(find_slots, parts))
    return "" if is_ours or not named else named[0][:20]
