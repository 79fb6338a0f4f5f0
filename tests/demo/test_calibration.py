"""The generator against the acceptance table of the clinical evidence, section 3.2, at n = 5,000.

Three seeds by default; PROVE=1 takes the full 20, and `-s` prints what was measured.
"""

import os

import numpy as np
import pytest

from lib.demo import Cohort, generate_cohort, recipe

N_PATIENTS = 5_000
SEEDS = range(20 if os.environ.get("PROVE") == "1" else 3)

# Metric -> lowest and highest value that the table's tolerance allows, in each seed.
ALLOWED = {
    "phq9_response": (0.578, 0.678),  # Hull 62.8 % +- 5 points
    "phq9_remission": (0.276, 0.376),  # Hull 32.6 % +- 5 points; the floor of 26 % lies below
    "phq9_deterioration": (0.003, 0.03),  # Hull 0.9 %
    "phq9_any_improvement": (0.84, 0.94),  # Mindbloom's summary of Hull, 89 % +- 5 points
    "phq9_d": (1.26, 1.96),  # Hull 1.61 +- 0.35
    "gad7_response": (0.579, 0.679),  # Hull 62.9 % +- 5 points
    "gad7_remission": (0.263, 0.363),  # Hull 31.3 % +- 5 points
    "gad7_deterioration": (0.0, 0.036),  # Hull 0.6 %, at most 3 points more
    "gad7_d": (1.21, 1.91),  # Hull 1.56 +- 0.35
    "lost_outcomes": (0.0, 0.0),  # preset "demo"
    "adverse_event": (0.154, 0.228),  # Swanson 18.8 % of 431, its Wilson interval
    "item_9_improved": (0.65, 0.81),  # McInnes 73 % +- 8 points
    "item_9_worsened": (0.0, 0.14),  # McInnes 6 % +- 8 points
    "still_response_week_4": (0.72, 0.88),  # McInnes 80 % +- 8 points
    "still_response_week_8": (0.52, 0.68),  # McInnes 60 % +- 8 points
    "sbp_rise": (5.0, 11.0),  # Yale +16.0, halved for the sublingual route, +- 3 mmHg
    "dbp_rise": (2.5, 8.5),  # Yale +11.0, halved, +- 3 mmHg
    "phq9_baseline": (15.0, 19.0),  # Hull: the mean lies in the moderately severe band
    "gad7_baseline": (15.0, 21.0),  # Hull: the mean lies in the severe band
    # Hassan: 47.6 % after session 3, higher after 6; the steps are checked to be upwards, the levels are printed.
    "phq9_response_session_3": (0.0, 1.0),
    "phq9_response_session_6": (0.0, 1.0),
    "gad7_response_session_3": (0.0, 1.0),
    "gad7_response_session_6": (0.0, 1.0),
}
RISE_COUNTED = {"phq9": 5, "gad7": 4}


def measure_instrument(name: str, totals: np.ndarray) -> dict[str, float]:
    """What Hull reports, of those at 10 or above before the first dose who have a form after session 4."""
    completers = totals[(totals[:, 0] >= 10) & (totals[:, 4] >= 0)]
    before, after = completers[:, 0], completers[:, 4]
    pooled_sd = np.sqrt((before.var(ddof=1) + after.var(ddof=1)) / 2)
    return {
        f"{name}_response": np.mean(2 * after <= before),
        f"{name}_remission": np.mean(after < 5),
        f"{name}_deterioration": np.mean(after - before >= RISE_COUNTED[name]),
        f"{name}_any_improvement": np.mean(after < before),
        f"{name}_d": (before.mean() - after.mean()) / pooled_sd,
        f"{name}_baseline": before.mean(),
        f"{name}_response_session_3": np.mean(2 * completers[:, 3] <= before),
        f"{name}_response_session_6": np.mean(2 * completers[:, 6] <= before),
    }


def still_responding(cohort: Cohort, week: int) -> float:
    """Kaplan-Meier of losing a response without further dosing; nobody is censored before the week."""
    baseline = cohort.phq9[:, 0]
    at_end = cohort.phq9[np.arange(len(baseline)), cohort.n_induction]
    is_responder = (baseline >= 10) & (2 * at_end <= baseline) & ~cohort.is_maintained
    is_lost = 2 * cohort.phq9_after[is_responder, :week] > baseline[is_responder, None]
    return 1 - is_lost.any(axis=1).mean()


def measure(cohort: Cohort) -> dict[str, float]:
    had_ideation = (cohort.phq9[:, 0] >= 10) & (cohort.item_9[:, 0] > 0)
    before, after = cohort.item_9[had_ideation, 0], cohort.item_9[had_ideation, 4]
    pressure = cohort.blood_pressure
    return {
        **measure_instrument("phq9", cohort.phq9),
        **measure_instrument("gad7", cohort.gad7),
        "lost_outcomes": np.mean((cohort.phq9[:, 4] < 0) | (cohort.gad7[:, 4] < 0)),
        "adverse_event": cohort.has_adverse_event.mean(),
        "item_9_improved": np.mean(after < before),
        "item_9_worsened": np.mean(after > before),
        "still_response_week_4": still_responding(cohort, 4),
        "still_response_week_8": still_responding(cohort, 8),
        "sbp_rise": np.mean(pressure.sbp_40 - pressure.sbp_pre),
        "dbp_rise": np.mean(pressure.dbp_40 - pressure.dbp_pre),
    }


@pytest.fixture(scope="module")
def cohorts() -> list[Cohort]:
    return [generate_cohort(seed, N_PATIENTS) for seed in SEEDS]


@pytest.fixture(scope="module")
def measured(cohorts: list[Cohort]) -> dict[str, np.ndarray]:
    """Metric -> its value in each seed."""
    rows = [measure(cohort) for cohort in cohorts]
    found = {metric: np.array([row[metric] for row in rows]) for metric in rows[0]}
    print(f"\n{N_PATIENTS} patients, {len(rows)} seeds: lowest, mean, highest")
    for metric, values in found.items():
        print(f"{metric:26s} {values.min():8.3f} {values.mean():8.3f} {values.max():8.3f}")
    return found


@pytest.mark.parametrize("metric", ALLOWED)
def test_a_metric_lies_within_the_tolerance_of_the_table(
    metric: str, measured: dict[str, np.ndarray]
) -> None:
    low, high = ALLOWED[metric]
    assert low <= measured[metric].min()
    assert measured[metric].max() <= high


@pytest.mark.parametrize("name", ["phq9", "gad7"])
def test_response_rises_from_session_3_to_4_to_6(name: str, measured: dict[str, np.ndarray]) -> None:
    after_3, after_4, after_6 = (
        measured[f"{name}_response{suffix}"] for suffix in ("_session_3", "", "_session_6")
    )
    assert (after_3 < after_4).all()
    assert (after_4 < after_6).all()


def test_the_class_shares_are_exact(cohorts: list[Cohort]) -> None:
    for cohort in cohorts:
        counted = np.bincount(cohort.trajectory_class)
        assert counted.tolist() == [round(N_PATIENTS * share) for share in recipe.CLASS_SHARES]


def test_everybody_enters_at_caseness_on_one_instrument(cohorts: list[Cohort]) -> None:
    for cohort in cohorts:
        assert ((cohort.phq9[:, 0] >= 10) | (cohort.gad7[:, 0] >= 10)).all()
        assert (cohort.phq9[:, 0] < 10).any()
        assert (cohort.gad7[:, 0] < 10).any()


def test_every_total_leaves_room_for_its_item_9(cohorts: list[Cohort]) -> None:
    for cohort in cohorts:
        for totals, item_9 in ((cohort.phq9, cohort.item_9), (cohort.phq9_after, cohort.item_9_after)):
            assert ((item_9 >= 0) & (item_9 <= 3) & (item_9 <= totals) & (totals - item_9 <= 24)).all()


def test_pressure_rises_more_in_early_sessions_and_in_the_older(cohorts: list[Cohort]) -> None:
    for cohort in cohorts:
        rise = cohort.blood_pressure.sbp_40 - cohort.blood_pressure.sbp_pre
        assert rise[:, :3].mean() > rise[:, 3:].mean()
        assert rise[cohort.age >= 55].mean() > rise[cohort.age < 30].mean()


def test_a_seed_gives_the_same_cohort_and_another_seed_another_one() -> None:
    first, again, other = generate_cohort(7, 300), generate_cohort(7, 300), generate_cohort(8, 300)
    for name in ("phq9", "gad7", "item_9", "phq9_after", "gad7_after", "is_maintained", "age"):
        assert (getattr(first, name) == getattr(again, name)).all()
    assert (first.phq9 != other.phq9).any()
