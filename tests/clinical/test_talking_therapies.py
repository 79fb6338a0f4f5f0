"""NHS Talking Therapies: England's published counts through our own measures, and each rule at its edges."""

import numpy as np
import pandas as pd
import pytest

from lib.clinical.outcomes.counting import MET, MISSING, NOT_MET, count, place
from lib.clinical.outcomes.course_scores import SCORE_COLUMNS
from lib.clinical.outcomes.facts import gather_facts
from lib.clinical.outcomes.measures import ELIGIBLE, MISSING_FAILS
from lib.clinical.outcomes.talking_therapies import Therapies, build_measures, judge_courses
from lib.clinical.segments import NONE

# NHS England, Talking Therapies annual reports, England, all (tidied by the Bennett Institute's nhstt; Open Government Licence
# v3.0). Counts: finished, at caseness, not at caseness, improved, deteriorated, no reliable change, reliably recovered, recovered
# | published percentages: improvement, deterioration, reliable recovery, recovery.
ENGLAND = """
2024-25 670419 634248 35234 452284 39157 170457 301815 321061 | 67.5 5.8 47.5 50.5
2023-24 671648 633828 37164 448634 39870 174695 298780 318013 | 66.8 5.9 47.1 50.1
2022-23 672193 633236 37805 446968 39919 174915 297186 316251 | 66.5 5.9 46.8 49.9
2021-22 664087 624193 38168 444555 38267 169783 296070 313919 | 66.9 5.8 47.3 50.2
2020-21 634649 595840 37267 433327 34535 157738 291091 306990 | 68.3 5.4 48.7 51.4
2019-20 606192 569244 36054 406118 35316 158960 276261 291371 | 67.0 5.8 48.5 51.1
2018-19 582556 546105 35706 392662 33660 149884 270763 284810 | 67.4 5.8 49.5 52.1
2017-18 554709 517393 36767 368518 32931 147631 250395 263295 | 66.4 5.9 48.3 50.8
"""
PUBLISHED = (
    "nhs_reliable_improvement",
    "nhs_reliable_deterioration",
    "nhs_reliable_recovery",
    "nhs_recovery",
)


def therapies_of(counts: list[int]) -> Therapies:
    """As many entries as England counted, and each count among them; who else is in two groups at once no measure asks."""
    n, cases, no_cases, improved, deteriorated, unchanged, reliably_recovered, recovered = counts
    at = np.arange(n)
    # Reliably recovered first, then the others who recovered, who are unchanged, and the rest who improved.
    has_improved = (at < reliably_recovered) | (
        (at >= recovered) & (at < recovered + improved - reliably_recovered)
    )
    has_deteriorated = ~has_improved & (at >= n - deteriorated)
    unknown = n - improved - deteriorated - unchanged
    is_unpaired = np.isin(at, np.flatnonzero(~has_improved & ~has_deteriorated & (at >= recovered))[:unknown])
    return Therapies(
        patient=at,
        is_due=np.ones(n, bool),
        is_finished=np.ones(n, bool),
        is_case=at < cases,
        is_no_case=(at >= cases) & (at < cases + no_cases),
        is_paired=~is_unpaired,
        has_recovered=at < recovered,
        has_improved=has_improved,
        has_deteriorated=has_deteriorated,
    )


@pytest.mark.parametrize("line", ENGLAND.strip().splitlines(), ids=lambda line: line.split()[0])
def test_the_published_percentages_come_out_of_the_published_counts(line, policy):
    counts, percentages = ([float(word) for word in part.split()] for part in line[8:].split("|"))
    therapies = therapies_of([int(number) for number in counts])
    measures = build_measures(policy)
    counted = {name: count(measures[name], therapies, ELIGIBLE) for name in measures}
    share = {name: one.share for name, one in counted.items()}
    assert [round(100 * share[name].n / share[name].total, 1) for name in PUBLISHED] == percentages
    assert (share["nhs_caseness"].n, share["nhs_caseness"].total) == (counts[1], counts[0])
    assert counted["nhs_recovery"].exits[2] == counts[2]


# PHQ-9 and GAD-7 at the start, then at the end ("-": none, "?": provisional) | caseness, recovery, reliable improvement, reliable
# recovery, reliable deterioration: m met, n not met, u unknown, o left out.
CASES = """
a case by PHQ-9 alone                | 10 7 | 4 7   | m m m m n
a case by GAD-7 alone                | 9 8  | 9 4   | m m m m n
no case by a point of each           | 9 7  | 3 7   | n o m o n
not recovered, PHQ-9 still 10        | 18 12 | 10 7 | m n m n n
not recovered, GAD-7 still 8         | 18 12 | 9 8  | m n m n n
recovered by a point, not reliably   | 10 7 | 9 7   | m m n n n
PHQ-9 lower by 5 is not enough       | 14 7 | 9 7   | m m n n n
GAD-7 lower by 3 is not enough       | 9 10 | 9 7   | m m n n n
GAD-7 lower by 4 is                  | 9 11 | 9 7   | m m m m n
one better and one worse cancel out  | 18 8 | 12 12 | m n n n n
PHQ-9 higher by 6                    | 10 8 | 16 8  | m n n n m
PHQ-9 higher by 5 is not enough      | 10 8 | 15 8  | m n n n n
GAD-7 higher by 4, below caseness    | 0 0  | 0 4   | n o n o m
a zero is a score                    | 10 8 | 0 0   | m m m m n
no end of GAD-7                      | 18 12 | 4 -  | m u u u u
no start of GAD-7, a case anyway     | 18 -  | 4 3  | m u u u u
no start of GAD-7, perhaps a case    | 9 -   | 4 3  | u u u u u
a provisional fall is none           | 18 8 | ?4 8  | m n n n n
nor does it make good a rise         | 18 4 | ?4 8  | m n n n m
"""
LETTERS = {MET: "m", NOT_MET: "n", MISSING: "u"}


def facts_of(n_sessions: int, start: str, end: str, day_0: int = 0, as_of: int = 100):
    rows = []
    for code, (first, last) in enumerate(zip(start.split(), end.split(), strict=True)):
        row = dict.fromkeys(SCORE_COLUMNS, NONE) | {"unsure": int(last[0] == "?") << 8}
        row["baseline_total"] = NONE if first == "-" else int(first)
        row["latest_total"] = NONE if last == "-" else int(last.strip("?"))
        rows.append(row | {"patient": 1, "instrument": code, "course_row": 1})
    course = {"clinic_key": 1, "day_0": day_0, "ended_on": NONE, "last_session_on": 50, "is_daily": 0}
    return gather_facts(pd.DataFrame(rows).assign(n_sessions=n_sessions, **course), as_of, (0, 1))


def letters(facts, policy, denominator: str = ELIGIBLE) -> str:
    therapies = judge_courses(facts, policy)
    return " ".join(
        LETTERS.get(int(place(measure, therapies, denominator)[0]), "o")
        for measure in build_measures(policy).values()
    )


@pytest.mark.parametrize("line", CASES.strip().splitlines(), ids=lambda line: line.split("|")[0].strip())
def test_each_rule_at_its_edges(line, policy):
    _, start, end, expected = (part.strip() for part in line.split("|"))
    assert letters(facts_of(2, start, end), policy) == expected


def test_one_session_is_no_finished_course_and_may_have_failed(policy):
    facts = facts_of(1, "18 12", "4 3")
    assert letters(facts, policy) == "o o o o o"
    assert letters(facts, policy, MISSING_FAILS) == "u u u u u"


def test_a_course_of_less_than_two_weeks_is_not_due(policy):
    assert letters(facts_of(2, "18 12", "4 3", day_0=87), policy) == "o o o o o"
    assert letters(facts_of(2, "18 12", "4 3", day_0=86), policy) == "m m m m n"
