"""Change from baseline with its effect size, and what carrying totals forward would have made of it."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from lib.clinical.means import Mean
from lib.clinical.outcomes.asked import say_time_point
from lib.clinical.outcomes.course_scores import TIME_POINTS
from lib.clinical.small_cells import is_share_hidden
from lib.research.explore.carried import LABEL, WHY, carry_forward
from lib.research.explore.changes import EFFECT_SIZES, Change, derive_change
from lib.research.explore.reading import say_points
from lib.ui import display
from lib.ui.columns import text_column
from lib.ui.explore.choices import Choice
from lib.ui.explore.footing import show_footing

_WIDTHS = {
    "Time point": 175,
    "Both of due": 80,
    "Mean change (95 %)": 140,
    "d on baseline SD": 135,
    "d on pooled SD": 135,
}
_CARRIED = {"Totals": 210, "People": 70, "Mean change (95 %)": 160, "Response": 190}
_FEW = "too few"


def show_change(choice: Choice) -> None:
    rows = pd.DataFrame(
        [
            _describe(derive_change(replace(choice.asked, time_point=at), choice.facts), choice.limit)
            for at in TIME_POINTS
        ],
        columns=list(_WIDTHS),
    )
    columns: dict[str, Any] = {name: text_column(name, width) for name, width in _WIDTHS.items()}
    display.show_table(rows, columns, key="explore-change", alt="Change at each time point")
    st.caption(
        f"Observed cases: people due with a baseline and a total there. {EFFECT_SIZES} Without a comparison group a change "
        "holds treatment, time and regression to the mean."
    )
    display.show_download("CSV of changes", lambda: rows, "change.csv", key="explore-change-csv")
    show_footing(choice, choice.snippets.change(), "every time point; the code: the chosen one")
    _show_carried(choice)


def _describe(found: Change, limit: int) -> tuple[str, ...]:
    words = say_time_point(found.time_point)
    n, due = found.change.n, found.n_due
    if is_share_hidden(n, due, limit):
        return words, *[_FEW] * 4
    effects = [_say(*found.effect(sd), digits=2) for sd in (found.baseline.sd, found.pooled_sd)]
    return words, f"{n:,} of {due:,}", _say_mean(found.change), *effects


def _say_mean(mean: Mean) -> str:
    return _say(mean.value, *mean.interval)


def _say(value: float, low: float, high: float, digits: int = 1) -> str:
    if pd.isna(value):
        return "–"
    ends = "" if pd.isna(low) else f" ({say_points(low, digits)} to {say_points(high, digits)})"
    return f"{say_points(value, digits)}{ends}"


def _show_carried(choice: Choice) -> None:
    """Never alone: the observed cases stand beside it."""
    st.subheader(LABEL, anchor=False)
    st.caption(WHY)
    if not choice.asked.session:
        st.markdown("Choose a time point after a dosing session: only those have earlier totals in order.")
        return
    found = carry_forward(choice.asked, choice.facts)
    telling = choice.telling
    is_few = [0 < n <= choice.limit for n in (found.observed.n, found.carried.n, found.n_carried)]
    rows = [
        ("Observed cases", found.observed, found.observed_response, is_few[0]),
        ("Carried forward: a sensitivity", found.carried, found.carried_response, any(is_few)),
    ]
    said = pd.DataFrame(
        [
            (
                name,
                *(
                    [_FEW] * 3
                    if hide
                    else [
                        f"{mean.n:,}",
                        _say_mean(mean),
                        f"{telling.say_rate(share)}, {telling.say_counts(share)}",
                    ]
                ),
            )
            for name, mean, share, hide in rows
        ],
        columns=list(_CARRIED),
    )
    columns: dict[str, Any] = {name: text_column(name, width) for name, width in _CARRIED.items()}
    display.show_table(
        said, columns, key="explore-carried", alt="Observed cases beside those carried forward"
    )
    show_footing(choice, choice.snippets.carried())
