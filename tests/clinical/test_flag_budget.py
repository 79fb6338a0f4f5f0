"""The flag budget says what a plain recount gives; its shares, its words, and that a later record moves no earlier look."""

import os
import re
from dataclasses import asdict, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import slow_budget
import slow_efficacy
from generated import START, generate_clinic
from hypothesis import given
from hypothesis import strategies as st
from kernel_run import KernelRun, day_number
from slow_records import Clinic

from lib.clinical.flag_budget import FlagBudget, derive_outcomes, summarise_budget
from lib.clinical.flag_budget_wording import say_budget, say_cohort, say_lead
from lib.clinical.flag_replay import replay_looks, select_cohort, select_looks
from lib.clinical.intervals import Share, say_share
from lib.clinical.policy import Policy

N_CLINICS = 100 if os.environ.get("PROVE") else 6


def decide(seed: int, clinic: Clinic) -> dict[str, list[date]]:
    """Decisions on some patients, on any day."""
    rng = np.random.default_rng(seed)
    people = sorted({form.patient_id for form in clinic.forms})
    return {
        who: [START + timedelta(days=int(day)) for day in rng.integers(30, 200, size=2)]
        for who in people
        if rng.random() < 0.4
    }


def budget_of(
    clinic: Clinic,
    decisions: dict[str, list[date]],
    from_day: date,
    as_of: date,
    policy: Policy,
    draft: Policy | None = None,
) -> FlagBudget:
    """The product's budget of a twin's clinic; outcomes by `policy`, flags by `draft`."""
    run = KernelRun(clinic, as_of, policy)
    replayed = KernelRun(clinic, as_of, draft or policy)
    cohort = select_cohort(run.prepared, day_number(from_day), day_number(as_of))
    rows = [
        (run.key[who], day_number(day))
        for who, days in decisions.items()
        if who in run.key
        for day in days
        if day <= as_of
    ]
    return summarise_budget(
        cohort,
        derive_outcomes(run.prepared, cohort, policy),
        replay_looks(replayed.prepared, select_looks(cohort), draft or policy),
        pd.DataFrame(rows, columns=["patient", "day"]).astype("int64"),
    )


def counted(budget: FlagBudget) -> dict[str, object]:
    """As the recount says it."""
    said = {
        name: (value["n"], value["total"]) if isinstance(value, dict) and "total" in value else value
        for name, value in asdict(replace(budget, by_rule={})).items()
        if name not in ("from_day", "as_of")
    }
    return said | {"by_rule": dict(budget.by_rule)}


@pytest.mark.parametrize("seed", range(N_CLINICS))
def test_the_flag_budget_is_what_a_plain_recount_gives(seed, policy):
    clinic = generate_clinic(seed, 60)
    decisions = decide(seed, clinic)
    as_of = START + timedelta(days=(130, 200)[seed % 2])
    from_day = START + timedelta(days=(0, 28)[seed % 2])
    budget = budget_of(clinic, decisions, from_day, as_of, policy)
    assert counted(budget) == slow_budget.recount(clinic, decisions, from_day, as_of)
    assert budget.reviewed.total > 10


def test_the_recounts_were_about_something(policy):
    """Every figure of the budget counts somebody in the generated clinics."""
    seen: dict[str, int] = {}
    for seed in range(6):
        clinic = generate_clinic(seed, 60)
        budget = budget_of(clinic, decide(seed, clinic), START, START + timedelta(days=200), policy)
        for name, value in counted(budget).items():
            n = value[0] if isinstance(value, tuple) else len(value) if isinstance(value, dict) else value
            seen[name] = seen.get(name, 0) + bool(n)
    assert all(seen.values()), seen


def test_a_draft_is_replayed_with_its_own_numbers_against_the_outcomes_of_the_policy_in_force(
    policy, monkeypatch
):
    clinic, as_of = generate_clinic(7, 80), START + timedelta(days=200)
    draft = replace(policy, non_improver=replace(policy.non_improver, min_sessions=1))
    budget = budget_of(clinic, {}, START, as_of, policy, draft)
    before = budget_of(clinic, {}, START, as_of, policy)
    assert budget.by_rule["non_improver"] > before.by_rule["non_improver"]
    assert budget.responders.total == before.responders.total and budget.caught.total == before.caught.total
    monkeypatch.setattr(slow_efficacy, "IMPROVER_SESSIONS", 1)
    # The same number decides there from when anxiety, and a partial response, are judged.
    other = replace(
        draft,
        gad7_non_response=replace(policy.gad7_non_response, min_sessions=1),
        partial_and_flat=replace(policy.partial_and_flat, min_sessions=1),
    )
    assert counted(budget_of(clinic, {}, START, as_of, policy, other)) == slow_budget.recount(
        clinic, {}, START, as_of
    )


def test_a_look_knows_nothing_of_what_came_after_it(policy):
    clinic = generate_clinic(3)
    late, early = START + timedelta(days=200), START + timedelta(days=130)
    looks = {}
    for as_of in (late, early):
        prepared = KernelRun(clinic, as_of, policy).prepared
        cohort = select_cohort(prepared, day_number(START), day_number(as_of))
        found = replay_looks(prepared, select_looks(cohort), policy)
        looks[as_of] = {
            tuple(row) for row in found[found["look"] <= day_number(early)].to_numpy(dtype=object)
        }
    assert looks[late] == looks[early] and looks[early]


def test_a_clinic_without_a_course_asks_for_nothing(policy):
    nobody = Clinic((), (), (), (), frozenset({"PHQ-9"}))
    budget = budget_of(nobody, {}, START, START + timedelta(days=90), policy)
    assert budget.reviewed == Share(0, 0) and budget.per_200 is None and budget.lead_days is None
    said = dict(say_budget(budget))
    assert said["Reviews per 200 patients"] == "nobody was looked at"
    assert said["From the review to the first recorded decision"] == "no decision recorded"


# n, total -> the interval, by Wilson's formula worked by hand to four figures.
WILSON = {
    (0, 10): (0.0, 0.2775),
    (5, 10): (0.2366, 0.7634),
    (10, 10): (0.7225, 1.0),
    (81, 263): (0.2553, 0.3662),
}


@pytest.mark.parametrize("counted_of", WILSON)
def test_the_interval_is_wilsons(counted_of):
    assert Share(*counted_of).interval == pytest.approx(WILSON[counted_of], abs=5e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_share_and_stays_within_0_and_1(one, other):
    share = Share(min(one, other), max(one, other))
    low, high = share.interval
    assert 0 <= low <= (share.n / share.total if share.total else 0) <= high + 1e-12 and high <= 1
    assert bool(share.total) == bool(re.search("%", say_share(share)))


def test_the_words_of_a_budget(policy):
    clinic, as_of = generate_clinic(2), START + timedelta(days=200)
    budget = budget_of(clinic, decide(2, clinic), START, as_of, policy)
    assert say_cohort(budget).startswith(
        f"{budget.reviewed.total} patients who began a course from 1 Jan 2024"
    )
    assert dict(say_budget(budget))["Patients with a review"].startswith(
        f"{budget.reviewed.n}/{budget.reviewed.total}, "
    )
    assert say_lead(replace(budget, lead_days=-3.5, n_decided=2)).startswith("median −3.5 days (n 2/")
