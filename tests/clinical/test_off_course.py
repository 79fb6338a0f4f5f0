"""Off the expected course against its slow twin, on generated clinics of weekly courses in which some fall behind the others."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from generated import START
from generated_weekly import generate_weekly_clinic
from kernel_run import NO_CARE, KernelRun
from slow_further_rules import further_flag_rows

RULE, MIN_PATIENTS = "off_expected_course", 5
N_CLINICS = 500 if os.environ.get("PROVE") else 8
DAYS = tuple(START + timedelta(days=n) for n in (78, 108))


@pytest.fixture(scope="module")
def few(policy):
    """A few comparable patients are enough."""
    return replace(policy, expected_course=replace(policy.expected_course, min_patients=MIN_PATIENTS))


@pytest.mark.parametrize("seed", range(N_CLINICS))
def test_the_twin_finds_the_same_courses_off_the_expected_one(seed, few):
    clinic = generate_weekly_clinic(seed)
    for as_of in DAYS:
        found = [flag for flag in KernelRun(clinic, as_of, few).flags() if flag[1] == RULE]
        twin = further_flag_rows(clinic, NO_CARE, as_of, min_patients=MIN_PATIENTS)
        assert found == [flag for flag in twin if flag[1] == RULE]


def test_the_generated_clinics_have_such_courses_of_both_severities(few):
    found = [
        flag for seed in range(8) for flag in KernelRun(generate_weekly_clinic(seed), DAYS[1], few).flags()
    ]
    assert {severity for _, rule, severity, *_ in found if rule == RULE} == {"watch", "medium"}


def test_what_the_others_bring_this_month_changes_nobody_s_flag(few):
    """Without the others' records of the month in which it is asked, the same flags."""
    clinic, as_of = generate_weekly_clinic(2), DAYS[1]
    month = as_of.replace(day=1)
    flags = [flag for flag in KernelRun(clinic, as_of, few).flags() if flag[1] == RULE]
    for who in {flag[0] for flag in flags}:
        forms = tuple(form for form in clinic.forms if form.patient_id == who or form.on < month)
        own = KernelRun(replace(clinic, forms=forms), as_of, few).flags()
        assert [flag for flag in own if flag[:2] == (who, RULE)] == [flag for flag in flags if flag[0] == who]
    assert flags
