"""The page Explore: a title, what is asked, and one section at a time."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from lib.ui import display
from lib.ui.choosing import choose_section
from lib.ui.display import escape
from lib.ui.explore.bounds import show_bounds
from lib.ui.explore.change import show_change
from lib.ui.explore.choices import Choice, choose
from lib.ui.explore.missing import show_missing
from lib.ui.explore.model import show_model
from lib.ui.explore.over_time import show_over_time
from lib.ui.explore.people import show_people
from lib.ui.operations.counted import say_n

# By its word in the address: what it is called, and what draws it.
SECTIONS: Mapping[str, tuple[str, Callable[[Choice], None]]] = MappingProxyType(
    {
        "people": ("Table 1", show_people),
        "change": ("Change", show_change),
        "model": ("Mixed model", show_model),
        "time": ("Time to event", show_over_time),
        "missing": ("Who is missing", show_missing),
        "bounds": ("Bounds", show_bounds),
    }
)


def show_title() -> None:
    display.show_title(
        "Explore",
        "What a cohort's records say, how sure that is, where each number comes from, and the code that gives it again.",
    )


def show_section() -> None:
    choice = choose()
    if choice is None:
        return
    _, show = choose_section("Section", "section", SECTIONS)
    n = say_n(len(choice.studied), choice.studied.policy)
    st.caption(f"{escape(choice.name)}: {escape(n)} people who have begun a course.")
    if not len(choice.studied):
        display.show_empty("Nobody of this cohort has begun a course.")
        return
    show(choice)
