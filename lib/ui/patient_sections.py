"""What stands under a patient's chart, one section at a time: the address says which, and only that one is read and drawn."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from lib.services.patients import PatientPage
from lib.ui import (
    dose_review,
    entry_section,
    patient_context,
    patient_exposure,
    patient_items,
    patient_sessions,
    patient_steps,
    patient_tables,
)
from lib.ui.choosing import choose_section

Show = Callable[[PatientPage], None]
# By its word in the address: what it is called, and what draws it.
SECTIONS: Mapping[str, tuple[str, Show]] = MappingProxyType(
    {
        dose_review.SLUG: ("Dose review", dose_review.show_review),
        "sessions": ("Dosing sessions", patient_sessions.show_sessions),
        "items": ("Items", patient_items.show_items),
        "forms": ("Assessments", patient_tables.show_assessments),
        "steps": ("Dose changes", patient_steps.show_steps),
        "exposure": ("Exposure", patient_exposure.show_exposure),
        "context": ("Context", patient_context.show_context),
        "record": ("Record by hand", entry_section.show_record),
    }
)


def show_section(page: PatientPage) -> None:
    """The sections' names, and the chosen one under them."""
    slug, show = choose_section("Section", "section", SECTIONS, "sessions")
    with st.container(key=f"section-{slug}-{page.patient_key}"):
        show(page)
