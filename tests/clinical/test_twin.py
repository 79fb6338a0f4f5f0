"""Kernel and rules against the slow twin, row for row, on generated clinics."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from generated import START, generate_clinic
from generated_care import generate_care
from generated_closings import days_around, with_closings
from kernel_run import NO_CARE, KernelRun
from slow_further_rules import further_flag_rows
from slow_records import by_patient
from slow_rules import flag_rows, suicidality_item_9, view_on
from slow_twin import LAST_BEFORE_DOSE, status_rows

from lib.clinical.policy import parse_policy

SHIPPED = parse_policy(Path("data/policy.toml").read_bytes(), "policy.toml", 1)
# A few comparable patients are enough, so that a small clinic has somebody off the expected course.
MIN_PATIENTS = 5
POLICY = replace(SHIPPED, expected_course=replace(SHIPPED.expected_course, min_patients=MIN_PATIENTS))
# Quick counts by default; `make prove` asks for every battery at full counts.

N_CLINICS = 500 if os.environ.get("PROVE") else 16


def plain(value):
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    if isinstance(value, float):
        return round(value, 9)
    return value.item() if hasattr(value, "item") else value


def status_of(run: KernelRun, all_courses: bool) -> list[dict]:
    rows = run.status(all_courses=all_courses).sort_values(["patient_id", "course", "instrument"])
    return [{name: plain(value) for name, value in row.items()} for row in rows.to_dict("records")]


def expected_status(rows: list[dict]) -> list[dict]:
    return [
        {name: plain(value) if value is not None else None for name, value in row.items()} for row in rows
    ]


def expected_flags(clinic, as_of, care=NO_CARE, **rule) -> list[tuple]:
    rows = flag_rows(clinic, as_of, **rule)
    first = [(r["patient_id"], r["rule"], r["severity"], r["since"], r["instrument"]) for r in rows]
    return sorted([*first, *further_flag_rows(clinic, care, as_of, min_patients=MIN_PATIENTS, **rule)])


@pytest.mark.parametrize("seed", range(N_CLINICS))
def test_kernel_says_what_the_twin_says(seed):
    clinic = generate_clinic(seed)
    for as_of in (START + timedelta(days=45), START + timedelta(days=80), START + timedelta(days=200)):
        run = KernelRun(clinic, as_of, POLICY)
        for all_courses in (False, True):
            assert status_of(run, all_courses) == expected_status(status_rows(clinic, as_of, all_courses))
        assert run.flags() == expected_flags(clinic, as_of)


@pytest.mark.parametrize("seed", range(N_CLINICS))
def test_the_rules_find_what_the_twin_finds_in_all_records(seed):
    clinic, care = generate_care(generate_clinic(3_000 + seed), seed)
    for as_of in (START + timedelta(days=60), START + timedelta(days=130)):
        assert KernelRun(clinic, as_of, POLICY, care).flags() == expected_flags(clinic, as_of, care)


@pytest.mark.parametrize("seed", range(N_CLINICS))
def test_item_9_adds_to_a_closing_or_opens_again_as_the_twin_says(seed):
    clinic = with_closings(generate_clinic(4_000 + seed, 20), seed)
    for as_of in days_around(clinic, seed):
        found = KernelRun(clinic, as_of, POLICY).item_9()
        expected = {
            patient: suicidality_item_9(view_on(own, as_of, LAST_BEFORE_DOSE))
            for patient, own in by_patient(clinic).items()
        }
        assert found == {patient: severity for patient, severity in expected.items() if severity}


@pytest.mark.parametrize("rule", ["first_assessment", "worst_in_30_days"])
@pytest.mark.parametrize("seed", range(N_CLINICS // 5))
def test_kernel_says_what_the_twin_says_under_the_other_baseline_rules(seed, rule):
    policy = replace(POLICY, baseline=replace(POLICY.baseline, rule=rule))
    clinic, as_of = generate_clinic(1_000 + seed), START + timedelta(days=120)
    run = KernelRun(clinic, as_of, policy)
    for all_courses in (False, True):
        expected = status_rows(clinic, as_of, all_courses, baseline_rule=rule)
        assert status_of(run, all_courses) == expected_status(expected)
    assert run.flags() == expected_flags(clinic, as_of, baseline_rule=rule)


@pytest.mark.parametrize("seed", range(N_CLINICS // 5))
def test_an_instrument_that_is_not_collected_gives_no_flags_but_item_9(seed):
    clinic = replace(generate_clinic(2_000 + seed), collected=frozenset({"GAD-7"}))
    as_of = START + timedelta(days=120)
    assert KernelRun(clinic, as_of, POLICY).flags() == expected_flags(clinic, as_of)
