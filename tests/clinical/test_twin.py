"""Kernel and rules against the slow twin, row for row, on generated clinics."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from generated import START, generate_clinic
from kernel_run import KernelRun
from slow_rules import flag_rows
from slow_twin import status_rows

from lib.clinical.policy import parse_policy

POLICY = parse_policy(Path("data/policy.toml").read_bytes(), "policy.toml", 1)
N_CLINICS = 40


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


@pytest.mark.parametrize("seed", range(N_CLINICS))
def test_kernel_says_what_the_twin_says(seed):
    clinic = generate_clinic(seed)
    for as_of in (START + timedelta(days=45), START + timedelta(days=80), START + timedelta(days=200)):
        run = KernelRun(clinic, as_of, POLICY)
        for all_courses in (False, True):
            assert status_of(run, all_courses) == expected_status(status_rows(clinic, as_of, all_courses))
        expected = sorted(
            (r["patient_id"], r["rule"], r["severity"], r["since"], r["instrument"])
            for r in flag_rows(clinic, as_of)
        )
        assert run.flags() == expected
