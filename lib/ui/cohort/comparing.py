"""Two saved cohorts beside one another: who entered, who left, and by which step."""

import pandas as pd
import streamlit as st

from lib.services import cohorts, saved_cohorts
from lib.ui import display
from lib.ui.asking import ask
from lib.ui.choosing import choose_listed
from lib.ui.cohort.moves import show_moves
from lib.ui.display import escape
from lib.ui.operations.counted import limit_of

_BEFORE, _AFTER = "before", "after"


def show_comparing() -> None:
    listed: pd.DataFrame = ask(saved_cohorts.list_cohorts)
    if len(listed) < 2:
        display.show_empty("Two saved cohorts, or two versions of one, are held against one another here.")
        return
    keys = [str(key) for key in listed["cohort_key"]]
    rows = zip(listed["name"], listed["version"], strict=True)
    titles = dict(zip(keys, [f"{name}, version {version}" for name, version in rows], strict=True))
    with st.container(horizontal=True, vertical_alignment="bottom", key="cohort-versions"):
        before = choose_listed("Before", _BEFORE, titles, keys[1], width=300)
        after = choose_listed("After", _AFTER, titles, keys[0], width=300)
    first, second, found = ask(saved_cohorts.compare_saved, int(before), int(after))
    if first.cohort.drawn.data_version != second.cohort.drawn.data_version:
        st.info(
            f"They are of two states of the data: {first.cohort.drawn.data_version} and "
            f"{second.cohort.drawn.data_version}.",
            icon=":material/info:",
        )
    show_moves(found, limit_of(ask(cohorts.read_policy)), f"{first.title} and {second.title}")
    for saved in (first, second):
        st.caption(f"{escape(saved.title)}: {escape('; '.join(step.words for step in saved.cohort.steps))}.")
