"""Completion: forms that were due and are there, by clinic, instrument and time point; and those that are missing."""

from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.instruments import BY_CODE
from lib.clinical.operations.completion import LABELS
from lib.services import completion
from lib.services.completion import Completion
from lib.ui import address, display, wording
from lib.ui.asking import ask
from lib.ui.display import escape
from lib.ui.operations.counted import Columns, say_dates, show_counts, show_people
from lib.ui.operations.period import Period

_ABOUT = (
    "Of {n} begun in this span, forms done / due. A form is due when its days have passed: of a session those to the next one, "
    "at most {days}; of month 1, 3 and 6 those around week 4, 12 and 26. Who left is still asked for one; who died is not, nor "
    "after each session of a daily course. Done: a valid form that speaks of the time point."
)
_WIDE = MappingProxyType({"Clinic": 96, "Instrument": 80})


def show_completion(period: Period) -> None:
    found: Completion = ask(completion.read_completion, *period.asked)
    st.header("Forms done of those that were due", anchor=False)
    n = wording.count(found.n_courses, "course")
    st.caption(_ABOUT.format(n=n, days=wording.count(found.policy.expected_course.max_days_after, "day")))
    if found.counts.empty:
        display.show_empty("No course began in this span.")
        return
    groups = list(found.counts.groupby(["clinic_id", "instrument"]))
    rows = [_say_row(str(clinic), int(code), counts) for (clinic, code), counts in groups]
    columns: Columns = {heading: (_WIDE.get(heading, 82), None) for heading in rows[0]}
    slugs = [f"{clinic}:{BY_CODE[int(code)].name}" for (clinic, code), _ in groups]
    alt = "Forms done of those due, by clinic, instrument and time point"
    show_counts(pd.DataFrame(rows), columns, key="completion", alt=alt, opens=("forms", slugs))
    if address.read("forms") in slugs:
        _show_missing(found, *address.read("forms").rsplit(":", 1))


def _say_row(clinic: str, code: int, counts: pd.DataFrame) -> dict[str, str]:
    n_of = {int(row["point"]): (int(row["n_done"]), int(row["n_due"])) for row in counts.to_dict("records")}
    cells = {label: _say_cell(n_of.get(at)) for at, label in enumerate(LABELS)}
    return {"Clinic": clinic, "Instrument": BY_CODE[code].name, **cells}


def _say_cell(counts: tuple[int, int] | None) -> str:
    """33/40 82 %; a dash where nothing was due."""
    if counts is None:
        return "–"
    done, due = counts
    return f"{done}/{due}{wording.NB} {100 * done / due:.0f}{wording.NB}%"


def _show_missing(found: Completion, clinic: str, instrument: str) -> None:
    is_own = (found.missing["clinic_id"] == clinic) & (
        found.missing["instrument"].map(lambda code: BY_CODE[code].name) == instrument
    )
    own = found.missing[is_own].sort_values(["point", "day_0", "patient_id"])
    said = {"Missing": [LABELS[at] for at in own["point"]], "First dose": say_dates(own["day_0"])}
    show_people(f"{escape(instrument)} forms missing at {escape(clinic)}", own, said, key="missing-forms")
