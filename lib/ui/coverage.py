"""What the rules could read of a patient, under the open flags; without a flag it says first that silence is no pass."""

import streamlit as st

from lib.clinical.rules.coverage_wording import say_coverage
from lib.services.patients import PatientPage
from lib.ui import caseload
from lib.ui.display import escape


def show_coverage(page: PatientPage) -> None:
    """A line a state: how many rules were assessed, and which were only partly or not, with what is recorded of what is read."""
    lines = [
        f":small[**{escape(state.capitalize())}**: {escape(sentence)}]"
        for state, sentence in say_coverage(caseload.read_coverage(page.patient_key))
    ]
    with st.container(border=True, gap="xsmall", key=f"coverage-{page.patient_key}"):
        st.markdown("**What the rules could read**")
        st.markdown("  \n".join(lines))
