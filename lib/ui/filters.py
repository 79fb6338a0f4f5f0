"""What the reader asks to see of a list of patients, kept in the address: card, search, clinic, clinician, status."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lib.clinical.dose_review import CARDS
from lib.ui import access, address
from lib.ui.choosing import choose_one
from lib.ui.display import JOINER
from lib.ui.status_marks import CATEGORIES, read_status

_SEARCHED = ("patient_id", "initials", "clinic_id", "clinician_id")
# By its word in the address, what the queue lists instead of all open flags.
MINE, ASIDE, PERSISTING = "mine", "aside", "persisting"
SHOWN: Mapping[str, str] = MappingProxyType(
    {MINE: "My flags", ASIDE: "Snoozed or called wrong", PERSISTING: "Item 9 persisting"}
)
SLUGS = {name: name.lower().replace(" ", "-") for name in CARDS}


@dataclass(frozen=True)
class Filters:
    """Empty where nothing is asked for. card: a card's name; status: a PHQ-9 category; show: of SHOWN."""

    card: str = ""
    search: str = ""
    clinic: str = ""
    clinician: str = ""
    status: str = ""
    show: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Filters()

    def as_address(self) -> dict[str, str]:
        """For a link: the parameters that are not empty."""
        said = asdict(self) | {"card": SLUGS.get(self.card, "")}
        return {name: value for name, value in said.items() if value}

    def select(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows that are asked for, in their order. rows: cards, clinic_id, clinician_id and what is searched."""
        if self.is_empty:
            return rows
        return rows.loc[np.array([self.lets_pass(row) for row in rows.to_dict("records")], dtype=bool)]

    def lets_pass(self, row: dict[Hashable, Any]) -> bool:
        words = row["phq9_category"]
        said = " ".join(str(row.get(name, "")) for name in (*_SEARCHED, "reasons")).lower()
        return (
            (not self.card or self.card in row["cards"])
            and (not self.clinic or row["clinic_id"] == self.clinic)
            and (not self.clinician or row["clinician_id"] == self.clinician)
            and (self.show != MINE or access.actor().name in row["in_charge"])
            and (not self.status or (isinstance(words, str) and read_status(words).category == self.status))
            and all(word in said for word in self.search.lower().replace(JOINER, "").split())
        )


def read_address() -> Filters:
    """The filters of a page that only hands them on."""
    named = {name: address.read(name) for name in ("search", "clinic", "clinician", "status")}
    show = address.read("show")
    return Filters(card=chosen_card(), show=show if show in SHOWN else "", **named)


def chosen_card() -> str:
    """The card in the address, or nothing."""
    return next((name for name, slug in SLUGS.items() if slug == address.read("card")), "")


def toggle_card(name: str) -> None:
    """Choose a card, or let go of it."""
    address.write("card", "" if chosen_card() == name else SLUGS[name])


def choose_filters(rows: pd.DataFrame, *, with_cards: bool = False) -> Filters:
    """One row of controls over a list. with_cards: cards stand above it; without them a status can be chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        search = _choose_words("Patient ID, initials, reason" if with_cards else "Patient ID, initials")
        clinic = choose_one("Clinic", "clinic", "All clinics", _known(rows["clinic_id"]))
        clinician = choose_one("Clinician", "clinician", "All clinicians", _known(rows["clinician_id"]))
        show = choose_one("Flags", "show", "All open", list(SHOWN), SHOWN) if with_cards else ""
        status = "" if with_cards else choose_one("PHQ-9 status", "status", "Any status", CATEGORIES)
        chosen = Filters(chosen_card() if with_cards else "", search, clinic, clinician, status, show)
        if not chosen.is_empty:
            st.button(
                "Clear filters", on_click=clear_filters, type="tertiary", icon=":material/filter_alt_off:"
            )
    return chosen


def _known(values: Iterable[object]) -> list[str]:
    return sorted({value for value in values if isinstance(value, str) and value})


def _choose_words(placeholder: str) -> str:
    address.show_text("search")
    said = st.text_input(
        "Search",
        key="search",
        type="search",
        placeholder=placeholder,
        icon=":material/search:",
        on_change=address.follow,
        args=("search",),
    )
    return (said or "").strip()


def clear_filters() -> None:
    """Everything again."""
    address.clear("card", "search", "clinic", "clinician", "status", "show")
