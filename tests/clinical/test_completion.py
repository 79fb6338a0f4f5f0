"""Completion: which forms of hand-made courses were due, and which are there; a day earlier or later decides."""

import numpy as np
import pandas as pd
import pytest
from few_histories import prepare_few

from lib.clinical.operations.completion import (
    LABELS,
    derive_completion,
    select_begun,
    summarise_completion,
)
from lib.clinical.segments import NONE

AS_OF = 1_000
WEEKLY = [900, 907, 914, 921, 928, 935, 942]
# name: session days, form days, died on, what was due (place in LABELS: 1 there, 0 missing).
CASES = {
    "no form at all": ([900], [], NONE, {0: 0, 1: 0, 7: 0, 8: 0}),
    "baseline on day 0": ([900], [900], NONE, {0: 1, 1: 0, 7: 0, 8: 0}),
    "baseline too old": ([900], [869], NONE, {0: 0, 1: 0, 7: 0, 8: 0}),
    "its 28 days end today": ([972], [], NONE, {0: 0}),
    "its 28 days ended yesterday": ([971], [], NONE, {0: 0, 1: 0}),
    "form on day 3": ([960], [963], NONE, {0: 0, 1: 1, 7: 0}),
    "form on day 2 asks of before": ([960], [962], NONE, {0: 0, 1: 0, 7: 0}),
    "month 1 ends today": ([965], [], NONE, {0: 0, 1: 0}),
    "month 1 ended yesterday": ([964], [], NONE, {0: 0, 1: 0, 7: 0}),
    "month 1, first day of its margin": ([900], [921], NONE, {0: 0, 1: 1, 7: 1, 8: 0}),
    "month 1, a day too early": ([900], [920], NONE, {0: 0, 1: 1, 7: 0, 8: 0}),
    "month 1, last day": ([900], [935], NONE, {0: 0, 1: 0, 7: 1, 8: 0}),
    "month 3": ([900, 984], [900, 970], NONE, {0: 1, 1: 0, 7: 0, 8: 1}),
    "second session yesterday": ([992, 999], [999], NONE, {0: 0, 1: 1}),
    "second session today": ([993, 1_000], [1_000], NONE, {0: 0}),
    "two in one day": ([960, 960], [965], NONE, {0: 0, 2: 1, 7: 0}),
    "six weekly": (WEEKLY, [899, 904, 911, 918, 925, 932], NONE, {0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 0, 7: 1, 8: 0}),
    "daily": (list(range(950, 960)), [], NONE, {0: 0, 7: 0}),
    "died within the days": ([950], [], 960, {0: 0}),
    "died after them": ([950], [], 990, {0: 0, 1: 0, 7: 0}),
    "next course began within the days": ([800, 890], [], NONE, {0: 0, 1: 0, 7: 0}),
}  # fmt: skip


@pytest.fixture(scope="module")
def due(policy):
    cases = list(CASES.values())
    prepared = prepare_few([case[:2] for case in cases], AS_OF, policy)
    points = select_begun(prepared, (700, AS_OF), AS_OF)
    return derive_completion(prepared, points, np.array([case[2] for case in cases]), policy)


def test_every_case_is_as_its_name_says(due):
    first = due[due["day_0"] == due.groupby("patient")["day_0"].transform("min")]
    for key, (name, case) in enumerate(CASES.items()):
        own = first[first["patient"] == key]
        assert dict(zip(own["point"], own["is_done"].astype(int), strict=True)) == case[3], name


def test_only_courses_of_the_span_and_collected_instruments_are_asked(policy):
    cases = [([899], [899]), ([900], [900])]
    for collects_gad7, instruments in ((False, {0}), (True, {0, 1})):
        prepared = prepare_few(cases, AS_OF, policy, collects_gad7=collects_gad7)
        points = select_begun(prepared, (900, AS_OF), AS_OF)
        due = derive_completion(prepared, points, np.full(2, NONE), policy)
        assert set(due["patient"]) == {1} and set(due["instrument"]) == instruments


def test_sums_by_clinic(due):
    counts = summarise_completion(due.assign(clinic_id=np.where(due["patient"] < 5, "north", "south")))
    assert counts["n_due"].sum() == len(due) and counts["n_done"].sum() == due["is_done"].sum()
    assert counts["point"].max() < len(LABELS) and (counts["n_done"] <= counts["n_due"]).all()
    assert summarise_completion(due.iloc[:0].assign(clinic_id="")).empty


def test_nobody(policy):
    prepared = prepare_few([([], [990])], AS_OF, policy)
    due = derive_completion(prepared, select_begun(prepared, (0, AS_OF), AS_OF), np.array([NONE]), policy)
    assert due.empty and isinstance(due, pd.DataFrame)
