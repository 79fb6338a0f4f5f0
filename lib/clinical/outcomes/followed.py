"""From an index score to the score after so many months: who is followed up, and who is left out, of every patient."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lib.clinical.outcomes.care_facts import CareFacts, day_of, pack
from lib.clinical.outcomes.diagnosis_groups import DEPRESSION, Group
from lib.clinical.outcomes.months import add_months
from lib.clinical.segments import NONE, Bools, Ints

# An index score is above this, and a patient is at least so old (CMS159; HEDIS DRR-E).
ABOVE, YOUNGEST = 9, 12


@dataclass(frozen=True)
class FollowUp:
    """What a measure follows up; days since 1970-01-01, both ends of a period in it.

    encounters: when the encounter is. forms: when the index score is (None: whenever it is near enough to the encounter).
    days_before, days_after: how near. months, low, high: the follow-up is low to high days from the day so many months after
    the index score. age_on: the day of the age (None: of the index score). excluded_from, excluded_to: when an exclusion held
    (None: to the end of the follow-up). groups: diagnoses that exclude.
    """

    encounters: tuple[int, int]
    forms: tuple[int, int] | None
    days_before: int
    days_after: int
    months: int
    low: int
    high: int
    age_on: int | None
    excluded_from: int
    excluded_to: int | None
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Followed:
    """One entry a patient; NONE where there is none. out: by an exit's name, who leaves by it. index_total: of the index score;
    last_total: of the last one in the follow-up, last_high its upper bound where it is prorated."""

    patient: Ints
    out: Mapping[str, Bools]
    index_on: Ints
    index_total: Ints
    last_total: Ints
    last_high: Ints
    is_item_9_blank: Bools

    def __len__(self) -> int:
        return len(self.patient)

    @property
    def has_last(self) -> Bools:
        return self.last_total != NONE


def follow(facts: CareFacts, rule: FollowUp) -> Followed:
    """Every patient of the facts."""
    looks, with_depression = facts.looks, facts.encounters_with(DEPRESSION)
    index = _find_index(facts, rule, with_depression)
    index_on = _take(looks.day, index)
    due = np.where(index != NONE, add_months(index_on, rule.months), NONE)
    end = due + rule.high
    last = np.where(index != NONE, facts.last_look(due + rule.low, end), NONE)
    out = {
        "no-encounter": ~facts.has_key(facts.encounters, *rule.encounters),
        "no-diagnosis": ~facts.has_key(with_depression, *rule.encounters),
        "no-index": index == NONE,
        "young": facts.is_younger(YOUNGEST, index_on if rule.age_on is None else rule.age_on),
        **exclude(
            facts, rule.groups, rule.excluded_from, end if rule.excluded_to is None else rule.excluded_to
        ),
        "not-due": end > facts.as_of,
    }
    totals = (_take(looks.total, index), _take(looks.total, last), _take(looks.high, last))
    is_blank = _take(looks.is_item_9_blank.astype(np.int64), last) == 1
    return Followed(facts.patient, out, index_on, *totals, is_blank)


def exclude(facts: CareFacts, groups: tuple[Group, ...], first: int, last: Ints | int) -> dict[str, Bools]:
    """By an exit's name who leaves by it: died or in hospice by the last day, or with a diagnosis of a group meanwhile."""
    return {
        "died": (facts.died_on != NONE) & (facts.died_on <= last),
        "hospice": facts.has_hospice(first, last),
        **{group.name: facts.has_diagnosis(group, first, last) for group in groups},
    }


def _find_index(facts: CareFacts, rule: FollowUp, encounters: Ints) -> Ints:
    """The place in facts.looks of each patient's first score that is high enough and near such an encounter, or NONE."""
    looks = facts.looks
    encounters = encounters[_lies_in(day_of(encounters), rule.encounters)]
    first = np.searchsorted(encounters, pack(looks.owner, looks.day - rule.days_after))
    stop = np.searchsorted(encounters, pack(looks.owner, looks.day + rule.days_before), side="right")
    is_index = (looks.total > ABOVE) & (stop > first)
    if rule.forms:
        is_index &= _lies_in(looks.day, rule.forms)
    # From the last to the first, so that the first is written last.
    places = np.flatnonzero(is_index)[::-1]
    found = np.full(len(facts), NONE)
    found[looks.owner[places]] = places
    return found


def _lies_in(day: Ints, period: tuple[int, int]) -> Bools:
    return (day >= period[0]) & (day <= period[1])


def _take(values: Ints, place: Ints) -> Ints:
    """values[place], and NONE where the place is NONE."""
    if not len(values):
        return np.full(len(place), NONE)
    return np.where(place != NONE, values[np.where(place != NONE, place, 0)], NONE)
