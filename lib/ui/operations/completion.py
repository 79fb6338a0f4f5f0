"""Completion: forms that were due and are there, by clinic, instrument and time point; and those that are missing."""

from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from lib.charts.clinic import completion as figures
from lib.charts.theme import Theme
from lib.clinical.instruments import BY_CODE
from lib.clinical.intervals import Share
from lib.clinical.operations.completion import LABELS
from lib.clinical.outcomes.course_scores import N_SESSIONS
from lib.services import completion
from lib.services.completion import Completion
from lib.ui import access, display, wording
from lib.ui.asking import ask_alike
from lib.ui.display import escape
from lib.ui.operations.counted import (
    Columns,
    find_few,
    read_chosen,
    say_dates,
    say_n,
    show_counts,
    show_figure,
    show_people,
)
from lib.ui.operations.period import Period

_ABOUT = (
    "Of {n} courses begun in this span, forms done / due. A form is due when its days have passed: of a session those to the "
    "next one, at most {days}; of month 1, 3 and 6 those around week 4, 12 and 26. Who left is still asked for one; who died "
    "is not, nor after each session of a daily course. Done: a valid form that speaks of the time point."
)
# Ten time points of two instruments stand beside one another.
_SHORT = ("Base", *(f"S{number}" for number in range(1, N_SESSIONS + 1)), "M1", "M3", "M6")
_WIDE = MappingProxyType({"Clinic": 80, "Form": 58})


def show_completion(period: Period) -> None:
    found: Completion = ask_alike(completion.read_completion, *period.asked)
    st.header("Forms done of those that were due", anchor=False)
    n, days = say_n(found.n_courses, found.policy), found.policy.expected_course.max_days_after
    st.caption(_ABOUT.format(n=n, days=wording.count(days, "day")))
    if found.counts.empty:
        display.show_empty("No course began in this span.")
        return
    show_figure(found, "completion", lambda theme: _draw(found, theme))
    if access.may_see_patients():
        _show_table(found)


def _draw(found: Completion, theme: Theme) -> tuple[Any, str]:
    rows = found.counts.to_dict("records")
    parts = [(int(row["n_done"]), int(row["n_due"] - row["n_done"])) for row in rows]
    cells = {
        (str(row["clinic_id"]), BY_CODE[int(row["instrument"])].name, _SHORT[int(row["point"])]): None
        if is_few
        else Share(int(row["n_done"]), int(row["n_due"]))
        for row, is_few in zip(rows, find_few(parts, found.policy), strict=True)
    }
    sites = sorted({site for site, _, _ in cells})
    names = [one.name for one in BY_CODE if any(name == one.name for _, name, _ in cells)]
    data = figures.Completion(sites, names, _SHORT, cells)
    return figures.plot_completion(data, theme), figures.describe_completion(data)


def _show_table(found: Completion) -> None:
    groups = list(found.counts.groupby(["clinic_id", "instrument"]))
    rows = [_say_row(str(clinic), int(code), counts) for (clinic, code), counts in groups]
    columns: Columns = {heading: (_WIDE.get(heading, 57), None) for heading in rows[0]}
    slugs = [f"{clinic}:{BY_CODE[int(code)].name}" for (clinic, code), _ in groups]
    alt = "Forms done of those due, by clinic, instrument and time point"
    show_counts(
        pd.DataFrame(rows), columns, key="completion", alt=alt, opens=("forms", slugs), is_wrapped=True
    )
    at = read_chosen("forms", slugs)
    if at is not None:
        clinic, code = groups[at][0]
        _show_missing(found, str(clinic), int(code))


def _say_row(clinic: str, code: int, counts: pd.DataFrame) -> dict[str, str]:
    n_of = {int(row["point"]): (int(row["n_done"]), int(row["n_due"])) for row in counts.to_dict("records")}
    cells = {label: _say_cell(n_of.get(at)) for at, label in enumerate(LABELS)}
    return {"Clinic": clinic, "Form": BY_CODE[code].name, **cells}


def _say_cell(counts: tuple[int, int] | None) -> str:
    """33/40 82 %; a dash where nothing was due."""
    if counts is None:
        return "–"
    done, due = counts
    return f"{done}/{due} {100 * done / due:.0f}{wording.NB}%"


def _show_missing(found: Completion, clinic: str, code: int) -> None:
    is_own = (found.missing["clinic_id"] == clinic) & (found.missing["instrument"] == code)
    own = found.missing[is_own].sort_values(["point", "day_0", "patient_id"])
    said = {"Missing": [LABELS[at] for at in own["point"]], "First dose": say_dates(own["day_0"])}
    show_people(
        f"{escape(BY_CODE[code].name)} forms missing at {escape(clinic)}", own, said, key="missing-forms"
    )
