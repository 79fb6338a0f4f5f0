"""What can be asked of people for a cohort, and why somebody is left out by it: not known is a reason of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import numpy as np

from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.outcomes.asked import Asked, say_time_point
from lib.clinical.outcomes.facts import caseness
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.wording import say_day
from lib.research.criteria import Criterion
from lib.research.people import UNKNOWN, People, Words, has_any

# How a question is answered: any of some words, a number or a day from … to …, or by itself.
WORDS, NUMBERS, DATES, ALONE = "words", "numbers", "dates", "alone"
Reasons = list[tuple[str, Bools]]
_EPOCH = date(1970, 1, 1)
_NO_SESSION = "no dosing session"


@dataclass(frozen=True)
class Question:
    """label: what is asked about. read: the words or numbers of people; of a question that is answered by itself, a pair of who
    it is known of and who it holds for. unknown: why somebody of whom it is not known is left out; unmet: of whom it is known and
    does not hold. is_list: of words, somebody has several, with ";" between them. is_of_course: whoever has no course is left
    out as such."""

    label: str
    kind: str
    read: Callable[[People, Criterion, Policy], Any]
    unknown: str
    unmet: str = ""
    unit: str = ""
    has_instrument: bool = False
    has_time_point: bool = False
    is_list: bool = False
    is_of_course: bool = True


def _baseline(people: People, asked: Criterion, _: Policy) -> Ints:
    return people.facts.scores[_code(asked)]["baseline_total"]


def _caseness(people: People, asked: Criterion, policy: Policy) -> tuple[Bools, Bools]:
    baseline = _baseline(people, asked, policy)
    return baseline != NONE, baseline >= caseness(people.facts.scores[_code(asked)], policy)


def _paired(people: People, asked: Criterion, policy: Policy) -> tuple[Bools, Bools]:
    """Known of everybody: a score is there, or it is not."""
    known = Asked(_code(asked), asked.time_point, policy).is_known(people.facts)
    return np.ones(len(people), dtype=bool), known


def _begun(people: People, _: Criterion, __: Policy) -> tuple[Bools, Bools]:
    return people.has_course, people.has_course


def _item_9(people: People, _: Criterion, __: Policy) -> Words:
    """The answer as a word: 0 is an answer."""
    words = np.array([UNKNOWN, "0", "1", "2", "3"], dtype=object)
    return words[np.where(people.item_9 == NONE, 0, people.item_9 + 1)]


def _code(asked: Criterion) -> int:
    return INSTRUMENTS[asked.instrument].code


# Of everybody: nobody is left out because it is not known.
_OF_ALL = ""
QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        "begun": Question("At least one dosing session", ALONE, _begun, _OF_ALL),
        "clinic": Question(
            "Clinic", WORDS, lambda of, *_: of.clinic, _OF_ALL, "another clinic", is_of_course=False
        ),
        "first_dose": Question("First dose of the course", DATES, lambda of, *_: of.facts.day_0, _OF_ALL),
        "indication": Question(
            "Indication",
            WORDS,
            lambda of, *_: of.indication,
            "indication not recorded",
            "another indication",
            is_list=True,
            is_of_course=False,
        ),
        "age": Question(
            "Age at the first dose", NUMBERS, lambda of, *_: of.age, "age not recorded", unit="years"
        ),
        "sex": Question(
            "Sex", WORDS, lambda of, *_: of.sex, "sex not recorded", "another sex", is_of_course=False
        ),
        "baseline": Question("baseline", NUMBERS, _baseline, "no baseline", has_instrument=True),
        "caseness": Question(
            "baseline at caseness", ALONE, _caseness, "no baseline", "below caseness", has_instrument=True
        ),
        "sessions": Question(
            "Dosing sessions of the course", NUMBERS, lambda of, *_: of.facts.n_sessions, _OF_ALL
        ),
        "paired": Question(
            "scores at baseline and",
            ALONE,
            _paired,
            _OF_ALL,
            "a score is missing",
            has_instrument=True,
            has_time_point=True,
        ),
        "protocol": Question(
            "Protocol of the first session",
            WORDS,
            lambda of, *_: of.protocol,
            "protocol not recorded",
            "another protocol",
        ),
        "regimen": Question(
            "Regimen", WORDS, lambda of, *_: of.regimen, "regimen not recorded", "another regimen"
        ),
        "prior_trials": Question(
            "Antidepressants tried before",
            NUMBERS,
            lambda of, *_: of.prior_trials,
            "earlier trials not recorded",
            is_of_course=False,
        ),
        "item_9": Question(
            "PHQ-9 item 9 at baseline", WORDS, _item_9, "item 9 not answered at baseline", "another answer"
        ),
    }
)


def find_reasons(asked: Criterion, people: People, policy: Policy) -> Reasons:
    """Why people are left out by a criterion: in this order, the first that holds of somebody is theirs."""
    question = QUESTIONS[asked.of]
    found = question.read(people, asked, policy)
    reasons: Reasons = [(_NO_SESSION, ~people.has_course)] if question.is_of_course else []
    if isinstance(found, tuple):
        known, holds = found
        reasons += [(question.unknown, ~known), (question.unmet, known & ~holds)]
    elif question.kind == WORDS:
        wanted = frozenset(asked.words)
        holds = has_any(found, wanted) if question.is_list else np.isin(found, sorted(wanted))
        is_unknown = found == UNKNOWN
        reasons += [(question.unknown, is_unknown & ~holds), (question.unmet, ~is_unknown & ~holds)]
    else:
        reasons += [(question.unknown, found == NONE), *_beyond(asked, found)]
    # What nobody should be left out for is named all the same where it holds of somebody: to drop it would leave them in.
    return [(words or UNKNOWN, mask) for words, mask in reasons if words or mask.any()]


def _beyond(asked: Criterion, found: Ints) -> Reasons:
    is_date = QUESTIONS[asked.of].kind == DATES
    below, above = ("before", "after") if is_date else ("below", "above")
    known, reasons = found != NONE, []
    if asked.low is not None:
        reasons.append((f"{below} {_say_end(asked, asked.low)}", known & (found < asked.low)))
    if asked.high is not None:
        reasons.append((f"{above} {_say_end(asked, asked.high)}", known & (found > asked.high)))
    return reasons


def _say_end(asked: Criterion, end: int) -> str:
    return say_day(_EPOCH + timedelta(days=end)) if QUESTIONS[asked.of].kind == DATES else str(end)


def say_criterion(asked: Criterion, policy: Policy) -> str:
    """PHQ-9 baseline: 10 to 20. Of a policy, whose caseness it may speak of."""
    question = QUESTIONS[asked.of]
    label = f"{asked.instrument} {question.label}" if asked.instrument else question.label
    if asked.of == "paired":
        return f"{label} {say_time_point(asked.time_point)}"
    if asked.of == "caseness":
        numbers = policy.categories
        lowest = numbers.phq9_caseness if _code(asked) == 0 else numbers.gad7_caseness
        return f"{label}: {lowest} or more"
    if question.kind == WORDS:
        return f"{label}: {' or '.join(asked.words)}"
    return label if question.kind == ALONE else f"{label}: {_say_range(asked)}"


def _say_range(asked: Criterion) -> str:
    unit = f" {QUESTIONS[asked.of].unit}".rstrip()
    low, high = (None if end is None else _say_end(asked, end) for end in (asked.low, asked.high))
    is_date = QUESTIONS[asked.of].kind == DATES
    if low is not None and high is not None:
        return f"{low}{unit}" if low == high else f"{low} to {high}{unit}"
    if low is not None:
        return f"{low} or later" if is_date else f"{low}{unit} or more"
    return f"{high} or earlier" if is_date else f"{high}{unit} or less"
