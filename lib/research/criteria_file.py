"""Criteria as JSON, that say the same next month: written, and read back with every doubt named."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.outcomes.course_scores import TIME_POINTS
from lib.research.criteria import Criteria, CriteriaError, Criterion
from lib.research.people import COURSES, FIRST
from lib.research.questions import DATES, NUMBERS, QUESTIONS, WORDS, Question

# Beside the criteria a file may say what it was saved from; that is read by whoever compares.
ABOUT = ("name", "version", "author", "note", "saved_at", "data_version", "policy_version")
_KEYS = ("as_of", "clinics", "course", "criteria", *ABOUT)
_CRITERION = ("of", "instrument", "time_point", "is", "from", "to")
_EPOCH = date(1970, 1, 1).toordinal()


def write_criteria(criteria: Criteria, about: Mapping[str, Any] | None = None, indent: int | None = 2) -> str:
    """As JSON. about: of ABOUT; other names are left out."""
    plain: dict[str, Any] = {name: value for name, value in (about or {}).items() if name in ABOUT}
    plain |= {"as_of": criteria.as_of.isoformat()} if criteria.as_of else {}
    plain |= {"clinics": list(criteria.clinics)} if criteria.clinics else {}
    plain |= {"course": criteria.course, "criteria": [_write(one) for one in criteria.asked]}
    return json.dumps(plain, indent=indent, ensure_ascii=False)


def parse_criteria(text: str, file_name: str = "criteria") -> Criteria:
    """Raises CriteriaError."""
    said = _check_keys(_load(text, file_name), _KEYS, file_name)
    as_of = _parse_day(said.get("as_of"), f"{file_name}: as_of")
    course, listed = said.get("course", FIRST), said.get("criteria", [])
    if course not in COURSES:
        raise CriteriaError(f"{file_name}: course is one of {', '.join(COURSES)}, not {course!r}.")
    if not isinstance(listed, list):
        raise CriteriaError(f"{file_name}: criteria is a list.")
    asked = tuple(
        _parse(one, f"{file_name}, criterion {number}") for number, one in enumerate(listed, start=1)
    )
    return Criteria(asked, course, _parse_texts(said.get("clinics", []), f"{file_name}: clinics"), as_of)


def parse_about(text: str, file_name: str = "criteria") -> dict[str, Any]:
    """What a saved file says of itself: of ABOUT. Raises CriteriaError."""
    return {name: value for name, value in _load(text, file_name).items() if name in ABOUT}


def _load(text: str, file_name: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CriteriaError(f"{file_name} is no JSON: {error}.") from error
    return _check_object(said, file_name)


def _check_object(said: Any, where: str) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise CriteriaError(f"{where} is no JSON object.")
    return said


def _check_keys(said: Any, known: tuple[str, ...], where: str) -> dict[str, Any]:
    """A name that nobody knows would else be a criterion that nobody looks at."""
    for name in (plain := _check_object(said, where)):
        if name not in known:
            raise CriteriaError(f"{where}: {name!r} is not known; known are {', '.join(known)}.")
    return plain


def _write(one: Criterion) -> dict[str, Any]:
    is_date = QUESTIONS[one.of].kind == DATES
    ends = {
        name: date.fromordinal(end + _EPOCH).isoformat() if is_date else end
        for name, end in (("from", one.low), ("to", one.high))
        if end is not None
    }
    plain = {"of": one.of, "instrument": one.instrument, "time_point": one.time_point, "is": list(one.words)}
    return {name: value for name, value in plain.items() if value} | ends


def _parse(plain: Any, where: str) -> Criterion:
    said = _check_keys(plain, _CRITERION, where)
    name = said.get("of")
    if not isinstance(name, str) or name not in QUESTIONS:
        raise CriteriaError(f"{where}: of is one of {', '.join(QUESTIONS)}, not {name!r}.")
    question = QUESTIONS[name]
    low, high = (_parse_end(question, said.get(end), f"{where}: {end}") for end in ("from", "to"))
    words = _parse_texts(said.get("is", []), f"{where}: is")
    _check_answer(question, words, (low, high), where)
    options = {"instrument": tuple(INSTRUMENTS), "time_point": TIME_POINTS}
    chosen = {
        of: _parse_choice(getattr(question, f"has_{of}"), said.get(of), known, f"{where}: {of}")
        for of, known in options.items()
    }
    return Criterion(name, words, low, high, **chosen)


def _check_answer(
    question: Question, words: tuple[str, ...], ends: tuple[int | None, int | None], where: str
) -> None:
    low, high = ends
    if bool(words) != (question.kind == WORDS):
        said = "is has no meaning here" if words else "is names no word"
        raise CriteriaError(f"{where}: {said}.")
    if question.kind in (NUMBERS, DATES) and low is None and high is None:
        raise CriteriaError(f"{where}: from or to is missing.")
    if low is not None and high is not None and low > high:
        raise CriteriaError(f"{where}: from lies above to.")


def _parse_end(question: Question, said: Any, where: str) -> int | None:
    if said is None:
        return None
    if question.kind == DATES:
        day = _parse_day(said, where)
        return None if day is None else day.toordinal() - _EPOCH
    if question.kind != NUMBERS or isinstance(said, bool) or not isinstance(said, int) or abs(said) > 10**6:
        raise CriteriaError(f"{where}: {said!r} is no whole number that is asked for here.")
    return said


def _parse_day(said: Any, where: str) -> date | None:
    try:
        return None if said is None else date.fromisoformat(said)
    except (ValueError, TypeError):
        raise CriteriaError(f"{where}: {said!r} is not a date like 2026-04-03.") from None


def _parse_texts(said: Any, where: str) -> tuple[str, ...]:
    if not isinstance(said, list) or not all(isinstance(one, str) and one for one in said):
        raise CriteriaError(f"{where}: a list of texts.")
    return tuple(dict.fromkeys(said))


def _parse_choice(is_asked: bool, said: Any, options: tuple[str, ...], where: str) -> str:
    if said is None and not is_asked:
        return ""
    if not is_asked or said not in options:
        known = f"one of {', '.join(options)}" if is_asked else "not asked for here"
        raise CriteriaError(f"{where} is {known}.")
    return str(said)
