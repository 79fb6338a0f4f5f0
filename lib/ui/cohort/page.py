"""The page Cohort: a title, over what it does, and one section at a time."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from lib.ui import address, display
from lib.ui.cohort import building, comparing, saved

# By its word in the address: what it is called, and what draws it.
SECTIONS: Mapping[str, tuple[str, Callable[[], None]]] = MappingProxyType(
    {
        "build": ("Build", building.show_building),
        "saved": ("Saved", saved.show_saved),
        "compare": ("Compare", comparing.show_comparing),
    }
)
_DEFAULT = "build"


def show_title() -> None:
    display.show_title(
        "Cohort", "Who is counted, and by which step everybody else is not; the same people next month."
    )


def show_section() -> None:
    address.show_choice("section", list(SECTIONS), _DEFAULT)
    slug = st.segmented_control(
        "Section",
        list(SECTIONS),
        required=True,
        format_func=lambda name: SECTIONS[name][0],
        key="section",
        label_visibility="collapsed",
        on_change=address.follow,
        args=("section",),
    )
    _, show = SECTIONS[slug or _DEFAULT]
    show()
