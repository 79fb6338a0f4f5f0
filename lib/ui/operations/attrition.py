"""Attrition: one row a step, and the people who stand at the chosen one."""

from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.intervals import Share, say_share
from lib.clinical.operations.attrition import STEPS
from lib.services import attrition
from lib.services.attrition import Attrition
from lib.ui import address, display, wording
from lib.ui.asking import ask
from lib.ui.display import escape
from lib.ui.operations.counted import Columns, say_dates, show_counts, show_people
from lib.ui.operations.period import Period

_ABOUT = (
    "Of the {n} who enrolled in this span: dosing sessions over all courses; maintenance is a session after the sixth, or a "
    "maintenance course. Under way: no end is recorded, and a session, course or enrolment in the last {silent} days. Who is "
    "under way is counted neither as gone on nor as left."
)
_COLUMNS: Columns = MappingProxyType(
    {
        "Step": (104, None),
        "Reached": (110, "Of everybody who enrolled in the span"),
        "Went on": (168, "Of those who went on or left; share with its 95 % interval"),
        "Under way": (72, "Reached this step, and may still go on"),
        "Left": (50, "Reached this step, and left before the next"),
        "Why they left": (360, "As recorded; most frequent first"),
    }
)


def show_attrition(period: Period) -> None:
    found: Attrition = ask(attrition.read_attrition, *period.asked)
    n = int(found.steps["n_reached"].iloc[0])
    st.header("From enrolment to maintenance", anchor=False)
    st.caption(_ABOUT.format(n=f"{n:,}", silent=found.silent_days))
    if found.n_without_date:
        people = wording.count(found.n_without_date, "patient")
        st.caption(f"Of {people} no day of enrolment is recorded: they are in no step.")
    if not n:
        display.show_empty("Nobody enrolled in this span.")
        return
    said = pd.DataFrame([_say_step(found, at, row) for at, row in enumerate(found.steps.to_dict("records"))])
    slugs = [str(at) for at in range(len(STEPS))]
    show_counts(said, _COLUMNS, key="attrition", alt=f"Attrition of {n} people", opens=("step", slugs))
    _show_chosen(found)


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
        "Why they left": ", ".join(f"{one['reason']} {one['n']}" for one in reasons.to_dict("records"))
        or "–",
    }


def _show_chosen(found: Attrition) -> None:
    """Who stands at the step of the address: under way and left, not those who went on."""
    at = address.read_number("step")
    if at is None or at >= len(STEPS):
        return
    people = found.people[found.people["stage"] == at].sort_values(["is_left", "reason", "patient_id"])
    said = {
        "Enrolled": say_dates(people["enrolled_on"]),
        "Sessions": [str(n) for n in people["n_sessions"]],
        "Last session": say_dates(people["last_session_on"]),
        "Stands": ["left" if is_left else "under way" for is_left in people["is_left"]],
        "Reason": list(people["reason"]),
    }
    show_people(f"{escape(STEPS[at].capitalize())}, and no further", people, said, key="attrition-people")
