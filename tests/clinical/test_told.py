"""A rate in words tells no small count, whatever else stands beside it; and a comparison goes by the study's own threshold."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from itertools import pairwise, product

import pytest

from lib import settings
from lib.clinical.benchmarks import parse_benchmarks
from lib.clinical.intervals import Share
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.comparing import Compared
from lib.clinical.outcomes.counting import Counted
from lib.clinical.outcomes.measures import MISSING_FAILS, PAIRED
from lib.clinical.outcomes.periods import quarters_before
from lib.clinical.outcomes.response_measures import build_measures
from lib.clinical.outcomes.saying import Telling
from lib.clinical.outcomes.told import find_told, tell
from lib.clinical.outcomes.told_together import tell_in_row

LIMIT = 10
TELLING = Telling(LIMIT, 50)


def counted_of(policy, met, not_met, missing, denominator, name="response"):
    measure = build_measures(Asked(0, "session_4", policy))[name]
    left = 0 if denominator == PAIRED else missing
    return Counted(
        measure, denominator, met + not_met + missing, (), met, not_met, left, met, not_met, missing
    )


@pytest.mark.parametrize("name", ["response", "deterioration"])
@pytest.mark.parametrize("denominator", [PAIRED, MISSING_FAILS])
def test_nobody_can_work_out_a_small_count(policy, denominator, name):
    """Of all clinics up to 14 of each kind, by a limit of 3: the words of one with a small count are those of another with
    another count there."""
    few, said = Telling(3, 50), defaultdict(set)
    for true in product(range(15), repeat=3):
        if sum(true):
            said[tell(counted_of(policy, *true, denominator, name), few)].add(true)
    told_apart = [
        (true, words.say())
        for words, those in said.items()
        for true in those
        for place, n in enumerate(true)
        if 0 < n <= 3 and max(true) <= 9 and len({other[place] for other in those}) == 1
    ]
    assert not told_apart


def test_what_is_large_is_told_whole(policy):
    told = tell(counted_of(policy, 160, 87, 36, MISSING_FAILS), TELLING)
    assert told.say() == (
        "57 %, 160 of 283, 95 % interval 51–62 %; 87 % of 283 due have the score; worst case 57 %, best case 69 %"
    )
    assert told.share == Share(160, 283) and not told.is_thin


def test_few_missing_are_bounded_and_not_counted(policy):
    told = tell(counted_of(policy, 60, 40, 3, PAIRED), TELLING)
    assert told.counts == "60 of 100" and told.coverage == "over 91 % of those due have the score"
    assert told.bounds == "worst case at least 55 %, best case at most 64 %"


def test_the_four_quarters_before_a_day_touch_and_end_the_day_before():
    spans = quarters_before(date(2026, 5, 31))
    assert spans[-1][1] == date(2026, 5, 30) and spans[0][0] == date(2025, 5, 31)
    assert all((after[0] - before[1]).days == 1 for before, after in pairwise(spans))


def test_a_difference_is_newcombes(policy):
    one = parse_benchmarks(settings.BENCHMARKS_FILE.read_bytes(), "benchmarks.toml")[0]
    counted = counted_of(policy, 160, 87, 36, PAIRED)
    compared = Compared(one, counted, ())
    # 160/247 = 64.8 % and 783/1247 = 62.8 %; Newcombe 1998, method 10, worked out by hand.
    assert compared.say_difference(tell(counted, TELLING)) == "+2 points, 95 % interval −5 to +8"
    assert compared.say_difference(replace(tell(counted, TELLING), share=None)) == ""


def test_a_month_that_is_few_cannot_be_worked_out_of_the_others_and_their_sum(policy):
    """Of three months one is few: another is left out with it, or the period's own count would tell it."""
    months = [(40, 30, 20), (3, 2, 0), (50, 40, 30)]
    told = tell_in_row([counted_of(policy, *one, MISSING_FAILS) for one in months], TELLING)
    assert [one.share for one in told].count(None) == 2 and told[1].share is None


@pytest.mark.parametrize(
    ("missing", "known", "worst"), [(40, "71 %", "43 %"), (2, "over 91 %", "at least 55 %")]
)
def test_a_completers_rate_stands_with_coverage_and_worst_case_or_not_at_all(policy, missing, known, worst):
    """Two groups of 60 of 100: also where few are missing, which are said as a bound."""
    rows = [counted_of(policy, 60, 40, n, PAIRED) for n in (missing, 40)]
    one, other = tell_in_row(rows, TELLING)
    assert (one.share, one.known, one.worst) == (Share(60, 100), known, worst)
    if missing == 2:
        assert other.share is None, "its missing and all would tell those of the first"
        rows = [replace(row, denominator=MISSING_FAILS, missing=row.bound_missing) for row in rows]
        assert tell_in_row(rows, TELLING)[1].known == "not told"


def test_a_month_with_little_follow_up_is_thin_also_where_its_coverage_is_not_told(policy):
    """Of the other month few are missing; with the sum the coverage of this one would tell how few."""
    thin, few_missing = (counted_of(policy, *true, MISSING_FAILS) for true in ((20, 15, 60), (40, 35, 5)))
    one, other = tell_in_row([thin, few_missing], TELLING)
    assert one.share == Share(20, 95) and one.known == "not told" and one.is_thin
    assert other.share == Share(40, 80) and not other.is_thin


def test_those_due_are_not_told_where_they_would_tell_how_few_left(policy):
    """Of 390 courses 7 are not due and 10 have not finished: 383 beside 390 or 373 would say so."""
    plain = counted_of(policy, 304, 46, 23, MISSING_FAILS)
    unfinished = replace(plain, start=390, bound_missing=33)
    assert unfinished.bound_total == 383 and unfinished.total == 373
    told = tell(unfinished, TELLING)
    assert told.counts == "304 of 373" and told.coverage == "91 % of those due have the score"
    assert "of 373 due" in tell(replace(plain, start=390), TELLING).coverage


def test_a_denominator_near_the_start_is_not_told(policy):
    plain = counted_of(policy, 169, 55, 159, MISSING_FAILS)
    assert find_told([replace(plain, start=390)], TELLING) == [False], "383 of 390: 7 are not due"
    assert find_told([replace(plain, start=400)], TELLING) == find_told([plain], TELLING) == [True]
