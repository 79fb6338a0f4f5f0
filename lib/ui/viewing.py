"""Which patient is open in this session: opening one is written down once, however often the page is drawn again."""

import streamlit as st

from lib.services import views
from lib.services.errors import BusyError
from lib.ui import access, address, display, turns

# The page, the patient and the day looked back at, and what could not be written down about it.
_OPEN, _PAGE = "patient-in-view", "page-in-view"


def turn_to(page: str) -> None:
    """Another page is another opening, also of the same patient."""
    if st.session_state.get(_PAGE) != page:
        leave()
    st.session_state[_PAGE] = page


def leave() -> None:
    """Nobody is open."""
    st.session_state.pop(_OPEN, None)


def note_view(patient_key: int) -> None:
    """Before anything of the patient is drawn."""
    seen = (patient_key, address.read(address.KNOWN_ON))
    whose, said = st.session_state.get(_OPEN, (None, ""))
    if whose != seen:
        actor, store = access.actor(), access.store()
        try:
            said = views.note_view(actor, store, patient_key, at_once=True)
        except BusyError:
            # Who waits for an import computes nothing meanwhile. To rest each time took a look 24 ms of 115 among fifty.
            with turns.rest():
                said = views.note_view(actor, store, patient_key)
        st.session_state[_OPEN] = (seen, said)
    if said:
        st.warning(display.escape(said), icon=":material/edit_off:")
