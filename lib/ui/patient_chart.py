"""The chart of a patient over time, and the sentence under it, which a screen reader says instead of it."""

import streamlit as st

from lib.charts.patient import plot_patient
from lib.clinical.sentence import describe_course
from lib.services.patients import PatientPage
from lib.ui import address
from lib.ui.display import escape
from lib.ui.style import current_theme

_EVERYTHING = "all"
WINDOWS = {"6-weeks": "6 weeks", "3-months": "3 months", _EVERYTHING: "all"}


def choose_window() -> str:
    """How much of the past is drawn; the axis always ends today."""
    slugs = list(WINDOWS)
    address.show_choice("range", slugs, _EVERYTHING)
    slug = st.segmented_control(
        "Range",
        slugs,
        required=True,
        format_func=WINDOWS.__getitem__,
        key="range",
        label_visibility="collapsed",
        on_change=address.follow,
        args=("range",),
    )
    return WINDOWS[slug or _EVERYTHING]


def show_chart(page: PatientPage, window: str) -> None:
    policy = page.policy
    figure = plot_patient(
        page.history,
        current_theme(),
        chart_gap_days=policy.display.chart_gap_days,
        reliable_change={
            "PHQ-9": policy.categories.phq9_reliable_change,
            "GAD-7": policy.categories.gad7_reliable_change,
        },
        blood_pressure_limit=(policy.blood_pressure.high_systolic, policy.blood_pressure.high_diastolic),
        window=window,
    )
    sentence = describe_course(page.history)
    st.plotly_chart(
        figure,
        theme=None,
        key=f"chart-{page.patient_key}",
        config={"displayModeBar": False, "displaylogo": False},
        alt=sentence,
    )
    st.markdown(escape(sentence))
