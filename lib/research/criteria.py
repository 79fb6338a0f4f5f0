"""What a cohort asks for, as data. Consent is not among it: nobody can ask for a cohort without it (lib/research/cohort.py)."""

from dataclasses import dataclass
from datetime import date

from lib.research.people import FIRST


@dataclass(frozen=True)
class Criterion:
    """of: of lib.research.questions.QUESTIONS. words: any of them; low, high: from and to, both allowed, None: open; a day is a
    number since 1970-01-01. Where the question speaks of an instrument or a time point, which."""

    of: str
    words: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    instrument: str = ""
    time_point: str = ""


@dataclass(frozen=True)
class Criteria:
    """Who belongs to a cohort. asked: in this order. course: of lib.research.people.COURSES. clinics: ids of the clinics it
    begins with, empty for all in the reader's sight; as_of: None for the day on which it is asked. A saved one says both."""

    asked: tuple[Criterion, ...] = ()
    course: str = FIRST
    clinics: tuple[str, ...] = ()
    as_of: date | None = None


class CriteriaError(Exception):
    """Criteria that cannot be used as they stand; the sentence says where."""
