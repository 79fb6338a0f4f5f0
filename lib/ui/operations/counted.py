"""Tables of counts, and the people behind the one that was chosen: drawn only for whoever may see patients. Others see no small
count either."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lib.charts.theme import Theme
from lib.clinical.policy import Policy
from lib.clinical.small_cells import hide_in_table, say_count
from lib.ui import access, address, display, opening, wording
from lib.ui.columns import text_column
from lib.ui.drawn_once import Read, draw_once
from lib.ui.style import current_theme

# By heading: width in pixels, and what it means.
Columns = Mapping[str, tuple[int, str | None]]
_HIDDEN = "Who they are is shown to whoever may see patients."
# Few, or big and telling what another one is.
_NOT_TOLD = "not shown"
# The parameter of the address that says whose rows are listed: "step:4".
_ROWS, _BETWEEN = "rows", ":"
# All columns of a list of people fit a window of 800 pixels; a letter is about 7 pixels wide.
_ROOM_PX, _LETTER_PX, _NARROW_PX, _WIDE_PX = 690, 7, 56, 190


def limit_of(policy: Policy) -> int:
    """Counts from 1 to this one are not said to whoever may not see patients; 0: every count is said."""
    return 0 if access.may_see_patients() else policy.outcomes.smallest_count - 1


def say_n(n: int, policy: Policy) -> str:
    """A count that stands alone."""
    limit = limit_of(policy)
    return say_count(n, 0 < n <= limit, limit)


def find_few(parts: Sequence[Sequence[int]], policy: Policy) -> list[bool]:
    """Which rows are not told. parts: the counts, by row, that each row's number of people or records falls into."""
    return find_few_and_sums(parts, policy)[0]


def find_few_and_sums(parts: Sequence[Sequence[int]], policy: Policy) -> tuple[list[bool], bool]:
    """Which rows are not told, and whether the sums of all rows may be."""
    limit = limit_of(policy)
    if not limit or not parts:
        return [False] * len(parts), True
    hidden = hide_in_table(parts, limit)
    few = [bool(cells.any() or total) for cells, total in zip(hidden.cells, hidden.row_totals, strict=True)]
    return few, not hidden.column_totals.any()


def show_counts(
    said: pd.DataFrame,
    columns: Columns,
    *,
    key: str,
    alt: str,
    opens: tuple[str, Sequence[str]] | None = None,
    few: Sequence[bool] = (),
    n_names: int = 1,
    is_wrapped: bool = False,
) -> None:
    """One row a count, in words. opens: what is chosen by a press on a row, and each row's own word for it. few:
    rows of which only the first n_names columns are told."""
    drawn: dict[str, Any] = {heading: text_column(heading, *about) for heading, about in columns.items()}
    if any(few):
        said = said.astype(object)
        said.loc[list(few), list(columns)[n_names:]] = _NOT_TOLD
    if opens and access.may_see_patients():
        name, slugs = opens
        drawn["People"] = opening.choice_column(_ROWS, [f"{name}{_BETWEEN}{slug}" for slug in slugs])
        said = said.assign(People=opening.READ)
    display.show_table(said, drawn, key=key, alt=alt, row_height=display.WRAPPED if is_wrapped else None)


def read_chosen(name: str, slugs: Sequence[str]) -> int | None:
    """The place of the row that was chosen of a table, or None. One list stands on the page at a time."""
    what, _, slug = address.read(_ROWS).partition(_BETWEEN)
    return list(slugs).index(slug) if what == name and slug in slugs else None


def show_people(title: str, people: pd.DataFrame, said: Mapping[str, Iterable[Any]], *, key: str) -> None:
    """The rows behind a count, a page at a time, each opening its patient, and all of them as a file. title: words of ours, or
    escaped. people: patient_key, patient_id, clinic_id; said: by heading what else stands in each row."""
    if not access.may_see_patients():
        st.caption(_HIDDEN)
        return
    st.subheader(f"{title}: {len(people):,}", anchor=False)
    if people.empty:
        st.caption("Nobody.")
        return
    cells = {heading: [str(value) for value in values] for heading, values in said.items()}
    rows = pd.DataFrame({"Patient": list(people["patient_id"]), "Clinic": list(people["clinic_id"]), **cells})
    place = st.container()
    page = display.choose_page(len(rows), "rows")
    keys = people["patient_key"].iloc[page]
    columns: dict[str, Any] = {"Open": opening.open_column([f"patient-{one}" for one in keys])}
    widths = _measure(rows.iloc[page])
    columns |= {heading: text_column(heading, widths[heading]) for heading in rows.columns}
    with place:
        display.show_table(rows.iloc[page].assign(Open=opening.OPEN), columns, key=key, alt=title)
    display.show_download("CSV of this list", lambda: rows, f"{key}.csv", key=f"{key}-csv")


def _measure(rows: pd.DataFrame) -> dict[str, int]:
    """By heading a width that its longest cell asks for, all of them together at most the room there is."""
    longest = {name: max(len(name), rows[name].str.len().max()) for name in rows}
    asked = {name: min(max(_LETTER_PX * n + 18, _NARROW_PX), _WIDE_PX) for name, n in longest.items()}
    share = min(1, _ROOM_PX / sum(asked.values()))
    return {name: max(int(width * share), 50) for name, width in asked.items()}


def show_figure(found: Read, name: str, make: Callable[[Theme], tuple[Any, str]]) -> None:
    """Drawn once for a reading. make: the figure in a theme, and in words."""

    def draw() -> None:
        display.show_chart(*make(current_theme()), key=f"operations-{name}")

    draw_once(found, f"operations-{name}", access.may_see_patients(), draw=draw)


def say_dates(days: "pd.Series[pd.Timestamp]", unknown: str = "–") -> list[str]:
    return [wording.say_date(day, unknown) for day in days]
