"""What one answer says, by every way in which FHIR can say it: code, words, score, number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lib.intake.answer_labels import parse_answer, parse_difficulty
from lib.intake.fhir.elements import Element, child, children, is_of, text
from lib.intake.forms import UNREAD
from lib.intake.loinc import ANSWERS, DIFFICULTY_ANSWERS, whole_text

_SCORES = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/iso21090-CO-value",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
)
_NUMBERS = ("valueInteger", "valueDecimal")


@dataclass(frozen=True)
class Scale:
    """How answers to a question are coded in LOINC, and put in words."""

    codes: Mapping[str, int]
    parse: Callable[[str], int | None]


OF_ITEMS = Scale(ANSWERS, parse_answer)
OF_DIFFICULTY = Scale(DIFFICULTY_ANSWERS, parse_difficulty)
# Totals have neither codes nor words.
OF_TOTALS = Scale({}, lambda text: None)


def points_said(answer: Element, scale: Scale) -> list[str]:
    """The different points that an answer's value says, UNREAD where it says none; more than one contradict each other, and
    nothing says that it was not answered."""
    said = [whole_text(text(answer, name)) for name in _NUMBERS if text(answer, name)]
    said += [whole_text(text(child(answer, "valueQuantity"), "value"))] if "valueQuantity" in answer else []
    for words in (text(answer, "valueString"), text(child(answer, "valueCodeableConcept"), "text")):
        said += [_in_words(words, scale)] if words else []
    holders = [answer, *(child(answer, f"_{name}") for name in _NUMBERS)]
    for coding in (child(answer, "valueCoding"), *children(child(answer, "valueCodeableConcept"), "coding")):
        said += _of_coding(coding, scale)
        holders.append(coding)
    said += [score for holder in holders for score in _scores(holder)]
    said = list(dict.fromkeys(filter(None, said)))
    readable = [points for points in said if points != UNREAD]
    is_given = any(name.startswith("value") for name in answer)
    return readable or said or ([UNREAD] if is_given else [])


def _of_coding(coding: Element, scale: Scale) -> list[str]:
    """LOINC's code; of another system, a code that is a number or the answer's words; and the display."""
    code, display = text(coding, "code"), text(coding, "display")
    is_loinc = is_of(coding)
    said = []
    if is_loinc and code in scale.codes:
        said.append(str(scale.codes[code]))
    elif is_loinc and code.startswith("LA"):
        # An answer of another list: the display may not speak for it.
        return [f"{UNREAD} {code[:12]}"]
    elif code:
        said.append(_in_words(code, scale))
    if display:
        said.append(_in_words(display, scale))
    return said


def _in_words(words: str, scale: Scale) -> str:
    points = scale.parse(words)
    if points is not None:
        return str(points)
    return words if words.isascii() and words.isdecimal() and len(words) < 3 else UNREAD


def _scores(holder: Element) -> list[str]:
    return [
        whole_text(text(extension, name))
        for extension in children(holder, "extension")
        if text(extension, "url") in _SCORES
        for name in _NUMBERS
        if text(extension, name)
    ]
