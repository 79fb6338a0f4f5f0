"""CMS159 and NHS Talking Therapies once more, a patient at a time, in plain Python, from the words of the definitions."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date, timedelta

from care_people import Diagnosis, Person, Phq9

DEPRESSION = ("F320", "F321", "F322", "F323", "F324", "F325", "F329", "F33", "F341")
EXCLUDING = {
    "bipolar": ("F30", "F31"),
    "personality": ("F603",),
    "psychotic": ("F20", "F21", "F22", "F23", "F24", "F25", "F28", "F29"),
    "developmental": ("F84",),
}


def total_of(form: Phq9) -> int | None:
    """definitions.md 3: up to two missing items, floor(n × mean + ½)."""
    if len(form.blank) > 2:
        return None
    answered = 9 - len(form.blank)
    return int(9 * min(form.answered, 3 * answered) / answered + 0.5)


def high_of(form: Phq9) -> int:
    return min(form.answered, 3 * (9 - len(form.blank))) + 3 * len(form.blank)


def years_later(on: date, years: int) -> date:
    day = min(on.day, calendar.monthrange(on.year + years, on.month)[1])
    return date(on.year + years, on.month, day)


def is_of(diagnosis: Diagnosis, codes: tuple[str, ...]) -> bool:
    return diagnosis.code.replace(".", "").upper().startswith(codes)


def looks_of(person: Person, as_of: date) -> list[Phq9]:
    """The last valid form of each day."""
    by_day: dict[date, Phq9] = {}
    for form in sorted(person.forms, key=lambda form: form.at):
        if total_of(form) is not None and form.at.date() <= as_of:
            by_day[form.at.date()] = form
    return list(by_day.values())


def is_active(diagnosis: Diagnosis, on: date) -> bool:
    starts = diagnosis.onset_on is None or diagnosis.onset_on <= on
    return starts and (diagnosis.resolved_on is None or diagnosis.resolved_on >= on)


def known_on(person: Person, as_of: date) -> Person:
    """Without the dates that lay ahead."""

    def past(on: date | None) -> date | None:
        return on if on and on <= as_of else None

    known = [one for one in person.diagnoses if one.onset_on is None or one.onset_on <= as_of]
    known = [replace(one, resolved_on=past(one.resolved_on)) for one in known]
    return replace(person, diagnoses=tuple(known), died=past(person.died), hospice=past(person.hospice))


def cms159(person: Person, year: int, as_of: date) -> tuple[str, str]:
    """Where the patient stands for remission, and for response."""
    person = known_on(person, as_of)
    seen = [
        on for on in person.encounters if date(year - 2, 11, 1) <= on < date(year - 1, 11, 1) and on <= as_of
    ]
    if not seen:
        return ("no-encounter",) * 2
    known = [one for one in person.diagnoses if is_of(one, DEPRESSION)]
    depressed = [on for on in seen if any(is_active(one, on) for one in known)]
    if not depressed:
        return ("no-diagnosis",) * 2
    looks = looks_of(person, as_of)
    index = next(
        (
            form
            for form in looks
            if total_of(form) > 9 and any(on - timedelta(days=7) <= form.at.date() <= on for on in depressed)
        ),
        None,
    )
    if index is None:
        return ("no-index",) * 2
    due = years_later(index.at.date(), 1)
    first, last = due - timedelta(days=60), due + timedelta(days=60)
    if why := _excluded(person, index.at.date(), last) or ("not-due" if last > as_of else ""):
        return (why,) * 2
    inside = [form for form in looks if first <= form.at.date() <= last]
    if not inside:
        return ("missing",) * 2
    remitted = high_of(inside[-1]) < 5 and 9 not in inside[-1].blank
    responded = 2 * high_of(inside[-1]) <= total_of(index)
    return _say(remitted), _say(responded)


def _excluded(person: Person, index_on: date, last: date) -> str:
    if person.born and years_later(person.born, 12) > index_on:
        return "young"
    if person.died and person.died <= last:
        return "died"

    def had(codes: tuple[str, ...]) -> bool:
        return any(is_of(one, codes) and (one.onset_on or last) <= last for one in person.diagnoses)

    if (person.hospice and person.hospice <= last) or had(("Z515",)):
        return "hospice"
    return next((name for name, codes in EXCLUDING.items() if had(codes)), "")


def _say(is_met: bool) -> str:
    return "met" if is_met else "not_met"


def talking_therapies(n_sessions: int, start: list, end: list, firm: list[bool]) -> dict[str, str]:
    """Of a course that is due. start, end: PHQ-9 and GAD-7, None where there is none; firm: not a provisional improvement."""
    if n_sessions < 2:
        return dict.fromkeys(_NAMES, "unfinished")
    cases = [None if total is None else total >= limit for total, limit in zip(start, (10, 8), strict=True)]
    is_case = True if True in cases else (None if None in cases else False)
    found = dict.fromkeys(_NAMES, "missing")
    found["nhs_caseness"] = "missing" if is_case is None else _say(is_case)
    if None not in (*start, *end):
        changes = [last - first for first, last in zip(start, end, strict=True)]
        fell = any(change <= -low and sure for change, low, sure in zip(changes, (6, 4), firm, strict=True))
        rose = any(change >= low for change, low in zip(changes, (6, 4), strict=True))
        recovered = is_case and end[0] <= 9 and end[1] <= 7 and all(firm)
        found["nhs_recovery"] = _say(recovered)
        found["nhs_reliable_improvement"] = _say(fell and not rose)
        found["nhs_reliable_recovery"] = _say(recovered and fell and not rose)
        found["nhs_reliable_deterioration"] = _say(rose and not fell)
    if is_case is False:
        found["nhs_recovery"] = found["nhs_reliable_recovery"] = "no-case"
    return found


_NAMES = (
    "nhs_caseness",
    "nhs_recovery",
    "nhs_reliable_improvement",
    "nhs_reliable_recovery",
    "nhs_reliable_deterioration",
)
