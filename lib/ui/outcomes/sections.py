"""What stands on the page of outcomes, one section at a time: the address says which, and only that one is worked out."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from lib.ui.choosing import choose_section
from lib.ui.drawn_once import make_once
from lib.ui.outcomes import dose, flow, groups, over_time, published, quality, tiles
from lib.ui.outcomes.choices import Choice

Show = Callable[[Choice], None]
# By its word in the address: what it is called, and what draws it.
SECTIONS: Mapping[str, tuple[str, Show]] = MappingProxyType(
    {
        "rates": ("Rates", tiles.show_tiles),
        "change": ("Change", flow.show_change),
        "time": ("Over time", over_time.show_over_time),
        "groups": ("Groups", groups.show_groups),
        "published": ("Published", published.show_published),
        "dose": ("Dose and outcome", dose.show_dose),
        "quality": ("Quality measures", quality.show_quality),
    }
)


def show_section(choice: Choice) -> None:
    st.markdown(make_once(choice.courses, f"courses {choice.key}", choice.say))
    slug, show = choose_section("Section", "section", SECTIONS)
    with st.container(key=f"section-{slug}"):
        show(choice)
