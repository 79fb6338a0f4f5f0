"""The dose-change lens: what is expected after a bad score is not credited to the dose."""

import numpy as np
import pandas as pd
import pytest

from lib.clinical.dose_changes import Looks, fit_lens, select_looks

N_PATIENTS, N_LOOKS = 1_500, 9
SEM = 2.2  # The measurement error that a reliable change of 6 points implies (evidence, product 0.3).


def make_clinic(seed: int, effect: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weekly totals and sessions; the dose goes up whenever a total is not better, with a true effect of so many points."""
    rng = np.random.default_rng(seed)
    start = rng.integers(14, 24, N_PATIENTS).astype(float)
    level = np.where(
        rng.random(N_PATIENTS) < 0.6, rng.uniform(0.3, 0.6, N_PATIENTS), rng.uniform(0.8, 1.0, N_PATIENTS)
    )
    weeks = np.arange(N_LOOKS)
    truth = start[:, None] * (level[:, None] + (1 - level[:, None]) * np.exp(-weeks / 2.5))
    noise = rng.normal(0, SEM, truth.shape)
    totals, doses = np.empty(truth.shape), np.empty((N_PATIENTS, N_LOOKS - 1))
    gained, dose = np.zeros(N_PATIENTS), np.full(N_PATIENTS, 100.0)
    for week in weeks:
        totals[:, week] = np.clip(np.round(truth[:, week] + gained + noise[:, week]), 0, 27)
        if week < N_LOOKS - 1:
            is_raised = (totals[:, week] >= totals[:, week - 1]) if week else np.zeros(N_PATIENTS, dtype=bool)
            dose = dose + 25 * is_raised
            gained = gained + effect * is_raised
            doses[:, week] = dose
    patients = np.repeat(np.arange(N_PATIENTS), N_LOOKS)
    forms = pd.DataFrame(
        {"patient": patients, "day": np.tile(7 * weeks, N_PATIENTS), "total": totals.ravel().astype(int)}
    )
    taken = np.repeat(np.arange(N_PATIENTS), N_LOOKS - 1)
    days = np.tile(7 * weeks[:-1], N_PATIENTS)
    return forms, pd.DataFrame({"patient": taken, "day": days, "dose_mg": doses.ravel()})


def looks_of(forms: pd.DataFrame, sessions: pd.DataFrame) -> Looks:
    return select_looks(forms, sessions, days_after=(3, 28), max_gap=35)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_without_any_effect_the_naive_change_credits_the_dose_and_the_lens_does_not(seed):
    looks = looks_of(*make_clinic(seed, effect=0))
    is_step = looks.n_steps > 0
    change = looks.after - looks.last
    assert change[is_step].mean() < -1
    lens = fit_lens(looks, min_looks=30)
    compared = lens.compare(looks)[is_step]
    assert abs(compared["effect"].mean()) < 0.35
    assert ((compared["low"] <= 0) & (compared["high"] >= 0)).mean() >= 0.9


@pytest.mark.parametrize("seed", [1, 2])
def test_a_true_effect_is_seen(seed):
    looks = looks_of(*make_clinic(seed, effect=-3))
    lens = fit_lens(looks, min_looks=30)
    assert -3.8 < lens.mean_effect < -1.8


def test_too_few_totals_without_a_step_say_nothing():
    forms, sessions = make_clinic(1, effect=0)
    few = looks_of(forms[forms["patient"] < 3], sessions[sessions["patient"] < 3])
    assert fit_lens(few, min_looks=30) is None


CASES = {
    # name: (form days, (session day, mg) …, the looks: (last, after, sessions between, steps))
    "a step between the last two": ([0, 7, 14], [(1, 100), (8, 150)], [(7, 14, 1, 1)]),
    "the same dose": ([0, 7, 14], [(1, 100), (8, 100)], [(7, 14, 1, 0)]),
    "no session between": ([0, 7, 14], [(1, 100)], []),
    "a form on a session's day speaks of the time before": (
        [0, 7, 14],
        [(1, 100), (7, 150)],
        [(7, 14, 1, 1)],
    ),
    "two days after the session": ([0, 7, 14], [(1, 100), (12, 150)], []),
    "three days after the session": ([0, 7, 14], [(1, 100), (11, 150)], [(7, 14, 1, 1)]),
    "28 days after the session": ([0, 7, 36], [(1, 100), (8, 150)], [(7, 36, 1, 1)]),
    "29 days after the session": ([0, 7, 37], [(1, 100), (8, 150)], []),
    "36 days between two forms": ([0, 36, 43], [(1, 100), (37, 150)], []),
    "a first dose is no step": ([-14, -7, 7], [(1, 100)], [(-7, 7, 1, 0)]),
    "two steps": ([0, 7, 14], [(1, 100), (8, 150), (10, 200)], [(7, 14, 2, 2)]),
}


@pytest.mark.parametrize(("form_days", "doses", "wanted"), CASES.values(), ids=CASES)
def test_which_totals_are_looked_at(form_days, doses, wanted):
    forms = pd.DataFrame({"patient": 1, "day": form_days, "total": range(len(form_days))})
    # Another patient on both sides, so that nothing is read across.
    around = pd.DataFrame({"patient": [0, 2], "day": [8, 8], "total": [9, 9]})
    forms = pd.concat([around[:1], forms, around[1:]], ignore_index=True)
    sessions = pd.DataFrame(
        [(0, 2, 50.0), *((1, day, float(mg)) for day, mg in doses), (2, 2, 60.0)],
        columns=["patient", "day", "dose_mg"],
    )
    looks = looks_of(forms, sessions)
    found = zip(looks.last_on, looks.after_on, looks.n_between, looks.n_steps, strict=True)
    assert [tuple(map(int, row)) for row in found] == wanted
