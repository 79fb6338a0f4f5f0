"""Table 1: who is studied, and how they were at baseline."""

from typing import Any

import streamlit as st

from lib.research.explore.describing import describe_people
from lib.research.explore.studied import GROUPS
from lib.ui import display
from lib.ui.choosing import choose_listed
from lib.ui.columns import text_column
from lib.ui.explore.choices import Choice
from lib.ui.explore.footing import show_footing

# Pixels; with more groups than so many, cells are broken into lines.
_NAME_PX, _LEVEL_PX, _ROOM_PX, _MOST_PLAIN = 190, 120, 390, 3


def show_people(choice: Choice) -> None:
    by = choose_listed("By", "by", GROUPS, width=200)
    groups = choice.studied.part(by, choice.asked.instrument)
    rows = describe_people(choice.studied, groups, choice.limit)
    columns: dict[str, Any] = {
        "characteristic": text_column("Characteristic", _NAME_PX),
        "level": text_column("", _LEVEL_PX),
        **{group: text_column(group, max(_ROOM_PX // len(groups), 56)) for group in groups},
    }
    display.show_table(
        rows,
        columns,
        key="explore-table",
        alt="Who is studied, by group",
        row_height=None if len(groups) <= _MOST_PLAIN else display.WRAPPED,
    )
    st.caption(
        "Known; missing: how many have the value, and how many have not. Mean (standard deviation), median [quartiles] of those "
        "who have it. Per cent of everybody in the group, those without a record among them. There is no test of the groups "
        "against one another: they were not drawn by lot."
    )
    display.show_download("CSV of Table 1", lambda: rows, "table-1.csv", key="explore-table-csv")
    show_footing(choice, choice.snippets.table_1(), f"by: {GROUPS[by]}")
