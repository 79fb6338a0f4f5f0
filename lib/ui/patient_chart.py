"""The chart of a patient over time, and the sentence under it, which a screen reader says instead of it."""

from collections.abc import Mapping
from dataclasses import replace
from time import sleep

import streamlit as st

from lib.charts.options import EXPECTED, LAYERS, PLASTICITY, RECALL, ChartOptions
from lib.charts.patient import draw_patient
from lib.charts.sent import send
from lib.clinical.instruments import RECALL_DAYS
from lib.clinical.policy import Policy
from lib.clinical.sentence import describe_course
from lib.services.patients import PatientPage
from lib.ui import address, display, turns
from lib.ui.choosing import choose_segment
from lib.ui.display import escape
from lib.ui.drawn_once import draw_once
from lib.ui.expected_course import show_expected, take_expected
from lib.ui.style import current_theme

_EVERYTHING = "all"
# Whose chart this session sent last.
_SENT = "sent-chart"
_HEAD_START_S = 0.02
WINDOWS = {"6-weeks": "6 weeks", "3-months": "3 months", _EVERYTHING: "all"}


def choose_options(policy: Policy) -> ChartOptions:
    """How much of the past is drawn, and which layers over it; the axis always ends today."""
    with st.container(horizontal=True, vertical_alignment="center", key="chart-options"):
        window = _choose_window()
        layers = _choose_layers(_name_layers(policy))
    return ChartOptions.of(policy, window=window, layers=layers)


def _choose_window() -> str:
    return WINDOWS[choose_segment("Range", "range", WINDOWS, _EVERYTHING)]


def _name_layers(policy: Policy) -> Mapping[str, str]:
    """What each layer is called, by its word in the address."""
    display = policy.display
    return {
        PLASTICITY: f"{display.plasticity_from_h}–{display.plasticity_to_h} h windows",
        RECALL: f"{RECALL_DAYS}-day recall",
        EXPECTED: "Expected course",
    }


def _choose_layers(names: Mapping[str, str]) -> frozenset[str]:
    address.show_choices("show", LAYERS)
    chosen = st.pills(
        "Show",
        LAYERS,
        selection_mode="multi",
        format_func=names.__getitem__,
        key="show",
        label_visibility="collapsed",
        on_change=address.follow_choices,
        args=("show",),
    )
    return frozenset(chosen)


def show_chart(page: PatientPage, options: ChartOptions) -> None:
    """The other options are the policy's, and what the reader has not reviewed: one reading has one of each."""
    draw_once(page, "chart", options.window, sorted(options.layers), draw=lambda: _draw_chart(page, options))


def let_it_be_drawn(page: PatientPage) -> None:
    """Wait a moment with what stands under a chart that the browser does not have yet: what comes together it draws together, the
    chart last, and tables that nobody has scrolled to took a tenth of the way from a row to a chart. Not where others
    are at work: there one look in twenty is late by it."""
    if st.session_state.get(_SENT) != page.patient_key:
        st.session_state[_SENT] = page.patient_key
        if turns.is_alone():
            with turns.rest():
                sleep(_HEAD_START_S)


def _draw_chart(page: PatientPage, options: ChartOptions) -> None:
    options = replace(options, new_forms=page.since_review.new_versions("assessments"))
    expected = take_expected(page, options)
    figure = send(draw_patient(page.history, current_theme(), options, expected))
    sentence = describe_course(page.history, page.policy)
    display.show_chart(figure, sentence, key=f"chart-{page.patient_key}")
    st.markdown(escape(sentence))
    show_expected(expected)
