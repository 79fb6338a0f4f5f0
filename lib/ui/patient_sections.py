"""What stands under a patient's chart, one section at a time: the address says which, and only that one is read and drawn."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from lib.services.patients import PatientPage
from lib.ui import (
    address,
    dose_review,
    entry_section,
    patient_context,
    patient_exposure,
    patient_items,
    patient_sessions,
    patient_steps,
    patient_tables,
)

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
_DEFAULT = "sessions"


def show_section(page: PatientPage) -> None:
    """The sections' names, and the chosen one under them."""
    address.show_choice("section", list(SECTIONS), _DEFAULT)
    slug = st.segmented_control(
        "Section",
        list(SECTIONS),
        required=True,
        format_func=lambda name: SECTIONS[name][0],
        key="section",
        label_visibility="collapsed",
        on_change=address.follow,
        args=("section",),
    )
    _, show = SECTIONS[slug or _DEFAULT]
    with st.container(key=f"section-{slug}-{page.patient_key}"):
        show(page)
