"""Over which weeks, and of which clinic, the page counts: kept in the address."""

from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from lib.services import operations
from lib.ui import display
from lib.ui.asking import ask_alike
from lib.ui.choosing import choose_one

# By its word in the address, in weeks to today; where it says nothing, half a year.
SPANS = MappingProxyType(
    {"4": "Last 4 weeks", "13": "Last 13 weeks", "52": "Last 52 weeks", "104": "Last 2 years"}
)
_DEFAULT, _DEFAULT_WORDS = 26, "Last 26 weeks"


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
    with st.container(horizontal=True, vertical_alignment="bottom", key="period"):
        weeks = choose_one("To today", "weeks", _DEFAULT_WORDS, list(SPANS), SPANS)
        clinic_id = choose_one("Clinic", "clinic", "All clinics", ask_alike(operations.read_clinic_ids))
    return Period(int(weeks or _DEFAULT), clinic_id)


def show_title() -> None:
    display.show_title("Operations", "What this clinic does, counted: each count with its denominator.")
