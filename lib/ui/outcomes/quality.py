"""The section Quality measures: rates like the published ones, not certified, each with window, exclusions and version."""

from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from lib.clinical.outcomes.reported import Reported
from lib.clinical.outcomes.told import NOT_TOLD, find_told, tell
from lib.ui import address, display, opening
from lib.ui.choosing import choose_listed
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.drawn_once import make_once
from lib.ui.outcomes import naming
from lib.ui.outcomes.choices import Choice
from lib.ui.outcomes.definition import show_definition
from lib.ui.outcomes.people import show_patients
from lib.ui.outcomes.reading import read_quality_measures

_ABOUT = (
    "Like the published measures, and not certified by NCQA, CMS or the NHS: each row names its version. Their numbers do not "
    "change with the clinic's policy. Of all the reader's clinics, whatever is chosen above; who is not due is in no denominator."
)
_COLUMNS = {
    "Measure": (250, None),
    "Rate": (84, "With its 95 % interval (Wilson 1927)"),
    "Counted": (96, "Numerator of denominator"),
    "Known": (110, "How many of those due have an outcome that is known"),
    "Worst to best": (110, "Had everybody whose outcome is missing fared badly, or well"),
}


def show_quality(choice: Choice) -> None:
    last = choice.courses.as_of.year
    years = {str(year): str(year) for year in range(last, last - 3, -1)}
    year = choose_listed("Year", "year", years, width=140)
    found = read_quality_measures(int(year))
    st.caption(_ABOUT)
    rows = [*found.of_courses, *found.of_patients]
    # Each rate is counted over everybody.
    told, said = make_once(choice.courses, f"quality {year} {choice.key}", lambda: _tell_all(choice, rows))
    _show_rates(rows, said)
    for row, with_counts in zip(rows, told, strict=True):
        if _name(row) == address.read("rate"):
            _show_behind(choice, row, with_counts=with_counts)


def _name(row: Reported) -> str:
    return f"{row.measure.name}-{row.time_point}"


def _tell_all(choice: Choice, rows: list[Reported]) -> tuple[list[bool], pa.Table]:
    """Of which the counts are told, and the table of all."""
    told = find_told([row.counted for row in rows], choice.telling)
    said = [_say(choice, row, with_counts=one) for row, one in zip(rows, told, strict=True)]
    return told, display.as_sent(pd.DataFrame(said).assign(Read=opening.READ), [*_COLUMNS, "Read"])


def _show_rates(rows: list[Reported], said: pa.Table) -> None:
    columns: dict[str, Any] = {name: text_column(name, *about) for name, about in _COLUMNS.items()}
    columns["Read"] = opening.choice_column("rate", [_name(row) for row in rows])
    alt = f"Quality measures: {len(rows)} rates with numerator, denominator and what is missing"
    display.show_table(said, columns, key="quality-rates", alt=alt, row_height=display.WRAPPED)


def _say(choice: Choice, row: Reported, *, with_counts: bool) -> dict[str, str]:
    counted, telling, title = row.counted, choice.telling, _title(row)
    told = tell(counted, telling, with_counts=with_counts)
    interval = told.interval.removeprefix("95 % interval ") if told.share else ""
    return {
        "Measure": title,
        "Rate": f"{told.rate}{f' ({interval})' if interval else ''}",
        "Counted": told.counts or "–",
        "Known": told.coverage.removesuffix(" due have the score").removesuffix(" of those") or "–",
        "Worst to best": _say_bounds(told.bounds),
    }


def _say_bounds(bounds: str) -> str:
    """43 % to 52 %; not told, where they would tell a small count."""
    if not bounds.startswith("worst case "):
        return NOT_TOLD if bounds else "–"
    return bounds.removeprefix("worst case ").replace(", best case", " to")


def _title(row: Reported) -> str:
    """A measure that is reported for parts of a year says which."""
    part = row.time_point.removeprefix("months_").replace("_", "–")
    return (
        f"{row.measure.title}: months {part}" if row.time_point.startswith("months_") else row.measure.title
    )


def _show_behind(choice: Choice, row: Reported, *, with_counts: bool) -> None:
    st.subheader(escape(row.measure.title), anchor=False)
    show_definition(choice, row.counted, with_counts=with_counts)
    naming.offer_names()
    if naming.is_named():
        show_patients(row)
