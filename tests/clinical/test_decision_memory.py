"""Decision memory: who is a neighbour, when nothing is said, and that neighbours of a planted cohort are of one class."""

from math import comb, sqrt

import numpy as np
import pandas as pd
import pytest

from lib.clinical.decision_memory import FEATURES, REQUIRED, Memory, remember
from lib.clinical.policy_review_tables import DecisionMemory

LIMITS = DecisionMemory(min_neighbours=8, caliper_sd=1.0, after_sessions=2, within_days=56, fall_points=5)
HERE = pd.Series(
    {
        "baseline_total": 18,
        "change_share": -0.1,
        "n_dosing_sessions": 4,
        "dose_mg_per_kg": 1.5,
        "gad7_total": 10,
    }
)


def decisions(n: int, seed: int = 1, **fixed: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "patient": range(100, 100 + n),
            "baseline_total": rng.integers(10, 27, n).astype(float),
            "change_share": rng.uniform(-0.8, 0.2, n),
            "n_dosing_sessions": rng.integers(2, 12, n).astype(float),
            "dose_mg_per_kg": rng.uniform(0.5, 4, n),
            "gad7_total": rng.integers(0, 22, n).astype(float),
            "change": rng.integers(-12, 6, n).astype(float),
        }
    )
    rows["options"] = [["step up"] if n % 2 else ["continue", "technique"] for n in rows["patient"]]
    return rows.assign(**fixed)


def alike(n: int, **fixed: float) -> pd.DataFrame:
    """So many decisions in the very course, among others that are far away and give the features a spread."""
    near = pd.DataFrame([HERE] * n).assign(
        patient=range(1, n + 1), change=-6.0, options=[["hold"]] * n, **fixed
    )
    far = decisions(30).assign(
        baseline_total=26.0, change_share=0.9, n_dosing_sessions=60.0, dose_mg_per_kg=40.0, gad7_total=21.0
    )
    return pd.concat([near, far], ignore_index=True)


def distance(row: pd.Series, course: pd.Series, spread: pd.Series) -> float:
    """The slow way."""
    squares = [
        ((row[name] - course[name]) / spread[name]) ** 2
        for name in FEATURES
        if not np.isnan(row[name]) and not np.isnan(course[name]) and spread[name] > 0
    ]
    return sqrt(sum(squares) / len(squares))


@pytest.mark.parametrize("seed", range(5))
def test_neighbours_are_those_within_the_caliper(seed):
    rows = decisions(120, seed)
    rows.loc[::7, "gad7_total"] = np.nan
    rows.loc[::11, "dose_mg_per_kg"] = np.nan
    spread = pd.concat([rows[list(FEATURES)], HERE.to_frame().T]).astype(float).std(ddof=0)
    wanted = sorted(
        (distance(row, HERE, spread), int(row["patient"]))
        for _, row in rows.iterrows()
        if distance(row, HERE, spread) <= 1
    )
    found = remember(rows, 0, HERE, LIMITS)
    assert len(wanted) >= 8 and found.reason == ""
    assert found.neighbours["patient"].astype(int).tolist() == [patient for _, patient in wanted]
    assert found.neighbours["distance"].tolist() == pytest.approx([far for far, _ in wanted])


def test_seven_neighbours_say_nothing_and_eight_do():
    seven = remember(alike(7), 0, HERE, LIMITS)
    assert (
        seven.reason == "7 decisions in similar courses; fewer than 8"
        and seven.neighbours.empty
        and seven.changes == ()
    )
    eight = remember(alike(8), 0, HERE, LIMITS)
    assert eight.reason == "" and eight.count_options() == [("hold", 8)] and eight.count_fallen(5) == (8, 8)


def test_courses_that_are_all_the_same_are_neighbours_and_one_that_is_not_is_none():
    same = alike(9).iloc[:9]
    assert len(remember(same, 0, HERE, LIMITS).neighbours) == 9
    assert remember(same, 0, HERE.replace({18: 26}), LIMITS).reason.startswith("0 decisions")


def test_ones_own_decisions_are_left_out():
    assert remember(alike(8), 3, HERE, LIMITS).reason.startswith("7 decisions")


@pytest.mark.parametrize("name", REQUIRED)
def test_a_course_without_what_is_compared_has_no_neighbours(name):
    found = remember(alike(9), 0, HERE.where(HERE.index != name), LIMITS)
    assert "no baseline, no follow-up or no dosing session" in found.reason and found.neighbours.empty
    assert remember(alike(9, **{name: np.nan}), 0, HERE, LIMITS).reason.startswith("0 decisions")


def test_a_decision_without_a_later_total_is_counted_as_unmeasured_and_never_as_a_change_of_0():
    rows = alike(9)
    rows.loc[0, "change"] = np.nan
    rows.loc[1, "change"] = 0.0
    found = remember(rows, 0, HERE, LIMITS)
    assert len(found.neighbours) == 9 and found.changes == (*[-6] * 7, 0) and found.count_fallen(5) == (7, 8)


def test_options_are_counted_each_the_most_frequent_first():
    rows = pd.DataFrame({"options": [["step up"], ["continue", "technique"], ["continue"]]})
    assert Memory(rows, 3, "").count_options() == [("continue", 2), ("step up", 1), ("technique", 1)]


@pytest.mark.parametrize("n", [6, 8, 9, 12, 20, 41])
def test_the_median_has_the_interval_of_order_statistics(n):
    changes = tuple(range(n))
    median, low, high = Memory(pd.DataFrame(), n, "", changes).median_change()
    assert median == (n - 1) / 2

    def held(rank: int) -> float:
        """The chance that the true median lies between the rank-th from below and from above."""
        return 1 - 2 * sum(comb(n, k) for k in range(rank + 1)) / 2**n

    assert (low, high) == (low, n - 1 - low) and held(low) >= 0.95 > held(low + 1)


def test_five_changes_have_no_interval():
    assert Memory(pd.DataFrame(), 5, "", (1, 2, 3, 4, 5)).median_change() is None


def test_neighbours_of_a_planted_cohort_share_its_class():
    """Two classes that differ in how far they fell: a neighbour is of the same class far more often than by chance."""
    rng = np.random.default_rng(4)
    rows = decisions(200)
    is_slow = rng.random(200) < 0.5
    rows["change_share"] = np.where(is_slow, rng.normal(-0.05, 0.05, 200), rng.normal(-0.6, 0.05, 200))
    rows = rows.assign(is_slow=is_slow)
    shares = [
        remember(rows, 0, HERE.where(HERE.index != "change_share", share), LIMITS).neighbours
        for share in (-0.05, -0.6)
    ]
    slow, fast = (float(near["is_slow"].mean()) for near in shares)
    assert slow > 0.8 and fast < 0.2
