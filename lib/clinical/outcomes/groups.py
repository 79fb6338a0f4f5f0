"""Courses by site, clinician, indication, age, sex, protocol and earlier trials, in an order that ranks nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.clinical.outcomes.facts import Facts
from lib.clinical.segments import Bools

UNKNOWN = "not recorded"
AGES = ((30, "under 30"), (40, "30–39"), (50, "40–49"), (60, "50–59"), (200, "60 and over"))
_MOST_TRIALS = 3
Words = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Part:
    """One way to part the courses. members: by group, which courses; is_disjoint: nobody is in two of them."""

    name: str
    members: Mapping[str, Bools]
    is_disjoint: bool = True


def part_courses(facts: Facts, about: pd.DataFrame, clinic_ids: Mapping[int, str]) -> list[Part]:
    """about: one row a course: clinician_id, sex, indication, birth_year, prior_antidepressant_trials, protocol; NA where not
    recorded. clinic_ids: by key."""
    year = facts.day_0.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    age = year - pd.to_numeric(about["birth_year"], errors="coerce").to_numpy(float, na_value=np.nan)
    trials = pd.to_numeric(about["prior_antidepressant_trials"], errors="coerce").to_numpy(
        float, na_value=np.nan
    )
    ages = np.array([name for _, name in AGES], dtype=object)
    bands = np.where(
        np.isnan(age),
        UNKNOWN,
        ages[np.searchsorted([limit for limit, _ in AGES], age, side="right").clip(0, 4)],
    )
    counts = [UNKNOWN if np.isnan(n) else f"{int(n)}" if n < _MOST_TRIALS else "3 and more" for n in trials]
    sites = np.array([clinic_ids.get(int(key), UNKNOWN) for key in facts.clinic_key], dtype=object)
    return [
        _part("site", sites),
        _part("clinician", _words(about["clinician_id"])),
        _indications(about["indication"]),
        _part("age at the first dose", bands, [name for _, name in AGES]),
        _part("sex", _words(about["sex"])),
        _part("protocol of the first session", _words(about["protocol"])),
        _part("earlier antidepressant trials", np.array(counts, dtype=object)),
    ]


def _words(column: "pd.Series[str]") -> Words:
    return column.astype(object).where(column.notna() & (column != ""), UNKNOWN).to_numpy()


def _part(name: str, words: Words, order: list[str] | None = None) -> Part:
    """Groups by their names, or in an order of their own; those who are not recorded last."""
    found = sorted(set(words.tolist()) - {UNKNOWN}) if order is None else order
    listed = [*found, UNKNOWN]
    return Part(name, {one: words == one for one in listed if (words == one).any()})


def _indications(column: "pd.Series[str]") -> Part:
    """Somebody with several is in each of them."""
    codes, distinct = pd.factorize(_words(column))
    held = [frozenset(word.strip() for word in text.split(";") if word.strip()) for text in distinct]
    every = sorted(frozenset().union(*held) - {UNKNOWN}) if held else []
    members = {
        one: np.array([one in words for words in held], dtype=bool)[codes] for one in [*every, UNKNOWN]
    }
    return Part("indication", {one: mask for one, mask in members.items() if mask.any()}, is_disjoint=False)
