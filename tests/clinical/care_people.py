"""People in a few words as the measures of whole clinics are asked of them, and generated ones for kernel and twin alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from lib.clinical.outcomes.care_facts import CareFacts, gather_care_facts
from lib.clinical.outcomes.index_rules import day_number
from lib.clinical.policy import Policy
from lib.clinical.scoring import score_forms
from lib.clinical.segments import NONE
from lib.clinical.sorting import Forms


@dataclass(frozen=True)
class Phq9:
    """answered: the sum of the answers. blank: items without an answer, by number."""

    at: datetime
    answered: int
    blank: tuple[int, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    code: str
    onset_on: date | None = None
    resolved_on: date | None = None


@dataclass(frozen=True)
class Person:
    encounters: tuple[date, ...] = ()
    forms: tuple[Phq9, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = (Diagnosis("F33.1"),)
    born: date | None = None
    ended: date | None = None
    died: date | None = None
    hospice: date | None = None

    def to_day(self, day: date) -> Person:
        """Had this person left on a day: nothing of later is there but what becomes of them."""
        kept = tuple(form for form in self.forms if form.at.date() <= day)
        return replace(self, encounters=tuple(on for on in self.encounters if on <= day), forms=kept)


def parse_person(encounters: str, forms: str, rest: str) -> Person:
    """Dates · date or moment=total, ~n: item n blank · codes@onset..resolved (- for none), born= died= hospice= ended=."""
    facts = dict(word.split("=") for word in rest.split() if "=" in word)
    codes = [word for word in rest.split() if "=" not in word]
    said = {
        name: date.fromisoformat(value) for name, value in facts.items() if name in Person.__annotations__
    }
    diagnoses = {"diagnoses": tuple(map(_diagnosis, codes)) if codes != ["-"] else ()} if codes else {}
    days = tuple(map(date.fromisoformat, encounters.split()))
    return Person(days, tuple(map(_form, forms.split())), **diagnoses, **said)


def _form(word: str) -> Phq9:
    when, score = word.split("=")
    total, *blank = score.split("~")
    return Phq9(datetime.fromisoformat(when), int(total), tuple(map(int, blank)))


def _diagnosis(word: str) -> Diagnosis:
    code, _, when = word.partition("@")
    days = [date.fromisoformat(day) if day else None for day in (*when.split(".."), "")[:2]]
    return Diagnosis(code, *days)


def gather(people: list[Person], as_of: date, policy: Policy) -> CareFacts:
    """Patients 0, 1, …"""
    who = pd.DataFrame(
        [
            [number, *map(_day, (one.born, one.ended, one.died, one.hospice))]
            for number, one in enumerate(people)
        ],
        columns=["patient", "born_on", "ended_on", "died_on", "hospice_on"],
    )
    met = [(number, day_number(on)) for number, one in enumerate(people) for on in one.encounters]
    known = [
        (number, each.code, _day(each.onset_on), _day(each.resolved_on))
        for number, one in enumerate(people)
        for each in one.diagnoses
    ]
    return gather_care_facts(
        day_number(as_of),
        who.astype("int64"),
        pd.DataFrame(met, columns=["patient", "day"]).astype("int64"),
        _score([(number, form) for number, one in enumerate(people) for form in one.forms], policy),
        pd.DataFrame(known, columns=["patient", "code", "onset_on", "resolved_on"]),
    )


def _day(on: date | None) -> int:
    return NONE if on is None else day_number(on)


def _score(forms: list[tuple[int, Phq9]], policy: Policy) -> Forms:
    items = np.full((len(forms), 9), NONE)
    for row, (_, form) in enumerate(forms):
        left = form.answered
        for item in range(9) if form.blank else ():
            if item + 1 not in form.blank:
                items[row, item] = min(3, left)
                left -= min(3, left)
    totals = np.array([NONE if form.blank else form.answered for _, form in forms], dtype=np.int64)
    phq9 = np.zeros(len(forms), dtype=np.int64)
    return Forms(
        np.array([number for number, _ in forms], dtype=np.int64),
        phq9,
        np.array([day_number(form.at.date()) for _, form in forms], dtype=np.int64),
        np.array([form.at.hour * 3600 + form.at.minute * 60 for _, form in forms], dtype=np.int64),
        score_forms(phq9, items, totals, policy),
    )


_CODES = ("F33.1", "F32.A", "F34.1", "F41.1", "F31.81", "F60.3", "F60.2", "F25.0", "F84.0", "Z51.5")
_WEIGHTS = (0.5, 0.03, 0.1, 0.19, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03)


def generate_people(seed: int, n: int) -> list[Person]:
    """People of 2024 to 2026, with a score near every limit and a day near every edge now and then."""
    rng = np.random.default_rng(seed)
    return [_generate(rng) for _ in range(n)]


def _generate(rng: np.random.Generator) -> Person:
    first = date(2024, 9, 1) + timedelta(
        days=int(rng.choice([0, 50, 61, 68, 400, 419, int(rng.integers(0, 700))]))
    )
    gaps = rng.choice([3, 7, 7, 14, 30, 90], size=int(rng.integers(0, 12)))
    encounters = [first + timedelta(days=int(day)) for day in np.cumsum(gaps)]
    starts = [*encounters[:3], first]
    forms = []
    for _ in range(int(rng.integers(0, 9))):
        away = int(rng.choice([-8, -7, -1, 0, 1, 15, 16, 119, 120, 240, 241, 304, 305, 365, 425, 426, 500]))
        on = starts[int(rng.integers(len(starts)))] + timedelta(days=away)
        blank = tuple(rng.choice(9, size=int(rng.choice([0, 0, 0, 0, 1, 2, 3])), replace=False) + 1)
        total = int(rng.choice([0, 3, 4, 5, 7, 8, 9, 10, 10, 15, 15, 20]))
        forms.append(
            Phq9(datetime(on.year, on.month, on.day, int(rng.integers(8, 20)), len(forms)), total, blank)
        )
    return Person(
        tuple(encounters),
        tuple(forms),
        tuple(_generate_diagnosis(rng, first) for _ in range(int(rng.integers(0, 4)))),
        born=_sometimes(rng, 0.9, first, -36_000, -4_200),
        ended=_sometimes(rng, 0.2, first, 0, 700),
        died=_sometimes(rng, 0.05, first, 200, 700),
        hospice=_sometimes(rng, 0.05, first, 0, 700),
    )


def _generate_diagnosis(rng: np.random.Generator, first: date) -> Diagnosis:
    code = str(rng.choice(_CODES, p=_WEIGHTS))
    onset = _sometimes(rng, 0.8, first, -900, 300)
    return Diagnosis(code, onset, _sometimes(rng, 0.3, first, -300, 500))


def _sometimes(rng: np.random.Generator, share: float, first: date, low: int, high: int) -> date | None:
    return first + timedelta(days=int(rng.integers(low, high))) if rng.random() < share else None
