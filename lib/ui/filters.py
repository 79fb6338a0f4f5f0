"""What the reader asks to see of a list of patients, kept in the address: card, search, clinic, clinician, status."""

from collections.abc import Callable, Iterable, Mapping
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
        # A column after the other, each of the rows that are left: a dictionary for every row took most of a page's time.
        for name, lets_pass in self._asked().items():
            rows = rows.loc[np.fromiter(map(lets_pass, rows[name]), bool, len(rows))]
        return self._search(rows)

    def _asked(self) -> dict[str, Callable[[Any], bool]]:
        """By column, which cells pass."""
        checks: dict[str, tuple[bool, Callable[[Any], bool]]] = {
            "clinic_id": (bool(self.clinic), lambda cell: cell == self.clinic),
            "clinician_id": (bool(self.clinician), lambda cell: cell == self.clinician),
            "cards": (bool(self.card), lambda cell: self.card in cell),
            "in_charge": (self.show == MINE, lambda cell: access.actor().name in cell),
            "phq9_category": (bool(self.status), self._is_of_status),
        }
        return {name: lets_pass for name, (is_asked, lets_pass) in checks.items() if is_asked}

    def _is_of_status(self, words: Any) -> bool:
        return isinstance(words, str) and read_status(words).category == self.status

    def _search(self, rows: pd.DataFrame) -> pd.DataFrame:
        words = self.search.lower().replace(JOINER, "").split()
        if not words or rows.empty:
            return rows
        cells = zip(*(rows[name] for name in (*_SEARCHED, "reasons") if name in rows), strict=True)
        said = (" ".join(map(str, row)).lower() for row in cells)
        return rows.loc[np.fromiter((all(word in text for word in words) for text in said), bool, len(rows))]


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
