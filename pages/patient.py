"""One patient: how they stand, why they are flagged, and everything that was recorded, over time."""

import streamlit as st

from lib.ui import (
    access,
    coverage,
    dose_review,
    flag_cards,
    flag_story,
    known_on,
    patient_chart,
    patient_header,
    patient_page,
    patient_sections,
    patient_tables,
    queue_place,
    since_review,
)

access.require("patient")

patient = patient_page.take_patient()

with patient_page.begin_page(patient):
    patient_header.show_header(patient, queue_place.find_place(patient.patient_key))

    with st.container(horizontal=True, key="patient-body"):
        with st.container(key="flags"):
            dose_review.show_line(patient)
            flag_cards.show_flags(patient)
            coverage.show_coverage(patient)
        with st.container(key="records"):
            known_on.show_difference(patient)
            since_review.show_since_review(patient)
            options = patient_chart.choose_options(patient.policy)
            patient_chart.show_chart(patient, options)
            patient_chart.let_it_be_drawn(patient)
            patient_sections.show_section(patient)
            patient_tables.show_held(patient)
            flag_story.show_story(patient)
            patient_tables.show_closings(patient)
