"""What the rules could read of a patient, under the open flags."""

import streamlit as st

from lib.clinical.rules.coverage_wording import say_coverage
from lib.services.patients import PatientPage
from lib.ui.display import escape, fine_print
from lib.ui.drawn_once import draw_once

N_OF_N = "n of N: how many of the sessions, forms or parts that a rule reads are on record. Rules on sessions judge the latest."


def show_coverage(page: PatientPage) -> None:
    """A line a state: how many rules were assessed, and which were only partly or not, with what is recorded of what is read.
    Without a flag the sentence in their place has said it."""
    if page.flags.empty:
        return
    draw_once(page, "coverage", draw=lambda: _draw(page))


def _draw(page: PatientPage) -> None:
    lines = [
        f":small[**{escape(state.capitalize())}**: {escape(sentence)}]"
        for state, sentence in say_coverage(page.coverage)
    ]
    with st.container(border=True, gap="xsmall", key=f"coverage-{page.patient_key}"):
        said = "  \n".join(lines)
        st.markdown(f"**What the rules could read**\n\n{said}\n\n{fine_print(N_OF_N)}")
