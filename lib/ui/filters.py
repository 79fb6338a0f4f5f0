"""What the reader asks to see of a list of patients, kept in the address: card, search, clinic, clinician."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import pandas as pd
import streamlit as st

from lib.clinical.dose_review import CARDS

_SEARCHED = ("patient_id", "initials", "clinic_id", "clinician_id", "phq9_category", "phase")
SLUGS = {name: name.lower().replace(" ", "-") for name in CARDS}


@dataclass(frozen=True)
class Filters:
    """Empty where nothing is asked for; `card` is a card's name."""

    card: str = ""
    search: str = ""
    clinic: str = ""
    clinician: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Filters()

    def as_address(self) -> dict[str, str]:
        """For a link: the parameters that are not empty."""
        said = asdict(self) | {"card": SLUGS.get(self.card, "")}
        return {name: value for name, value in said.items() if value}

    def select(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows that are asked for, in their order. rows: cards, clinic_id, clinician_id and what is searched."""
        wanted = pd.Series(True, index=rows.index)
        if self.card:
            wanted &= [self.card in cards for cards in rows["cards"]]
        if self.clinic:
            wanted &= (rows["clinic_id"] == self.clinic).fillna(False).astype(bool)
        if self.clinician:
            wanted &= (rows["clinician_id"] == self.clinician).fillna(False).astype(bool)
        for word in self.search.split():
            wanted &= _mentions(rows, word)
        return rows[wanted]


def _mentions(rows: pd.DataFrame, word: str) -> "pd.Series[bool]":
    found = pd.Series(False, index=rows.index)
    for column in _SEARCHED:
        if column in rows:
            found |= (
                rows[column]
                .astype("string")
                .str.contains(word, case=False, regex=False)
                .fillna(False)
                .astype(bool)
            )
    if "reasons" in rows:
        found |= [word.lower() in " ".join(reasons).lower() for reasons in rows["reasons"]]
    return found


def read_address() -> Filters:
    """The filters of a page that only hands them on."""
    said = st.query_params
    return Filters(chosen_card(), said.get("search", ""), said.get("clinic", ""), said.get("clinician", ""))


def chosen_card() -> str:
    """The card in the address, or nothing."""
    slug = st.query_params.get("card", "")
    return next((name for name, one in SLUGS.items() if one == slug), "")


def toggle_card(name: str) -> None:
    """Choose a card, or let go of it."""
    if chosen_card() == name:
        st.query_params.pop("card", None)
    else:
        st.query_params["card"] = SLUGS[name]


def choose_filters(rows: pd.DataFrame, *, placeholder: str = "Patient ID, initials, reason") -> Filters:
    """One row of controls over a list. rows: clinic_id, clinician_id."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        search = st.text_input(
            "Search",
            key="search",
            type="search",
            placeholder=placeholder,
            icon=":material/search:",
            bind="query-params",
            persist_state="session",
        )
        clinic = _choose_one("Clinic", "clinic", "All clinics", rows["clinic_id"])
        clinician = _choose_one("Clinician", "clinician", "All clinicians", rows["clinician_id"])
    return Filters(chosen_card(), (search or "").strip(), clinic, clinician)


def _choose_one(label: str, key: str, everything: str, values: Iterable[object]) -> str:
    known = sorted({str(value) for value in values if not pd.isna(value) and value})
    chosen = st.selectbox(
        label,
        known,
        index=None,
        key=key,
        placeholder=everything,
        bind="query-params",
        persist_state="session",
    )
    return chosen or ""


def clear_filters() -> None:
    """Everything again."""
    st.query_params.pop("card", None)
    st.session_state["search"] = ""
    st.session_state["clinic"] = None
    st.session_state["clinician"] = None
