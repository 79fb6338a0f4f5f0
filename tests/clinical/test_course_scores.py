"""Scores of courses at the time points, and the days of response, remission and relapse, against the slow twin."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from few_histories import prepare_few
from generated import START, generate_clinic
from kernel_run import KernelRun, day_number
from slow_categories import (
    category_of,
    is_at_caseness,
    is_confirmed,
    is_provisional,
    is_sure_response,
)
from slow_records import Look, Trajectory, by_patient, until
from slow_rules import is_provisional_improvement
from slow_twin import LAST_BEFORE_DOSE, courses_of, trajectory_of

from lib.clinical.histories import select_points
from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.course_scores import TIME_POINTS, derive_course_scores
from lib.clinical.segments import NONE
from lib.clinical.trajectory import Timeline

N_CLINICS = 200 if os.environ.get("PROVE") else 8
WEEK_MARGINS = {"week_4": (28, 7), "week_12": (84, 14)}


def cut(path: Trajectory, look: Look) -> Trajectory:
    """As it stood with this follow-up the latest."""
    return replace(path, follow_ups=path.follow_ups[: path.follow_ups.index(look) + 1])


def run_kernel(clinic, as_of, policy):
    """The run, its points of courses that have begun, and their rows."""
    run = KernelRun(clinic, as_of, policy)
    points = select_points(run.prepared, run.as_of, with_earlier_courses=True)
    first_day = Timeline.at(run.prepared.courses.first_day, points.course)
    begun = points.take(first_day != NONE)
    return run, begun, derive_course_scores(run.prepared, begun, policy)


def look_at_time_point(path: Trajectory, name: str) -> Look | None:
    if name == "latest":
        return path.follow_ups[-1] if path.follow_ups else None
    if name in WEEK_MARGINS:
        days, margin = WEEK_MARGINS[name]
        near = [look for look in path.follow_ups if abs((look.on - path.day_0).days - days) <= margin]
        return near[-1] if near else None
    number = int(name[-1])
    after = [
        look
        for look in path.follow_ups
        if sum(on < look.on for on in path.dosed_on) == number
        and 3 <= (look.on - path.dosed_on[number - 1]).days <= 28
    ]
    return after[-1] if after else None


def first_on(path: Trajectory, holds) -> int:
    return next((day_number(look.on) for look in path.follow_ups if holds(look)), NONE)


def expected_row(path: Trajectory) -> dict[str, int]:
    has_baseline = path.baseline is not None
    looks = {name: look_at_time_point(path, name) for name in TIME_POINTS}
    unsure = (
        look is not None and has_baseline and is_provisional_improvement(cut(path, look))
        for look in looks.values()
    )
    is_case = has_baseline and is_at_caseness(path)
    does_count = has_baseline and path.baseline.total > 0
    response_on = first_on(
        path, lambda look: does_count and is_sure_response(path, look) and is_confirmed(path, look) is True
    )
    return {
        "baseline_total": path.baseline.total if has_baseline else NONE,
        **{f"{name}_total": look.total if look else NONE for name, look in looks.items()},
        "unsure": sum(flag << bit for bit, flag in enumerate(unsure)),
        "latest_on": day_number(path.follow_ups[-1].on) if path.follow_ups else NONE,
        "response_on": response_on,
        "remission_on": first_on(
            path, lambda look: is_case and look.total < 5 and not is_provisional(cut(path, look))
        ),
        "relapse_on": first_on(
            path,
            lambda look: (
                is_case and day_number(look.on) > response_on and category_of(cut(path, look))[0] == "relapse"
            ),
        ),
    }


@pytest.mark.parametrize("seed", range(700, 700 + N_CLINICS))
def test_every_course_says_what_the_twin_says(seed, policy):
    clinic, as_of = generate_clinic(seed), START + timedelta(days=170)
    run, begun, rows = run_kernel(clinic, as_of, policy)
    assert len(rows)
    for index, row in enumerate(rows.drop(columns="baseline_on").to_dict("records")):
        name, number = run.names[begun.patient[index]], run.prepared.courses.number[begun.course[index]]
        record = until(by_patient(clinic)[name], as_of)
        course = next(one for one in courses_of(record) if one.number == number)
        instrument = BY_CODE[begun.instrument[index]].name
        path = trajectory_of(record, course, instrument, LAST_BEFORE_DOSE)
        assert row == expected_row(path), (name, number, instrument)


def test_the_generated_clinics_hold_every_case(policy):
    """A comparison that never sees a relapse would say nothing of relapses."""
    day = START + timedelta(days=170)
    found = [run_kernel(generate_clinic(seed), day, policy)[2] for seed in range(700, 708)]
    for name in found[0].columns:
        values = [value for rows in found for value in rows[name] if value not in (NONE, 0)]
        assert len(values) > 3, name


def test_a_relapse_after_the_confirmed_response_is_not_lost_behind_an_earlier_one(policy):
    """A first response (day 7) that the next form does not confirm, a relapse (21), a response that is confirmed (35, 42), and
    the relapse from that one (63): the curve from response to relapse must see it."""
    days, totals = [0, 7, 14, 21, 35, 42, 56, 63], [20, 8, 16, 17, 8, 8, 18, 18]
    prepared = prepare_few([([0, 7, 14, 28, 42, 56], days)], 70, policy, totals=totals)
    points = select_points(prepared, 70, with_earlier_courses=True)
    row = derive_course_scores(prepared, points.take(points.instrument == 0), policy).iloc[0]
    assert (row["response_on"], row["relapse_on"]) == (35, 63)
