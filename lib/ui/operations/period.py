"""Over which weeks, and of which clinic, the page counts: kept in the address."""

from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from lib.services import operations
from lib.ui import address, display
from lib.ui.asking import ask
from lib.ui.filters import choose_one

# By its word in the address, in weeks to today.
SPANS = MappingProxyType(
    {"4": "4 weeks", "13": "13 weeks", "26": "26 weeks", "52": "52 weeks", "104": "2 years"}
)
_DEFAULT = "26"


@dataclass(frozen=True)
class Period:
    """clinic_id: "" for all in sight."""

    weeks: int
    clinic_id: str

    @property
    def asked(self) -> tuple[int, str]:
        """What the services of this page are asked with."""
        return self.weeks, self.clinic_id


def choose_period() -> Period:
    """One row of controls under the title."""
    address.show_choice("weeks", list(SPANS), _DEFAULT)
    with st.container(horizontal=True, vertical_alignment="bottom", key="period"):
        weeks = st.segmented_control(
            "To today, the last",
            list(SPANS),
            required=True,
            format_func=SPANS.__getitem__,
            key="weeks",
            on_change=address.follow,
            args=("weeks",),
        )
        clinic_id = choose_one("Clinic", "clinic", "All clinics", ask(operations.read_clinic_ids))
    return Period(int(weeks or _DEFAULT), clinic_id)


def show_title() -> None:
    display.show_title("Operations", "What this clinic does, counted: each count with its denominator.")
