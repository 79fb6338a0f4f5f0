"""DMS-E: patients at the edges of the thirds of a year, each with its reason."""

from datetime import date

import pytest
from care_people import gather, parse_person

from lib.clinical.outcomes.counting import MET, MISSING, NOT_MET, place
from lib.clinical.outcomes.monitoring_measures import report_monitoring

# Encounters | PHQ-9 scores | diagnoses (F33.1 of old where none is named) and dates | where the patient stands in each third of
# 2026, then in each as the bounds count: one word for all three.
# unseen: no encounter in it; unknown: no diagnosis.
THIRDS = """
a form in every third | 2026-01-01 2026-05-01 2026-12-31 | 2026-04-30=9 2026-08-31=9 2026-09-01=9 |  | met | met
a form a day too late | 2026-04-30 | 2026-05-01=9 |  | not_met unseen unseen | not_met missing missing
seen, and no form | 2026-02-01 2026-06-01 2026-10-01 |  |  | not_met | not_met
a form, and not seen | 2025-12-31 | 2026-02-01=0 |  | unseen | missing
not seen before May | 2026-05-01 | 2026-05-01=0 |  | never-seen met unseen | never-seen met missing
ended before May | 2026-04-01 | 2026-04-01=9 | ended=2026-04-30 | met ended ended | met ended ended
ended on the first of May | 2026-04-01 | 2026-04-01=9 | ended=2026-05-01 | met unseen ended | met missing ended
resolved in April | 2026-04-01 2026-05-01 | 2026-04-01=9 | F33.1@..2026-04-30 | met unknown unknown | met unknown unknown
diagnosed after the visit | 2026-04-01 | 2026-04-01=9 | F33.1@2026-04-02 | unseen | missing
bipolar in December | 2026-04-01 | 2026-04-01=9 | F33.1 F31.9@2026-12-31 | bipolar | bipolar
bipolar until last year | 2026-04-01 | 2026-04-01=9 | F33.1 F31.9@..2025-12-31 | met unseen unseen | met missing missing
"""
PLACES = {MET: "met", NOT_MET: "not_met", MISSING: "missing"}


def places_of(care, measure_of) -> list[str]:
    found = []
    for one in report_monitoring(care, 2026):
        denominator = measure_of(one)
        (where,) = place(one.measure, one.entries, denominator).tolist()
        exits = one.measure.exits_of(denominator)
        found.append(PLACES[where] if where < 0 else exits[where].name)
    return found


def thrice(words: str) -> list[str]:
    said = words.replace("unseen", "no-encounter").replace("unknown", "no-diagnosis").split()
    return said if len(said) == 3 else said * 3


@pytest.mark.parametrize(
    "line", THIRDS.strip().splitlines(), ids=lambda line: line.split("|", maxsplit=1)[0].strip()
)
def test_the_thirds_of_a_year(line, policy):
    _, encounters, forms, rest, expected, in_bounds = (part.strip() for part in line.split("|"))
    care = gather([parse_person(encounters, forms, rest)], date(2027, 1, 31), policy)
    assert places_of(care, lambda one: one.denominator) == thrice(expected)
    assert places_of(care, lambda one: one.measure.bound_by) == thrice(in_bounds)


def test_a_third_that_is_not_over_is_not_due(policy):
    care = gather([parse_person("2026-05-01", "2026-05-01=9", "")], date(2026, 8, 30), policy)
    assert places_of(care, lambda one: one.denominator) == ["never-seen", "not-due", "not-due"]
