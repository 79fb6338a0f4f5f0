"""Which patient the address names, and choosing one where it names nobody."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.services.errors import MergedAwayError, NotFoundError
from lib.services.patients import PatientPage
from lib.ui import access, address, caseload, display, people_table, viewing
from lib.ui.filters import choose_filters, select_once

# Whose page this session drew last, and how many patients it has drawn.
_DRAWN = "drawn-patient"
# With two places, a page that was stopped before the browser saw any of it would bring the one before it back; with four it takes
# three such pages in a row. Each place is a message of every run.
_PLACES = 4


def take_patient() -> PatientPage:
    """The patient of the address; where there is none, a list to choose from, and the page ends there."""
    page = read_address()
    if page is None:
        _choose_patient()
        st.stop()
    return page


def begin_page(page: PatientPage) -> DeltaGenerator:
    """Where the page is drawn. Streamlit replaces a page piece by piece, and a press in between can stop it half-way, so that
    the header of one patient stands over the chart of another. Each patient is therefore drawn in the next of a few places, and
    the others are emptied first: nothing of another patient is left on the screen from the first moment on."""
    address.restate("patient")
    viewing.note_view(page.patient_key)
    whose, turn = st.session_state.get(_DRAWN, (None, 0))
    turn += whose != page.patient_key
    with st.container(gap=None, key="patient-place"):
        places = [
            st.container(key="patient-page") if number == turn % _PLACES else st.empty()
            for number in range(_PLACES)
        ]
    # A page that was stopped before took no place.
    st.session_state[_DRAWN] = (page.patient_key, turn)
    return places[turn % _PLACES]


def read_address() -> PatientPage | None:
    """The patient that the address names; None where it names nobody, or nobody of the reader's clinics, which is then said."""
    if not address.read("patient"):
        return None
    patient_key = address.read_number("patient")
    try:
        if patient_key is not None:
            return caseload.read_patient(patient_key)
    except MergedAwayError as merged:
        st.warning(display.escape(str(merged)), icon=":material/merge:")
        there = ("patient", str(merged.patient_key))
        st.button("Open that page", key=f"merged-{patient_key}", on_click=address.write, args=there)
        return None
    except NotFoundError:
        pass
    known = " among those known on that day" if access.looks_back() else ""
    st.warning(f"No patient was found at this address{known}.", icon=":material/person_off:")
    return None


def _choose_patient() -> None:
    viewing.leave()
    people = caseload.read_caseload()
    display.show_title("Patient", "Choose a patient: search, then open.")
    chosen = choose_filters(people)
    people_table.show_people(select_once(people, chosen, people.rows), chosen)
