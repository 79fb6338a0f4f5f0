"""Which patient the address names, and choosing one where it names nobody."""

import streamlit as st

from lib.services.errors import NotFoundError
from lib.services.patients import PatientPage
from lib.ui import address, caseload, display, opening, people_table
from lib.ui.filters import choose_filters


def take_patient() -> PatientPage:
    """The patient of the address; where there is none, a list to choose from, and the page ends there."""
    opening.follow_click()
    page = _read_address()
    if page is None:
        _choose_patient()
        st.stop()
    address.restate("patient")
    return page


def _read_address() -> PatientPage | None:
    if not address.read("patient"):
        return None
    patient_key = address.read_number("patient")
    try:
        if patient_key is not None:
            return caseload.read_patient(patient_key)
    except NotFoundError:
        pass
    st.warning("No patient was found at this address.", icon=":material/person_off:")
    return None


def _choose_patient() -> None:
    people = caseload.read_caseload()
    display.show_title("Patient", "Choose a patient: search, then open.")
    chosen = choose_filters(people)
    people_table.show_people(chosen.select(people), chosen)
