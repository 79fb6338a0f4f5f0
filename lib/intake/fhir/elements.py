"""The parts of a resource, as its JSON has them: an absent one is empty, and one of another shape than FHIR's is absent."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

Element = dict[str, Any]
LOINC_SYSTEMS = ("", "http://loinc.org", "urn:oid:2.16.840.1.113883.6.1", "LOINC")
_HISTORY = re.compile(r"/_history/[^/]*$")
_BEFORE_SYSTEM = re.compile(r"^(https?://)?(www\.)?(urn:oid:)?")


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
    return [text(one, "code") for one in children(concept, "coding") if is_of(one, systems)]


def is_of(coding: Element, systems: tuple[str, ...] = LOINC_SYSTEMS) -> bool:
    """Whether its system is one of them, written in capitals, with another scheme or with a slash at its end."""
    return _plain_system(text(coding, "system")) in _plain_systems(systems)


@lru_cache(maxsize=1024)
def _plain_system(system: str) -> str:
    return _BEFORE_SYSTEM.sub("", system.casefold()).rstrip("/ ")


@lru_cache(maxsize=64)
def _plain_systems(systems: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_plain_system, systems))


def words(concept: Element) -> str:
    """What a CodeableConcept is called: its own text, else the first display."""
    displays = (text(one, "display") for one in children(concept, "coding"))
    return text(concept, "text") or next(filter(None, displays), "")


def spoken(concept: Element) -> list[str]:
    """Everything that a CodeableConcept is called: its text, and codes and displays of any system."""
    said = [text(one, name) for one in children(concept, "coding") for name in ("display", "code")]
    return [*filter(None, (text(concept, "text"), *said))]


def unit(quantity: Element) -> str:
    """UCUM's code where there is one, else the unit as written."""
    return text(quantity, "code") or text(quantity, "unit")


def references(element: Element, name: str) -> list[str]:
    return [text(one, "reference") for one in children(element, name)]


def plain_reference(reference: str) -> str:
    """Without the version that it may name."""
    return _HISTORY.sub("", reference)


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
