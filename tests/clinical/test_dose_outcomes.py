"""Dose and outcome: what is known of sessions, what it cost until a score, steps of dose, and lines that tell of nobody."""

import numpy as np
import pandas as pd
import pytest

from lib.clinical.benefit_burden import BenefitBurden, count_benefit_burden
from lib.clinical.instruments import GAD7, PHQ9
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.burden import derive_burden, edges_of_change, kinds, weigh
from lib.clinical.outcomes.course_scores import SCORE_COLUMNS
from lib.clinical.outcomes.facts import Facts, gather_facts
from lib.clinical.outcomes.measures import MISSING_FAILS
from lib.clinical.outcomes.response_measures import count_measures
from lib.clinical.outcomes.session_facts import describe_sessions, place_in_courses
from lib.clinical.outcomes.step_changes import Spread, derive_step_changes
from lib.clinical.segments import NONE

AS_OF, LIMIT = 1_000, 10
NAN = np.nan
READ = ("dissociation_0_10", "sbp_pre_mmhg", "sbp_40_mmhg", "sbp_120_mmhg", "ae_asked")

# Session: dissociation, systolic before, at 40 and at 120 min, asked; events, days after it | rating, rise, events.
SESSIONS = """
all is known              | 4 120 150 130 1 ; 0 1 | 4   30  2
a zero is a rating        | 0 120 120 110 1 ;     | 0   0   0
nothing is recorded       | - -   -   -   - ;     | -   -   -
none before the dose      | - -   150 130 0 ;     | -   -   -
none after it             | - 120 -   -   0 ;     | -   -   -
one after it              | - 120 -   138 0 ;     | -   18  -
a fall is no unknown      | - 130 120 118 0 ;     | -   -10 -
not asked is not none     | 3 120 121 122 0 ;     | 3   2   -
an event, and none asked  | 3 120 121 122 - ; 0   | 3   2   -
two days later: no one's  | 3 120 121 122 1 ; 2   | 3   2   0
""".strip().splitlines()


def number(word: str) -> float:
    return NAN if word == "-" else float(word)


def sessions_of(rows: list[tuple]) -> pd.DataFrame:
    """(patient, day, mg, *READ); what is left out is not recorded."""
    columns = ("patient", "day", "dose_mg", *READ)
    full = [(*row, *[NAN] * (len(columns) - len(row))) for row in rows]
    return pd.DataFrame(full, columns=list(columns)).assign(second=NONE)


def events_of(rows: list[tuple[int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["patient", "day"], dtype="int64").assign(second=NONE)


def facts_of(courses: list[dict]) -> Facts:
    """A PHQ-9 row each; what is not said is unknown."""
    empty = dict.fromkeys(("ended_on", *SCORE_COLUMNS), NONE)
    plain = {"instrument": PHQ9.code, "course_row": 1, "clinic_key": 1, "is_daily": 0, "n_sessions": 6}
    rows = [
        {**plain, **empty, "unsure": 0, "day_0": 900, "last_session_on": 950, "patient": at, **course}
        for at, course in enumerate(courses)
    ]
    return gather_facts(pd.DataFrame(rows), AS_OF, [PHQ9.code, GAD7.code])


@pytest.mark.parametrize("case", SESSIONS, ids=lambda case: case.partition("|")[0].strip())
def test_what_nobody_recorded_or_asked_for_is_unknown_and_never_none(case):
    _, told, expected = case.split("|")
    read, _, later = told.partition(";")
    # The same patient's session a week before and another's on the day: neither takes the event.
    rows = [(1, 93, 50.0), (1, 100, 50.0, *map(number, read.split())), (2, 100, 50.0)]
    events = events_of([(1, 100 + int(days)) for days in later.split()])
    found = describe_sessions(sessions_of(rows[::-1]), events).iloc[1]
    np.testing.assert_array_equal(
        found[["dissociation", "rise", "n_events"]].astype(float), [number(word) for word in expected.split()]
    )


def test_burden_is_that_of_the_sessions_before_the_score_that_tell_it(policy):
    facts = facts_of(
        [
            {"latest_on": 915},
            {"latest_on": 900},
            {"patient": 1, "course_row": 2, "day_0": 980, "last_session_on": 980},
        ]
    )
    days = ((900, 2.0, 1), (907, NAN, NAN), (914, 6.0, 1), (928, 9.0, 1))
    rows = [(0, day, 50.0, rating, NAN, NAN, NAN, asked) for day, rating, asked in days]
    # Of the second patient nothing is told before 980; what lies after the last session of a course is not its own.
    rows += [(1, 900, 50.0), (1, 960, 50.0, 10.0), (1, 980, 50.0, 1.0)]
    described = describe_sessions(sessions_of(rows), events_of([(0, 900), (0, 928), (0, 907)]))
    sessions = place_in_courses(facts, described)
    assert sessions.number.tolist() == [1, 2, 3, 4, 1, 1]
    known = kinds(policy)
    for time_point, rating, told in (
        ("session_2", [2, NAN, 1], [1, 0, 1]),
        ("session_4", [9, NAN, 1], [3, 0, 1]),
        ("week_4", [6, NAN, 1], [2, 0, 1]),
        ("latest", [6, NAN, NAN], [2, 0, 0]),
    ):
        asked = Asked(PHQ9.code, time_point, policy)
        found = derive_burden(asked, facts, sessions, known["dissociation"])
        np.testing.assert_array_equal(found.value, rating)
        assert found.n_known.tolist() == told
    rate = derive_burden(Asked(PHQ9.code, "session_4", policy), facts, sessions, known["events"])
    np.testing.assert_allclose(
        rate.value, [2 / 3, NAN, NAN], err_msg="the event of day 907 was not asked for"
    )
    assert place_in_courses(facts.select(np.zeros(3, dtype=bool)), described).course.tolist() == []


def test_the_people_of_a_part_are_its_count(policy):
    rng = np.random.default_rng(5)
    facts = facts_of(
        [
            {
                "baseline_total": 18,
                "session_4_total": NONE if rng.random() < 0.2 else int(rng.integers(0, 27)),
            }
            for _ in range(300)
        ]
    )
    ratings = np.where(rng.random(300) < 0.2, NAN, rng.integers(0, 11, 300))
    rows = [(at, 900, 50.0, rating) for at, rating in enumerate(ratings)]
    sessions = place_in_courses(facts, describe_sessions(sessions_of(rows), events_of([])))
    asked = Asked(PHQ9.code, "session_4", policy)
    weighed = weigh(asked, facts, sessions, kinds(policy)["dissociation"])
    edges, near = edges_of_change(asked)
    counted = weighed.count(edges)
    assert counted.total + counted.n_missing == 300 and min(counted.n_no_change, counted.n_no_burden) > 20
    for change_cut, burden_cut in ((near, 5.0), (0.0, 10.0)):
        people = [
            [
                len(
                    weighed.select(
                        is_better=is_better,
                        is_heavier=is_heavier,
                        change_cut=change_cut,
                        burden_cut=burden_cut,
                    )
                )
                for is_better in (True, False)
            ]
            for is_heavier in (False, True)
        ]
        assert counted.split(change_cut, burden_cut).tolist() == people


def test_the_map_speaks_of_those_whom_the_rate_of_response_counts(policy):
    """The difference of the two sums would be those below caseness: a few, whom the tile does not tell."""
    facts = facts_of(
        [
            *[{"baseline_total": 18, "session_4_total": 9}] * 30,
            *[{"baseline_total": 7, "session_4_total": 3}] * 4,
            {"baseline_total": NONE},
            {"baseline_total": 18, "is_daily": 1},
        ]
    )
    asked = Asked(PHQ9.code, "session_4", policy)
    sessions = place_in_courses(facts, describe_sessions(sessions_of([(0, 900, 50.0)]), events_of([])))
    counted = weigh(asked, facts, sessions, kinds(policy)["dissociation"]).count(edges_of_change(asked)[0])
    response = count_measures(asked, facts, MISSING_FAILS)["response"]
    assert counted.total + counted.n_missing == response.bound_total == 31
    assert counted.n_no_change == response.bound_missing == 1


def test_totals_around_a_step_are_those_of_the_same_patients(policy):
    totals = {"baseline_total": 18, "session_1_total": 15, "session_2_total": 17, "session_3_total": 13}
    facts = facts_of(
        [
            totals,
            {**totals, "session_2_total": NONE},
            {**totals, "is_daily": 1},
            {**totals, "last_session_on": 990},
        ]
    )
    doses = (100.0, 100.0, 150.0, 100.0)
    rows = [(who, 900 + 7 * at, mg) for who in range(3) for at, mg in enumerate(doses)]
    rows += [(3, 900, 100.0), (3, 907, 50.0), (3, 943, 100.0)]  # 36 days between two sessions are no step
    sessions = place_in_courses(facts, describe_sessions(sessions_of(rows), events_of([])))
    lowered, same, raised = derive_step_changes(Asked(PHQ9.code, "session_4", policy), facts, sessions)
    # Patient 0 raised at session 3 (15, 17, 13), same at 2 (18, 15, 17); lowered at 4, without a total after it.
    assert (raised.n_steps, raised.n_patients, raised.n_unknown) == (1, 1, 1)
    assert (raised.before, raised.after) == (Spread(-2, -2, -2), Spread(-4, -4, -4))
    assert (same.n_steps, same.n_patients, same.n_unknown) == (1, 1, 1) and same.after == Spread(2, 2, 2)
    # Patient 3 lowered at session 2.
    assert (lowered.n_steps, lowered.n_unknown) == (1, 2) and lowered.before == Spread(3, 3, 3)
    assert np.isnan(raised.expected), "too few without a step to expect anything"


@pytest.mark.parametrize("seed", range(12))
def test_lines_stop_only_where_no_group_can_be_told(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 900))
    counted = count_benefit_burden(
        rng.normal(-5, 6, n).round(), rng.integers(0, 11, n), np.arange(-28, 14, 2), np.arange(12)
    )
    changes, burdens = counted.find_cuts((-6, 5), LIMIT)
    if (len(changes), len(burdens)) == (1, 1):
        return
    # Blocks from differences of what every place of the lines tells, as a reader would take them.
    cells = blocks(counted, changes, burdens)
    assert not ((cells > 0) & (cells <= LIMIT)).any() and cells.sum() == n
    all_changes, all_burdens = counted.find_cuts((-6, 5), 0)
    assert (len(all_changes), len(all_burdens)) == (len(counted.change_edges) - 2, 10)


def blocks(counted: BenefitBurden, changes: tuple, burdens: tuple) -> np.ndarray:
    """The count between each two lines: better and lighter than a place, less what is better and lighter than those before."""
    below = np.zeros((len(burdens) + 2, len(changes) + 2), dtype=np.int64)
    for row, burden in enumerate(burdens, 1):
        for column, change in enumerate(changes, 1):
            parts = counted.split(change, burden)
            below[row, column] = parts[0, 0]
            below[row, -1], below[-1, column], below[-1, -1] = parts[0].sum(), parts[:, 0].sum(), parts.sum()
    return np.diff(np.diff(below, axis=0), axis=1)


@pytest.mark.parametrize(("beside", "offered"), [(11, 0.0), (12, -6.0)])
def test_a_line_stops_nowhere_that_a_sum_would_tell_a_cell(beside, offered):
    """Of a cell it is shown whether 1 to 10 are in it, or more: 12 in two of them can only be 11 and 1."""
    counts = np.array([[12, beside, 1]] * 2)
    counted = BenefitBurden((-20.0, -6.0, 0.0, 8.0), (0.0, 5.0, 10.0), counts, 0, 0)
    assert counted.find_cuts((0, 5), LIMIT) == ((offered,), (5.0,))
