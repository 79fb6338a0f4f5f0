"""The four cards over the review queue: each counts its patients, and filters the table."""

from dataclasses import replace
from types import MappingProxyType

import streamlit as st

from lib.clinical.dose_review import DOSE_REVIEW, NOT_SEEN, SAFETY_NOW, WATCH
from lib.services.review import Card, Queue
from lib.ui import wording
from lib.ui.filters import SLUGS, chosen_card, read_address, toggle_card

_HOLDS = MappingProxyType(
    {
        SAFETY_NOW: "item 9, unreadable forms, adverse events, readings",
        DOSE_REVIEW: "no response, worse, relapse, dose and protocol",
        WATCH: "one look so far, or a reading near its limit",
        NOT_SEEN: "no recent score, or nothing to compare it with",
    }
)


def choose_card(queue: Queue) -> None:
    """Four buttons; the chosen one is marked in words, by its frame and in the address."""
    chosen = chosen_card()
    below = "shown below" if replace(read_address(), card="").is_empty else "filtered below"
    with st.container(key="cards"), st.grid(4, min_column_width=170, gap="small"):
        for card in queue.cards:
            st.button(
                _say_card(card, below if card.name == chosen else ""),
                key=f"card-{SLUGS[card.name]}",
                type="primary" if card.name == chosen else "secondary",
                on_click=toggle_card,
                args=(card.name,),
                width="stretch",
                wrap=True,
            )


def _say_card(card: Card, below: str) -> str:
    """below: what the list under the cards has of it; a card counts everybody, whatever else is filtered."""
    name = f":material/check: {card.name}, {below}" if below else card.name
    n_forms = card.n_forms
    noun = "patient" if card.n_patients == 1 else "patients"
    unit = f"waiting, {wording.count(n_forms, 'form')} unreadable" if n_forms else noun
    small = "some clinics are silent: more may wait" if card.is_incomplete else _HOLDS[card.name]
    return f"{name}  \n**{card.label}** {unit}  \n:small[{small}]"
