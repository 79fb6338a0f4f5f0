"""CMS159, twelve-month response and DRR-E: patients at the edges of every window, each with its reason."""

from datetime import date

import pytest
from care_people import gather, parse_person

from lib.clinical.outcomes.counting import MET, MISSING, NOT_MET
from lib.clinical.outcomes.index_measures import report_index_measures

# Encounters | PHQ-9 scores | diagnoses (F33.1 where none is named), dates | where the patient stands in CMS159. The year is 2026:
# encounters from 1 Nov 2024 to 31 Oct 2025. An index of 10 Mar 2025 is followed up from 9 Jan to 9 May 2026.
CMS159 = """
below 5 at twelve months                 | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | | met
5 at twelve months                       | 2025-03-10 | 2025-03-10=15 2026-03-10=5 | | not met
a zero is a score                        | 2025-03-10 | 2025-03-10=15 2026-03-10=0 | | met
an index of 9 is none                    | 2025-03-10 | 2025-03-10=9 2026-03-10=4  | | no-index
an index of 10                           | 2025-03-10 | 2025-03-10=10 2026-03-10=4 | | met
no form at all                           | 2025-03-10 |                            | | no-index
no encounter                             |            | 2025-03-10=15 2026-03-10=4 | | no-encounter
seen 14 months before the year           | 2024-11-01 | 2024-11-01=15 2025-11-01=4 | | met
seen a day more before it                | 2024-10-31 | 2024-10-31=15 2025-11-01=4 | | no-encounter
seen on the last day of the time         | 2025-10-31 | 2025-10-31=15 2026-10-31=4 | | met
seen 2 months before the year            | 2025-11-01 | 2025-11-01=15 2026-11-01=4 | | no-encounter
form 7 days before the encounter         | 2025-03-10 | 2025-03-03=15 2026-03-03=4 | | met
form 8 days before the encounter         | 2025-03-10 | 2025-03-02=15 2026-03-02=4 | | no-index
form on the day after the encounter      | 2025-03-10 | 2025-03-11=15 2026-03-10=4 | | no-index
form late on the encounter's day         | 2025-03-10 | 2025-03-10T23=15 2026-03-10=4 | | met
form before the time, encounter in it    | 2024-11-01 | 2024-10-25=15 2025-10-25=4 | | met
form in the time, encounter after it     | 2025-11-01 2024-12-01 | 2025-10-31=15 2026-10-31=4 | | no-index
first day of the follow-up               | 2025-03-10 | 2025-03-10=15 2026-01-09=4 | | met
a day before the follow-up               | 2025-03-10 | 2025-03-10=15 2026-01-08=4 | | missing
last day of the follow-up                | 2025-03-10 | 2025-03-10=15 2026-05-09=4 | | met
a day after the follow-up                | 2025-03-10 | 2025-03-10=15 2026-05-10=4 | | missing
no form in the follow-up                 | 2025-03-10 | 2025-03-10=15              | | missing
two forms, the last is below 5           | 2025-03-10 | 2025-03-10=15 2026-02-01=12 2026-04-01=4 | | met
two forms, the last is not               | 2025-03-10 | 2025-03-10=15 2026-02-01=4 2026-04-01=12 | | not met
a later one lies outside                 | 2025-03-10 | 2025-03-10=15 2026-02-01=4 2026-05-10=12 | | met
two on one day, the later is not         | 2025-03-10 | 2025-03-10=15 2026-03-10T09=4 2026-03-10T17=12 | | not met
two on one day, the later is             | 2025-03-10 | 2025-03-10=15 2026-03-10T09=12 2026-03-10T17=4 | | met
two on the index day, the later is 9     | 2025-03-10 | 2025-03-10T09=15 2025-03-10T17=9 2026-03-10=4 | | no-index
the first above 9 is the index           | 2025-03-10 2025-07-10 | 2025-03-10=10 2025-07-10=20 2026-07-10=4 | | missing
the first was 9, the second is           | 2025-03-10 2025-07-10 | 2025-03-10=9 2025-07-10=20 2026-07-10=4 | | met
29 February, first day                   | 2024-02-29 | 2024-02-29=15 2024-12-30=4 | year=2025 | met
29 February, a day before                | 2024-02-29 | 2024-02-29=15 2024-12-29=4 | year=2025 | missing
29 February, last day                    | 2024-02-29 | 2024-02-29=15 2025-04-29=4 | year=2025 | met
29 February, a day after                 | 2024-02-29 | 2024-02-29=15 2025-04-30=4 | year=2025 | missing
over a 29 February                       | 2023-03-10 | 2023-03-10=15 2024-05-09=4 | year=2024 | met
no diagnosis                             | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | - | no-diagnosis
another diagnosis                        | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F41.1 | no-diagnosis
dysthymia                                | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F34.1 | met
depression unspecified is no major one   | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F32.A | no-diagnosis
premenstrual dysphoric disorder          | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F32.81 | no-diagnosis
a code in small letters without its point | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | f331 | met
diagnosed on the encounter's day         | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1@2025-03-10 | met
diagnosed a day after it                 | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1@2025-03-11 | no-diagnosis
resolved on the encounter's day          | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1@2020-01-01..2025-03-10 | met
resolved a day before it                 | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1@2020-01-01..2025-03-09 | no-diagnosis
twelve on the index day                  | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | born=2013-03-10 | met
twelve a day later                       | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | born=2013-03-11 | young
died on the last day of the follow-up    | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | died=2026-05-09 | died
died a day after it                      | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | died=2026-05-10 | met
hospice on the last day                  | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | hospice=2026-05-09 | hospice
hospice a day after it                   | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | hospice=2026-05-10 | met
palliative care on the last day          | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 Z51.5@2026-05-09 | hospice
palliative care a day after it           | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 Z51.5@2026-05-10 | met
bipolar on the last day                  | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F31.9@2026-05-09 | bipolar
bipolar a day after it                   | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F31.9@2026-05-10 | met
bipolar long before, and resolved        | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F31.9@2001-01-01..2002-01-01 | bipolar
bipolar without a date                   | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F31.9 | bipolar
a manic episode                          | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F30.2 | bipolar
borderline personality                   | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F60.3@2026-05-09 | personality
borderline after the follow-up           | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F60.3@2026-05-10 | met
another personality disorder             | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F60.5 | met
psychotic on the last day                | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F25.0@2026-05-09 | psychotic
psychotic a day after it                 | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F25.0@2026-05-10 | met
a developmental disorder                 | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F84.0@2026-05-09 | developmental
a developmental disorder after it        | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | F33.1 F84.0@2026-05-10 | met
as of the last day of the follow-up      | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | as_of=2026-05-09 | met
as of a day before                       | 2025-03-10 | 2025-03-10=15 2026-03-10=4 | as_of=2026-05-08 | not-due
prorated, surely below 5                 | 2025-03-10 | 2025-03-10=15 2026-03-10=1~2 | | met
prorated, perhaps not below 5            | 2025-03-10 | 2025-03-10=15 2026-03-10=3~2 | | not met
item 9 blank, a provisional remission    | 2025-03-10 | 2025-03-10=15 2026-03-10=0~9 | | not met
three items missing are no total         | 2025-03-10 | 2025-03-10=15 2026-03-10=3~1~2~3 | | missing
"""

# The same of response at twelve months.
RESPONSE = """
half of the index score                  | 2025-03-10 | 2025-03-10=14 2026-03-10=7 | | met
a point more                             | 2025-03-10 | 2025-03-10=14 2026-03-10=8 | | not met
half of an odd one                       | 2025-03-10 | 2025-03-10=15 2026-03-10=7 | | met
prorated, perhaps more than half         | 2025-03-10 | 2025-03-10=14 2026-03-10=6~2 | | not met
no form in the follow-up                 | 2025-03-10 | 2025-03-10=14              | | missing
"""

# Where the patient stands in the three rates of DRR-E: a form, remission, response; one word for all three. The year is 2026:
# intake from 1 May 2025 to 30 April 2026. 120 days after 1 June 2025 is 29 September, 240 days after it 27 January 2026.
DRR = """
first day of the follow-up               | 2025-06-01 | 2025-06-01=20 2025-09-29=4 | | met
a day before it                          | 2025-06-01 | 2025-06-01=20 2025-09-28=4 | | not_met missing missing
last day of the follow-up                | 2025-06-01 | 2025-06-01=20 2026-01-27=4 | | met
a day after it                           | 2025-06-01 | 2025-06-01=20 2026-01-28=4 | | not_met missing missing
response without remission               | 2025-06-01 | 2025-06-01=20 2025-11-01=10 | | met not_met met
neither                                  | 2025-06-01 | 2025-06-01=20 2025-11-01=11 | | met not_met not_met
the most recent counts                   | 2025-06-01 | 2025-06-01=20 2025-11-01=4 2025-12-01=11 | | met not_met not_met
form 15 days before the encounter        | 2025-06-16 | 2025-06-01=20 2025-11-01=4 | | met
form 16 days before                      | 2025-06-17 | 2025-06-01=20 2025-11-01=4 | | no-index
form 15 days after the encounter         | 2025-05-17 | 2025-06-01=20 2025-11-01=4 | | met
form 16 days after                       | 2025-05-16 | 2025-06-01=20 2025-11-01=4 | | no-index
first day of the intake                  | 2025-05-01 | 2025-05-01=20 2025-11-01=4 | | met
form a day before the intake             | 2025-05-01 | 2025-04-30=20 2025-11-01=4 | | no-index
last day of the intake                   | 2026-04-30 | 2026-04-30=20 2026-11-01=4 | | met
form a day after the intake              | 2026-04-30 | 2026-05-01=20 2026-11-01=4 | | no-index
twelve on the first day of the year      | 2025-06-01 | 2025-06-01=20 2025-11-01=4 | born=2014-01-01 | met
twelve a day later                       | 2025-06-01 | 2025-06-01=20 2025-11-01=4 | born=2014-01-02 | young
any personality disorder                 | 2025-06-01 | 2025-06-01=20 2025-11-01=4 | F33.1 F60.5 | personality
bipolar, resolved before the intake      | 2025-06-01 | 2025-06-01=20 2025-11-01=4 | F33.1 F31.9@..2025-04-30 | met
bipolar, resolved on its first day       | 2025-06-01 | 2025-06-01=20 2025-11-01=4 | F33.1 F31.9@..2025-05-01 | bipolar
hospice on the last day of the year      | 2025-06-01 | 2025-06-01=20 2025-11-01=4 | hospice=2026-12-31 | hospice
hospice after the year                   | 2025-06-01 | 2025-06-01=20 2025-11-01=4 | hospice=2027-01-01 | met
the follow-up is not over                | 2025-06-01 | 2025-06-01=20 2025-11-01=4 | as_of=2026-01-26 | not-due
"""
PLACES = {MET: "met", NOT_MET: "not_met", MISSING: "missing"}


def rows(table: str) -> list[str]:
    return table.strip().splitlines()


def reason(line: str) -> str:
    return line.split("|", maxsplit=1)[0].strip()


def stand(line: str, policy, names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Where the patient stands in these measures, and where the table says."""
    _, encounters, forms, rest, expected = (part.strip() for part in line.split("|"))
    facts = dict(word.split("=") for word in rest.split() if "=" in word)
    as_of = date.fromisoformat(facts.get("as_of", "2027-01-31"))
    care = gather([parse_person(encounters, forms, rest)], as_of, policy)
    reported = {one.measure.name: one for one in report_index_measures(care, int(facts.get("year", 2026)))}
    found = []
    for name in names:
        exits = reported[name].measure.exits
        (where,) = reported[name].places.tolist()
        found.append(PLACES[where] if where < 0 else exits[where].name)
    said = expected.replace("not met", "not_met").split()
    return found, said if len(said) == len(names) else said * len(names)


@pytest.mark.parametrize("line", rows(CMS159), ids=reason)
def test_remission_at_twelve_months(line, policy):
    found, expected = stand(line, policy, ("cms159_remission",))
    assert found == expected


@pytest.mark.parametrize("line", rows(RESPONSE), ids=reason)
def test_response_at_twelve_months(line, policy):
    found, expected = stand(line, policy, ("response_12_months",))
    assert found == expected


@pytest.mark.parametrize("line", rows(DRR), ids=reason)
def test_the_rates_at_four_to_eight_months(line, policy):
    found, expected = stand(line, policy, ("drr_follow_up", "drr_remission", "drr_response"))
    assert found == expected
