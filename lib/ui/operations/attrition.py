"""Attrition: a bar a step, the numbers behind it, and the people who stand at the chosen one."""

from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from lib.charts.clinic.attrition import describe_attrition, plot_attrition
from lib.charts.theme import Theme
from lib.clinical import attrition as figures
from lib.clinical.intervals import Share, say_share
from lib.clinical.operations.attrition import STEPS
from lib.services import attrition
from lib.services.attrition import Attrition
from lib.ui import access, display, wording
from lib.ui.asking import ask_alike
from lib.ui.display import escape
from lib.ui.operations.counted import (
    Columns,
    limit_of,
    read_chosen,
    say_dates,
    say_n,
    show_counts,
    show_figure,
    show_people,
)
from lib.ui.operations.period import Period

_ABOUT = (
    "Of the {n} who enrolled in this span: dosing sessions over all courses; maintenance is a session after the sixth, or a "
    "maintenance course. Under way: no end is recorded, and a session, course or enrolment in the last {silent} days. Who is "
    "under way is counted neither as gone on nor as left."
)
_COLUMNS: Columns = MappingProxyType(
    {
        "Step": (86, None),
        "Reached": (80, "Of everybody who enrolled in the span"),
        "Went on": (156, "Of those who went on or left; share with its 95 % interval"),
        "Under way": (62, "Reached this step, and may still go on"),
        "Left": (44, "Reached this step, and left before the next"),
        "Why they left": (250, "As recorded; most frequent first"),
    }
)


def show_attrition(period: Period) -> None:
    found: Attrition = ask_alike(attrition.read_attrition, *period.asked)
    n = int(found.steps["n_reached"].iloc[0])
    st.header("From enrolment to maintenance", anchor=False)
    st.caption(_ABOUT.format(n=say_n(n, found.policy), silent=found.policy.courses.in_treatment_days))
    if found.n_without_date:
        st.caption(say_without_date(found))
    if not n:
        display.show_empty("Nobody enrolled in this span.")
        return
    show_figure(found, "attrition", lambda theme: _draw(found, theme))
    if access.may_see_patients():
        _show_steps(found)


def say_without_date(found: Attrition) -> str:
    """A day after the one that is looked back at is not known: whoever has it, and whoever has none, are not told apart."""
    of_whom = "without a recorded day of enrolment"
    if found.is_known_on:
        of_whom = (
            f"of whom no enrolment was known by {wording.say_date(found.as_of)} (not recorded, or later)"
        )
    return f"Patients {of_whom}, in no step: {say_n(found.n_without_date, found.policy)}."


def _draw(found: Attrition, theme: Theme) -> tuple[Any, str]:
    rows, steps = found.steps.to_dict("records"), []
    for at, row in enumerate(rows):
        before = found.reasons[found.reasons["stage"] == at - 1].to_dict("records")
        reasons = [(str(one["reason"]), int(one["n"])) for one in before]
        n_waiting = int(rows[at - 1]["n_under_way"]) if at else 0
        steps.append(figures.Step(str(row["step"]).capitalize(), int(row["n_reached"]), reasons, n_waiting))
    data, limit = figures.Attrition(steps), limit_of(found.policy)
    return plot_attrition(data, theme, limit), describe_attrition(data, limit)


def _show_steps(found: Attrition) -> None:
    said = pd.DataFrame([_say_step(found, at, row) for at, row in enumerate(found.steps.to_dict("records"))])
    slugs = [str(at) for at in range(len(STEPS))]
    alt = "Attrition, step by step"
    show_counts(said, _COLUMNS, key="attrition", alt=alt, opens=("step", slugs), is_wrapped=True)
    at = read_chosen("step", slugs)
    if at is not None:
        _show_people(found, at)


def _say_step(found: Attrition, at: int, row: dict) -> dict[str, str]:
    n, n_on, n_left = (int(row[name]) for name in ("n_reached", "n_went_on", "n_left"))
    everybody = int(found.steps["n_reached"].iloc[0])
    reasons = found.reasons[found.reasons["stage"] == at]
    decided = Share(n_on, n_on + n_left)
    is_last = at == len(STEPS) - 1
    return {
        "Step": row["step"].capitalize(),
        "Reached": f"{n:,}, {100 * n / everybody:.0f}{wording.NB}%",
        "Went on": "–" if is_last else (say_share(decided) if decided.total else "nobody yet"),
        "Under way": f"{row['n_under_way']:,}",
        "Left": f"{n_left:,}",
        "Why they left": " · ".join(f"{one['reason']} {one['n']}" for one in reasons.to_dict("records"))
        or "–",
    }


def _show_people(found: Attrition, at: int) -> None:
    """Who stands at a step: under way and left, not those who went on."""
    people = found.people[found.people["stage"] == at].sort_values(["is_left", "reason", "patient_id"])
    said = {
        "Enrolled": say_dates(people["enrolled_on"]),
        "Sessions": people["n_sessions"],
        "Last session": say_dates(people["last_session_on"]),
        "Stands": ["left" if is_left else "under way" for is_left in people["is_left"]],
        "Reason": people["reason"],
    }
    show_people(f"{escape(STEPS[at].capitalize())}, and no further", people, said, key="attrition-people")
