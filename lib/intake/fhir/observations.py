"""Observations: totals and single answers of questionnaires, put together to forms; body weight; of others the number."""

from dataclasses import dataclass, field

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import INSTRUMENTS, PHQ9
from lib.intake.body_weight import draft_weight
from lib.intake.drafts import Draft, Drafts, hold, reject
from lib.intake.fhir.answers import OF_DIFFICULTY, OF_ITEMS, OF_TOTALS, points_said
from lib.intake.fhir.elements import Element, begun_at, child, children, text, unit
from lib.intake.fhir.observed import find_slots, is_of_forms, is_weight, members_of, name_panel, related
from lib.intake.fhir.patients import People, contradictions
from lib.intake.fhir.questionnaires import read_response
from lib.intake.fhir.resources import Resource, Resources
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
    gathered_by: the observation that names another one as its member; found: the names of the file's observations;
    empty: panels without an answer of their own."""

    people: People
    by_key: dict[tuple, Form] = field(default_factory=dict)
    by_response: dict[str, Form] = field(default_factory=dict)
    gathered_by: dict[str, Resource] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    empty: list[Resource] = field(default_factory=list)


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
    forms.found = {name for observation in observations for name in observation.names}
    for observation in observations:
        for member in members_of(observation.body):
            forms.gathered_by.setdefault(member, observation)
    for observation in observations:
        if not _read_observation(observation, forms, drafts):
            resources.other_codes["no LOINC code"] += 1
    for observation in forms.empty:
        _hold_empty(observation, forms)
    for form in forms.by_key.values():
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
    if is_weight(body):
        drafts.rows.append(_read_weight(observation, forms.people))
        return True
    is_member = any(name in forms.gathered_by for name in observation.names)
    if not is_of_forms(body) and not (is_member and is_of_forms(_anchor(observation, forms).body)):
        return False
    panel, components = name_panel(body), children(body, "component")
    parts = components if panel and not find_slots(body) else [body, *components]
    given = [part for part in parts if find_slots(part) or points_said(part, OF_ITEMS)]
    total = points_said(body, OF_TOTALS) if panel else []
    if not given and not total:
        is_empty = bool(panel or components or members_of(body))
        forms.empty += [observation] * is_empty
        return is_empty
    form = _find_form(observation, forms)
    for part in given:
        _add(part, form)
    is_total = bool(total) and not any(map(find_slots, given))
    if panel:
        form.add((panel, "total"), total if is_total else [])
    if is_total:
        reason = "The code is the whole form's, not its total's: find out whether the number is the total."
        form.doubts.append(hold("code-of-the-panel", "total", reason))
    return True


def _hold_empty(observation: Resource, forms: _Forms) -> None:
    """A panel without an answer waits, unless its answers are other resources of the file."""
    body = observation.body
    elsewhere = [*members_of(body), *related(body, "derivedFrom", "derived-from")]
    if any(name in forms.found or name in forms.by_response for name in elsewhere):
        return
    form, instrument = _find_form(observation, forms), INSTRUMENTS.get(name_panel(body), PHQ9)
    if not form.unplaced and instrument.name not in [name for name, _ in form.slots]:
        form.add((instrument.name, ITEM_COLUMNS[instrument.n_items - 1]), [UNREAD])


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
    scale = _SCALES.get(next(iter(slots))[1], OF_ITEMS) if slots else OF_ITEMS
    said = points_said(element, scale)
    if text(quantity, "comparator") or not is_score(unit(quantity)):
        said = [f"{UNREAD} {points}" for points in said]
    if len(slots) != 1:
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
    origins = related(observation.body, "derivedFrom", "derived-from")
    is_in_error = text(observation.body, "status") in _IN_ERROR
    if not is_in_error:
        sources = [*origins, *related(anchor.body, "derivedFrom", "derived-from")]
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


def _doubt_status(body: Element) -> list[Doubt]:
    status = text(body, "status")
    if status in _FINISHED:
        return []
    if status in _IN_ERROR:
        reason = "Its source says that the observation was entered in error or cancelled: send the right one, if there is one."
        return [reject("entered-in-error", "", reason)]
    reason = "The observation is not final: find out whether it counts."
    return [hold("not-finished", "", reason)]
