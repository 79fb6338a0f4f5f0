"""The page Cohort: a title, over what it does, and one section at a time."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lib.ui import display
from lib.ui.choosing import choose_section
from lib.ui.cohort import building, comparing, saved

# By its word in the address: what it is called, and what draws it.
SECTIONS: Mapping[str, tuple[str, Callable[[], None]]] = MappingProxyType(
    {
        "build": ("Build", building.show_building),
        "saved": ("Saved", saved.show_saved),
        "compare": ("Compare", comparing.show_comparing),
    }
)


def show_title() -> None:
    display.show_title(
        "Cohort", "Who is counted, and by which step everybody else is not; the same people next month."
    )


def show_section() -> None:
    _, show = choose_section("Section", "section", SECTIONS)
    show()
