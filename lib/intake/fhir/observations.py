"""Observations: totals and single answers of questionnaires, put together to forms; body weight; of others the number."""

from dataclasses import dataclass, field

from lib.clinical.instruments import PHQ9
from lib.intake.body_weight import draft_weight
from lib.intake.drafts import Draft, Drafts, hold, reject
from lib.intake.fhir.answers import OF_DIFFICULTY, OF_ITEMS, OF_TOTALS, points_said
from lib.intake.fhir.elements import Element, begun_at, child, children, references, text, unit
from lib.intake.fhir.observed import find_slots, is_weight, name_panel
from lib.intake.fhir.patients import People, contradictions
from lib.intake.fhir.questionnaires import read_response
from lib.intake.fhir.resources import Resource, Resources, plain_reference
from lib.intake.forms import UNREAD, Form
from lib.intake.loinc import ITEM_9, SLOTS, is_score
from lib.intake.table import Doubt

_IN_ERROR = ("entered-in-error", "cancelled")
_FINISHED = ("final", "amended", "corrected")
_MOST_LISTED = 12
_SCALES = {"difficulty": OF_DIFFICULTY, "total": OF_TOTALS}


@dataclass
class _Forms:
    """by_key: forms by what their observations share; by_response: the form of each QuestionnaireResponse, by its names;
    gathered_by: the observation that names another one as its member."""

    people: People
    by_key: dict[tuple, Form] = field(default_factory=dict)
    by_response: dict[str, Form] = field(default_factory=dict)
    gathered_by: dict[str, Resource] = field(default_factory=dict)


def read_forms(resources: Resources, people: People, drafts: Drafts) -> None:
    """Rows of assessments and of observations (body weight). An observation that is derived from a response of the file belongs
    to that response's form; others make one form where they are a panel's members or were made at the same moment."""
    forms = _Forms(people)
    for number, response in enumerate(resources.of_type("QuestionnaireResponse")):
        form = read_response(response, people)
        if form is None:
            resources.others["QuestionnaireResponse of another questionnaire"] += 1
            continue
        forms.by_key["response", number] = form
        if text(response.body, "status") != "entered-in-error":
            forms.by_response.update(dict.fromkeys(response.names, form))
    observations = resources.of_type("Observation")
    for observation in observations:
        for member in _related(observation.body, "hasMember", "has-member"):
            forms.gathered_by.setdefault(member, observation)
    for observation in observations:
        if not _read_observation(observation, forms, drafts):
            resources.other_codes["no LOINC code"] += 1
    for form in forms.by_key.values():
        _hold_lone_item_9(form)
        drafts.rows += form.rows()
    _list_others(resources)


def _list_others(resources: Resources) -> None:
    if others := resources.other_codes:
        listed = ", ".join(f"{code} ({n})" for code, n in others.most_common(_MOST_LISTED))
        more = len(others) - _MOST_LISTED
        shown = f"{listed} and {more} more codes" if more > 0 else listed
        resources.warnings.append(f"Observations that are not taken, by code: {shown}.")


def _read_observation(observation: Resource, forms: _Forms, drafts: Drafts) -> bool:
    """Whether there is something in it that is taken."""
    body = observation.body
    parts = [part for part in (body, *children(body, "component")) if find_slots(part)]
    panel = name_panel(body)
    if is_weight(body):
        drafts.rows.append(_read_weight(observation, forms.people))
    elif parts:
        form = _find_form(observation, forms)
        for part in parts:
            _add(part, form)
    elif panel and (said := points_said(body, OF_TOTALS)):
        form = _find_form(observation, forms)
        form.add((panel, "total"), said)
        reason = "The code is the whole form's, not its total's: find out whether the number is the total."
        form.doubts.append(hold("code-of-the-panel", "total", reason))
    return bool(is_weight(body) or parts or panel)


def _read_weight(observation: Resource, people: People) -> Draft:
    patient_id, doubts = people.find(observation)
    quantity = child(observation.body, "valueQuantity")
    doubts = (*doubts, *contradictions(observation), *_doubt_status(observation.body))
    if text(quantity, "comparator"):
        doubts = (
            *doubts,
            hold("weight-text", "value", "The weight is more or less than it says: find out what it is."),
        )
    measured = text(quantity, "value"), unit(quantity)
    return draft_weight(
        observation.place, patient_id, begun_at(observation.body, "effective"), measured, doubts
    )


def _add(element: Element, form: Form) -> None:
    """An observation's answer, at its place in the form; a unit or a comparator makes it unreadable."""
    slots, quantity = find_slots(element), child(element, "valueQuantity")
    scale = _SCALES.get(next(iter(slots))[1], OF_ITEMS)
    said = points_said(element, scale)
    if text(quantity, "comparator") or not is_score(unit(quantity)):
        said = [f"{UNREAD} {points}" for points in said]
    if len(slots) > 1:
        form.unplaced.append(" or ".join(said) or UNREAD)
        return
    slot = next(iter(slots))
    if slot == SLOTS[ITEM_9] and any(points.isdecimal() and int(points) > 3 for points in said):
        # The code of item 9 beside a number that only a total can be: both are in doubt.
        reason = (
            "The code is item 9's, and the number too high for it: find out whether it is the form's total."
        )
        form.doubts.append(hold("code-of-an-item", slot[1], reason))
        said = [f"{UNREAD} {points}" for points in said]
    form.add(slot, said)


def _find_form(observation: Resource, forms: _Forms) -> Form:
    """The form that an observation belongs to, made where it is the first of it."""
    patient_id, doubts = forms.people.find(observation)
    anchor = _anchor(observation, forms)
    origins = _related(observation.body, "derivedFrom", "derived-from")
    is_in_error = text(observation.body, "status") in _IN_ERROR
    if not is_in_error:
        sources = [*origins, *_related(anchor.body, "derivedFrom", "derived-from")]
        for form in (forms.by_response[name] for name in sources if name in forms.by_response):
            if form.cells["patient_id"] == patient_id:
                return form
    moment = begun_at(anchor.body, "effective")
    is_gathered = anchor is not observation or "hasMember" in anchor.body
    key = (patient_id, is_in_error, id(anchor.body) if is_gathered else (moment, tuple(sorted(origins))))
    form = forms.by_key.setdefault(
        key, Form(observation.place, {"patient_id": patient_id, "assessed_at": moment})
    )
    form.doubts += [*doubts, *contradictions(observation), *_doubt_status(observation.body)]
    return form


def _anchor(observation: Resource, forms: _Forms) -> Resource:
    gathering = (forms.gathered_by[name] for name in observation.names if name in forms.gathered_by)
    return next(gathering, observation)


def _related(body: Element, name: str, stu3_type: str) -> list[str]:
    """References of R4's hasMember or derivedFrom, and of STU3's related."""
    related = [one for one in children(body, "related") if text(one, "type") == stu3_type]
    targets = [text(child(one, "target"), "reference") for one in related]
    return [plain_reference(one) for one in (*references(body, name), *targets) if one]


def _doubt_status(body: Element) -> list[Doubt]:
    status = text(body, "status")
    if status in _FINISHED:
        return []
    if status in _IN_ERROR:
        reason = "Its source says that the observation was entered in error or cancelled: send the right one, if there is one."
        return [reject("entered-in-error", "", reason)]
    reason = "The observation is not final: find out whether it counts."
    return [hold("not-finished", "", reason)]


def _hold_lone_item_9(form: Form) -> None:
    """An item 9 without any other answer may be a total by the wrong code."""
    if list(form.slots) == [SLOTS[ITEM_9]] and not form.named:
        reason = f"Item 9 of a {PHQ9.name} stands alone: find out whether the number is the form's total."
        form.doubts.append(hold("code-of-an-item", "", reason))
