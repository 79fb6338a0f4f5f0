"""People as a cohort asks about them: one entry each, with the one course that is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.clinical.outcomes.course_scores import SCORE_COLUMNS
from lib.clinical.outcomes.facts import COURSE_COLUMNS, Facts, Scores
from lib.clinical.segments import NONE, Bools, Ints

UNKNOWN = "not recorded"
FIRST, LATEST = "first", "latest"
# Which of somebody's courses is looked at: they are one person and one row, however many courses they had.
COURSES = {FIRST: "the first course", LATEST: "the latest course"}
Words = npt.NDArray[np.object_]

YES, NO, WITHDRAWN = "yes", "no", "withdrawn"
# A row of patients.csv that waits to be looked at says something else than yes.
WAITING = "a row that waits says otherwise"
SAID_LATER = "a yes of a later day"
# Why a consent is none, as a diagram lists it; the last is of everybody who has not said yes.
NO_CONSENT = (NO, WITHDRAWN, WAITING, SAID_LATER, UNKNOWN)


@dataclass(frozen=True)
class People:
    """In the order of their keys. facts: the course that is looked at, one entry a person; NONE throughout where nobody began
    one. consent: YES or one of NO_CONSENT. The words are UNKNOWN, the numbers NONE where nothing is recorded; indications are
    separated by ";"."""

    facts: Facts
    clinic: Words
    consent: Words
    sex: Words
    indication: Words
    protocol: Words
    regimen: Words
    age: Ints
    prior_trials: Ints
    item_9: Ints

    def __len__(self) -> int:
        return len(self.facts)

    @property
    def patient(self) -> Ints:
        return self.facts.patient

    @property
    def has_course(self) -> Bools:
        return self.facts.day_0 != NONE


def choose_course(facts: Facts, which: str) -> Facts:
    """The first or the latest course of each patient. which: of COURSES."""
    differs = facts.patient[1:] != facts.patient[:-1]
    edge = np.ones(min(len(facts), 1), dtype=bool)
    return facts.select(np.append(edge, differs) if which == FIRST else np.append(differs, edge))


def fill_up(facts: Facts, patients: Ints) -> Facts:
    """One entry for each of these patients, in their order, also for who has no course. facts: at most one a patient."""
    place = np.searchsorted(patients, facts.patient)
    is_asked = place < len(patients)
    is_asked[is_asked] = patients[place[is_asked]] == facts.patient[is_asked]
    place, facts = place[is_asked], facts.select(is_asked)

    def spread(values: Ints, nothing: int = NONE) -> Ints:
        found = np.full(len(patients), nothing, dtype=np.int64)
        found[place] = values
        return found

    plain: dict[str, Any] = {name: spread(getattr(facts, name)) for name in ("course", *COURSE_COLUMNS)}
    plain |= {"n_sessions": spread(facts.n_sessions, 0), "is_daily": plain["is_daily"] == 1}
    scores = {
        code: Scores(code, {name: spread(one[name]) for name in SCORE_COLUMNS})
        for code, one in facts.scores.items()
    }
    return Facts(facts.as_of, patients, **plain, scores=scores)


def judge_consent(rows: pd.DataFrame, waiting: frozenset[int], patients: Ints, as_of: int) -> Words:
    """Of each patient, YES or one of NO_CONSENT; where rows disagree, whoever said no or withdrew is believed.

    rows: patient_key, research_consent, research_consent_on (days; NA); several of somebody whose identities were merged.
    waiting: of whom a row waits that does not say yes. A yes of a day after as_of was not said yet; one without a day was.
    """
    said = rows["research_consent"].astype(object)
    later = pd.to_numeric(rows["research_consent_on"], errors="coerce").to_numpy(float) > as_of
    found = np.full(len(patients), UNKNOWN, dtype=object)
    # What comes later here outweighs what stands before it.
    for word, which in (
        (SAID_LATER, (said == YES) & later),
        (YES, (said == YES) & ~later),
        (NO, said == NO),
        (WITHDRAWN, said == WITHDRAWN),
    ):
        found[np.isin(patients, rows.loc[which, "patient_key"].to_numpy(dtype=np.int64))] = word
    found[np.isin(patients, sorted(waiting)) & (found == YES)] = WAITING
    return found


def say_words(column: "pd.Series[str]") -> Words:
    """Text of records, UNKNOWN where there is none."""
    return column.astype(object).where(column.notna() & (column != ""), UNKNOWN).to_numpy()


def say_numbers(column: "pd.Series[float]") -> Ints:
    """Whole numbers of records, NONE where there is none."""
    return pd.to_numeric(column, errors="coerce").astype("float64").fillna(NONE).to_numpy(dtype=np.int64)


def split_words(text: str) -> frozenset[str]:
    """The words of a text that has several, with ";" between them."""
    return frozenset(word.strip() for word in text.split(";") if word.strip())


def has_any(words: Words, wanted: frozenset[str]) -> Bools:
    """Who has at least one of these words among several."""
    codes, distinct = pd.factorize(words)
    return np.array([bool(split_words(text) & wanted) for text in distinct], dtype=bool)[codes]


def ages_at(facts: Facts, birth_year: Ints) -> Ints:
    """Whole years reached in the calendar year of the first dose, as lib.clinical.outcomes.groups has them."""
    year = facts.day_0.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where((facts.day_0 == NONE) | (birth_year == NONE), NONE, year - birth_year)


def name_clinics(keys: Ints, ids: Mapping[int, str]) -> Words:
    """ids: by clinic key."""
    return np.array([ids.get(int(key), UNKNOWN) for key in keys], dtype=object)
