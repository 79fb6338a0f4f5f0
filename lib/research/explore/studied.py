"""Who is studied: the people of a cohort with their course, the dose it began with, and the groups they can be parted into."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from lib.clinical.expected import band_of, n_bands, say_band
from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.facts import Facts
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Bools, Ints
from lib.research.cohort import Drawn
from lib.research.people import UNKNOWN, People, Words

Floats = npt.NDArray[np.float64]
EVERYONE, NO_BASELINE = "All", "no baseline"
# By their word in the address: what people are parted by.
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "none": "not parted",
        "band": "baseline band",
        "dose": "dose of the first session",
        "clinic": "clinic",
        "sex": "sex",
        "protocol": "protocol",
    }
)


@dataclass(frozen=True)
class Studied:
    """people: of the cohort, each with a course that has begun. first_dose_mg: of the course's first counting session, nan where
    it is not recorded. words: the cohort in a sentence. reading: a number that no other reading has."""

    people: People
    first_dose_mg: Floats
    policy: Policy
    drawn: Drawn
    words: str
    reading: int

    def __len__(self) -> int:
        return len(self.people)

    @property
    def facts(self) -> Facts:
        return self.people.facts

    def part(self, name: str, instrument: int) -> dict[str, Bools]:
        """By group, who is in it; name: of GROUPS. Everyone first; groups of nobody are left out."""
        found = {EVERYONE: np.ones(len(self), dtype=bool)}
        if name != "none":
            found |= _part(self, name, instrument)
        return {group: mask for group, mask in found.items() if mask.any() or group == EVERYONE}


def select_people(people: People, mask: Bools) -> People:
    """Those only."""
    plain = {one.name: getattr(people, one.name)[mask] for one in fields(people) if one.name != "facts"}
    return replace(people, facts=people.facts.select(mask), **plain)


def is_due(asked: Asked, facts: Facts) -> Bools:
    """Of whom the instrument is asked, and whose total at the time point is due; after a session nobody whose course began daily,
    which weeks judge."""
    due = asked.scores(facts).is_asked & (facts.day_0 + asked.due_days <= facts.as_of)
    return due & ~facts.is_daily if asked.session else due


def _part(studied: Studied, name: str, instrument: int) -> dict[str, Bools]:
    if name == "band":
        return part_by_band(studied.facts.scores[instrument]["baseline_total"], instrument)
    if name == "dose":
        return part_by_dose(studied.first_dose_mg)
    words: Words = getattr(studied.people, name)
    known = sorted(set(words.tolist()) - {UNKNOWN})
    return {word: words == word for word in [*known, UNKNOWN]}


def part_by_band(baseline: Ints, instrument: int) -> dict[str, Bools]:
    """The mildest first, and who has no baseline last."""
    one = BY_CODE[instrument]
    band = np.where(baseline == NONE, NONE, band_of(baseline, one))
    names = {number: f"baseline {say_band(number, one)}" for number in range(n_bands(one))}
    return {name: band == number for number, name in (names | {NONE: NO_BASELINE}).items()}


def band_edges(instrument: int) -> list[int]:
    """The lowest total of each baseline band, and one above the highest."""
    one = BY_CODE[instrument]
    lows = [int(say_band(number, one).partition("–")[0]) for number in range(n_bands(one))]
    return [*lows, one.max_total + 1]


def part_by_dose(dose_mg: Floats) -> dict[str, Bools]:
    """Thirds of those whose dose is known, the lowest doses first; equal doses stay together, so that thirds may differ."""
    known = dose_mg[~np.isnan(dose_mg)]
    if not len(known):
        return {UNKNOWN: np.isnan(dose_mg)}
    low, high = np.quantile(known, (1 / 3, 2 / 3), method="inverted_cdf").tolist()
    return {
        f"to {low:g} mg": dose_mg <= low,
        f"over {low:g} to {high:g} mg": (dose_mg > low) & (dose_mg <= high),
        f"over {high:g} mg": dose_mg > high,
        UNKNOWN: np.isnan(dose_mg),
    }
