"""QuestionnaireResponse to forms: which questionnaire, which question, and what was answered."""

import re
from collections.abc import Iterator

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import INSTRUMENTS
from lib.intake.drafts import hold, reject
from lib.intake.fhir.answers import OF_DIFFICULTY, OF_ITEMS, OF_TOTALS, Scale, points_said
from lib.intake.fhir.elements import Element, child, children, text, walk
from lib.intake.fhir.patients import People, contradictions
from lib.intake.fhir.resources import Resource
from lib.intake.forms import UNREAD, Form, names_spoken
from lib.intake.loinc import PANELS, SLOTS, Slot
from lib.intake.questions import agree, find_place, speaks_of_forms, speaks_of_item_9
from lib.intake.table import Doubt

_LOINC = re.compile(r"(?<![0-9-])[0-9]{4,5}-[0-9](?![0-9-])")
# `phq-9-1`, `PHQ9_01`, `gad7.q3`, `/phq-9/phq-9-total`; alone, `1`, `q1` and `item_1` only mean something where the
# questionnaire has a name.
_NAMED_ITEM = re.compile(
    r"(phq[-_. ]?9|gad[-_. ]?7)(?:[-_./: ]|q|item|question)+0?([1-9]|10|total|score|sum)"
)
_BARE_ITEM = re.compile(r"/?(?:q|item|question)?[-_. ]?0?([1-9]|10)")
_SCALES: dict[str, Scale] = {"difficulty": OF_DIFFICULTY, "total": OF_TOTALS}
_PEOPLE = {"Patient": "patient", "Practitioner": "staff", "PractitionerRole": "staff"}


def read_response(response: Resource, people: People) -> Form | None:
    """None where it is of another questionnaire."""
    patient_id, doubts = people.find(response)
    cells = {
        "patient_id": patient_id,
        "assessed_at": text(response.body, "authored"),
        "language": text(response.body, "language"),
        "entered_by": _PEOPLE.get(text(child(response.body, "author"), "reference").rpartition("/")[0], ""),
    }
    form = Form(response.place, cells, name_questionnaire(response))
    form.doubts += [*doubts, *contradictions(response), *_doubt_status(text(response.body, "status"))]
    answered = [item for item in walk(response.body, ("item", "answer")) if children(item, "answer")]
    for item in answered:
        _place(item, form)
    if any(instrument for instrument, _ in form.slots) or form.named or form.has_form_unplaced:
        return form
    if answered and any(map(speaks_of_forms, _spoken(response))):
        # Nothing of it can be placed, and it may be one: somebody has to look.
        form.unplaced = form.unplaced or [UNREAD]
        return form
    return None


def _spoken(response: Resource) -> Iterator[str]:
    """Everything that may say what a response is of."""
    yield from _names(response)
    for item in walk(response.body, ("item", "answer")):
        yield from filter(None, (text(item, name) for name in ("text", "linkId", "definition")))


def _names(response: Resource) -> list[str]:
    """The questionnaire's address, and what the one that is contained is called."""
    address = text(response.body, "questionnaire") or text(child(response.body, "questionnaire"), "reference")
    spoken = [address.partition("|")[0]]
    for inner in children(response.body, "contained"):
        if address == f"#{text(inner, 'id')}":
            spoken += [text(inner, name) for name in ("url", "name", "title")]
            spoken += [text(one, "code") for one in children(inner, "code")]
    return [*filter(None, spoken)]


def name_questionnaire(response: Resource) -> str:
    """PHQ-9, GAD-7 or a sister (PHQ-2, PHQ-8, PHQ-9M …) by the questionnaire's address, or by the one that is contained; "" where
    it is none of them or several."""
    spoken = _names(response)
    names = {PANELS[code] for one in spoken for code in _LOINC.findall(one) if code in PANELS}
    names |= {name for one in spoken for name in names_spoken(one)}
    return names.pop() if len(names) == 1 else ""


def _place(item: Element, form: Form) -> None:
    slots = agree(find_slots(item, form.named), find_place(text(item, "text")))
    slot = next(iter(slots)) if len(slots) == 1 else None
    said = _say(item, _SCALES.get(slot[1], OF_ITEMS) if slot else OF_ITEMS)
    if not slots and not text(item, "text") and all(one.startswith(UNREAD) for one in said):
        of_difficulty = _say(item, OF_DIFFICULTY)
        if any(not one.startswith(UNREAD) for one in of_difficulty):
            # Words that only the question after the items has.
            slot, said = ("", "difficulty"), of_difficulty
    if slot:
        form.add(slot, said)
    else:
        # Text that is no answer of a form, a date, a yes or no are of another question, where the question is not item 9's.
        is_coded = any("valueCoding" in answer for answer in children(item, "answer"))
        is_kept = is_coded or any(speaks_of_item_9(text(item, name)) for name in ("text", "linkId"))
        points = [one for one in said if is_kept or not one.startswith(UNREAD)]
        form.unplaced += [" or ".join(points)] if points else []


def _say(item: Element, scale: Scale) -> list[str]:
    return [points for answer in children(item, "answer") for points in points_said(answer, scale)]


def find_slots(item: Element, named: str) -> set[Slot]:
    """The places in forms that an item's linkId and definition name: one, none, or several that contradict each other."""
    link, definition = text(item, "linkId"), text(item, "definition")
    codes = [_LOINC.findall(one) for one in (link, definition)]
    slots = {SLOTS[found[-1]] for found in codes if found and found[-1] in SLOTS}
    if slots:
        return slots
    folded = link.lower()
    if found := list(_NAMED_ITEM.finditer(folded)):
        letters, number = found[-1].groups()
        is_whole = found[-1].end() == len(folded)
        return _slot(f"{letters[:3].upper()}-{letters[-1]}", number) if is_whole else set()
    bare = _BARE_ITEM.fullmatch(folded)
    return _slot(named, bare.group(1)) if bare and named else set()


def _slot(instrument: str, number: str) -> set[Slot]:
    if not number.isdecimal():
        return {(instrument, "total")}
    n_items = INSTRUMENTS[instrument].n_items if instrument in INSTRUMENTS else len(ITEM_COLUMNS)
    if int(number) <= n_items:
        return {(instrument, ITEM_COLUMNS[int(number) - 1])}
    return {("", "difficulty")} if int(number) == n_items + 1 else set()


def _doubt_status(status: str) -> list[Doubt]:
    if status in ("completed", "amended"):
        return []
    if status == "entered-in-error":
        reason = "Its source says that the form was entered in error: send the right one, if there is one."
        return [reject("entered-in-error", "", reason)]
    shown = status if status in ("in-progress", "stopped") else "unknown"
    reason = f"The form was not finished (its status is {shown}): find out whether its answers count."
    return [hold("not-finished", "", reason)]
