"""The parts of a resource, as its JSON has them: an absent one is empty, and one of another shape than FHIR's is absent."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Element = dict[str, Any]
LOINC_SYSTEMS = ("", "http://loinc.org", "https://loinc.org", "urn:oid:2.16.840.1.113883.6.1")


def child(element: Element, name: str) -> Element:
    value = element.get(name)
    return value if isinstance(value, dict) else {}


def children(element: Element, name: str) -> list[Element]:
    value = element.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(element: Element, name: str) -> str:
    """A primitive as text, decimals as precise as they were written."""
    value = element.get(name)
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def codes(concept: Element, systems: tuple[str, ...] = LOINC_SYSTEMS) -> list[str]:
    """The codes of a CodeableConcept in one of some systems ("": without a system)."""
    return [text(one, "code") for one in children(concept, "coding") if text(one, "system") in systems]


def words(concept: Element) -> str:
    """What a CodeableConcept is called: its own text, else the first display."""
    displays = (text(one, "display") for one in children(concept, "coding"))
    return text(concept, "text") or next(filter(None, displays), "")


def unit(quantity: Element) -> str:
    """UCUM's code where there is one, else the unit as written."""
    return text(quantity, "code") or text(quantity, "unit")


def references(element: Element, name: str) -> list[str]:
    return [text(one, "reference") for one in children(element, name)]


def begun_at(resource: Element, name: str) -> str:
    """The moment of effectiveDateTime, effectiveInstant or the start of effectivePeriod (or another name than effective)."""
    period = text(child(resource, f"{name}Period"), "start")
    return text(resource, f"{name}DateTime") or text(resource, f"{name}Instant") or period


def walk(element: Element, names: tuple[str, ...]) -> Iterator[Element]:
    """The elements below one under these names, in the order of the file, however deep."""
    waiting = [element]
    while waiting:
        current = waiting.pop()
        if current is not element:
            yield current
        waiting += reversed([below for name in names for below in children(current, name)])
