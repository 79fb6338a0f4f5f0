"""What a criterion can name among these people, and what it says before anybody changed it."""

from lib.clinical.instruments import PHQ9
from lib.clinical.policy import Policy
from lib.research.criteria import Criterion
from lib.research.people import UNKNOWN, People, split_words
from lib.research.questions import DATES, NUMBERS, QUESTIONS, WORDS

# From this number on; ours, to begin with.
_LOWEST = {"age": 18, "baseline": 10, "sessions": 4, "prior_trials": 2}
_YEAR_DAYS = 365


def list_options(name: str, people: People, policy: Policy) -> tuple[str, ...]:
    """The words that somebody has, in order; UNKNOWN last, where of somebody nothing is recorded."""
    question = QUESTIONS[name]
    found = {str(text) for text in question.read(people, Criterion(name), policy)}
    known = found - {UNKNOWN}
    if question.is_list:
        known = set().union(*map(split_words, known))
    return (*sorted(known), *([UNKNOWN] if UNKNOWN in found else []))


def suggest_criterion(name: str, people: People, policy: Policy) -> Criterion:
    """Every word that is known; from a number on; of PHQ-9 after session 4; first doses of the last year."""
    question = QUESTIONS[name]
    options = list_options(name, people, policy) if question.kind == WORDS else ()
    low = {NUMBERS: _LOWEST.get(name), DATES: people.facts.as_of - _YEAR_DAYS}.get(question.kind)
    return Criterion(
        name,
        tuple(word for word in options if word != UNKNOWN) or options,
        low,
        instrument=PHQ9.name if question.has_instrument else "",
        time_point="session_4" if question.has_time_point else "",
    )
