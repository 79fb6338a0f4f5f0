"""Tables of counts, and the people behind the one that was chosen: drawn only for whoever may see patients."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lib.services.access import Permission, can
from lib.ui import access, display, opening, wording
from lib.ui.columns import text_column

# By heading: width in pixels, and what it means.
Columns = Mapping[str, tuple[int, str | None]]
_HIDDEN = "Who they are is shown to whoever may see patients."


def may_name() -> bool:
    return can(access.actor(), Permission.SEE_PATIENTS)


def show_counts(
    said: pd.DataFrame,
    columns: Columns,
    *,
    key: str,
    alt: str,
    opens: tuple[str, Sequence[str]] | None = None,
) -> None:
    """One row a count, in words. opens: the parameter of the address that a press on a row writes, and each row's value."""
    drawn: dict[str, Any] = {heading: text_column(heading, *about) for heading, about in columns.items()}
    if opens and may_name():
        parameter, values = opens
        drawn["People"] = opening.choice_column(parameter, values)
        said = said.assign(People=opening.READ)
    display.show_table(said, drawn, key=key, alt=alt)


def show_people(title: str, people: pd.DataFrame, said: Mapping[str, Iterable[Any]], *, key: str) -> None:
    """The rows behind a count, a page at a time, each opening its patient, and all of them as a file. title: words of ours, or
    escaped. people: patient_key, patient_id, clinic_id; said: by heading what else stands in each row."""
    if not may_name():
        st.caption(_HIDDEN)
        return
    st.subheader(f"{title}: {len(people):,}", anchor=False)
    if people.empty:
        st.caption("Nobody.")
        return
    cells = {heading: list(values) for heading, values in said.items()}
    rows = pd.DataFrame({"Patient": list(people["patient_id"]), "Clinic": list(people["clinic_id"]), **cells})
    place = st.container()
    page = display.choose_page(len(rows), "rows")
    keys = people["patient_key"].iloc[page]
    columns: dict[str, Any] = {"Open": opening.open_column([f"patient-{one}" for one in keys])}
    columns |= {heading: text_column(heading, 110) for heading in rows.columns}
    with place:
        display.show_table(rows.iloc[page].assign(Open=opening.OPEN), columns, key=key, alt=title)
    display.show_download("CSV of this list", lambda: rows, f"{key}.csv", key=f"{key}-csv")


def say_dates(days: "pd.Series[pd.Timestamp]", unknown: str = "–") -> list[str]:
    return [wording.say_date(day, unknown) for day in days]
