"""A cohort's diagram, and its criteria as a file: of the one that is built, and of a saved one."""

import streamlit as st

from lib.charts.clinic.consort import describe_consort, plot_consort
from lib.clinical.consort import Consort
from lib.ui import display
from lib.ui.style import current_theme


def show_consort(counted: Consort, limit: int, key: str) -> None:
    """The diagram, and the same in words. limit: small cells."""
    said = describe_consort(counted, limit)
    display.show_chart(plot_consort(counted, current_theme(), limit), said, key=key, in_words=True)


def offer_json(label: str, text: str, key: str) -> None:
    st.download_button(
        label,
        data=text,
        file_name=display.name_file("cohort.json"),
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        key=key,
        type="tertiary",
    )
