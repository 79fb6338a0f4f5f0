"""What the reader asks to see of a list of patients, kept in the address: card, search, clinic, clinician, status."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Protocol

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
        for name in ("clinic", "clinician"):
            if asked := getattr(self, name):
                rows = rows[(rows[f"{name}_id"] == asked).to_numpy(dtype=bool, na_value=False)]
        if self.status:
            words = [one for one in rows["phq9_category"].unique() if isinstance(one, str)]
            rows = rows[
                rows["phq9_category"].isin([one for one in words if read_status(one).category == self.status])
            ]
        if self.card:
            rows = rows[np.array([self.card in cards for cards in rows["cards"]], dtype=bool)]
        if self.show == MINE:
            name = access.actor().name
            rows = rows[np.array([name in names for names in rows["in_charge"]], dtype=bool)]
        return self._search(rows)

    def _search(self, rows: pd.DataFrame) -> pd.DataFrame:
        wanted = self.search.lower().replace(JOINER, "").split()
        if not wanted:
            return rows
        columns = [rows[name].tolist() for name in (*_SEARCHED, "reasons") if name in rows]
        said = (" ".join(map(str, row)).lower() for row in zip(*columns, strict=True))
        return rows[np.array([all(word in text for word in wanted) for text in said], dtype=bool)]


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


class Listed(Protocol):
    """What a service read for a list: its number is that of no other reading."""

    @property
    def rows(self) -> pd.DataFrame: ...
    @property
    def reading(self) -> int: ...


def select_once(listed: Listed, filters: Filters, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of this reading that pass, worked out once. rows: of the list that the filters name."""
    if filters.is_empty:
        return rows
    selected: pd.DataFrame = _select(
        reading=listed.reading, asked=repr(filters), _select_rows=lambda: filters.select(rows)
    )
    return selected


@st.cache_resource(max_entries=64, show_spinner=False)
def _select(reading: int, asked: str, _select_rows: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """asked: the filters as text, which Streamlit looks up by in a tenth of the time that the filters themselves take it."""
    return _select_rows()


@st.cache_resource(max_entries=16, show_spinner=False)
def _choices(reading: int, _rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The clinics and the clinicians of a reading."""
    return _known(_rows["clinic_id"].unique()), _known(_rows["clinician_id"].unique())


def choose_filters(listed: Listed, *, with_cards: bool = False) -> Filters:
    """One row of controls over a list. with_cards: cards stand above it; without them a status can be chosen."""
    clinics, clinicians = _choices(listed.reading, listed.rows)
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        search = _choose_words("Patient ID, initials, reason" if with_cards else "Patient ID, initials")
        clinic = choose_one("Clinic", "clinic", "All clinics", clinics)
        clinician = choose_one("Clinician", "clinician", "All clinicians", clinicians)
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
