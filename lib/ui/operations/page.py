"""The page Operations: a title, over what it counts, and one part at a time; only that one is read and drawn."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from lib.ui.choosing import choose_section
from lib.ui.operations import attrition, completion, doses, flag_yield, overdue, process, reviews, safety
from lib.ui.operations.period import Period

Show = Callable[[Period], None]
# By its word in the address: what it is called, and what draws it.
PARTS: Mapping[str, tuple[str, Show]] = MappingProxyType(
    {
        "attrition": ("Attrition", attrition.show_attrition),
        "completion": ("Completion", completion.show_completion),
        "overdue": ("Overdue", overdue.show_overdue),
        "process": ("Process", process.show_process),
        "safety": ("Safety", safety.show_safety),
        "doses": ("Doses", doses.show_doses),
        "reviews": ("Reviews", reviews.show_reviews),
        "flags": ("Flag yield", flag_yield.show_yield),
    }
)


def show_part(period: Period) -> None:
    """The parts' names, and the chosen one under them."""
    slug, show = choose_section("Part", "part", PARTS)
    with st.container(key=f"part-{slug}"):
        show(period)
