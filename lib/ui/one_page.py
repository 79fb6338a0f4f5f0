"""The button that gives one patient on one page of paper."""

from functools import partial

import streamlit as st

from lib import settings
from lib.services.one_page import print_one_page
from lib.ui import access
from lib.ui.display import name_file

_HELP = (
    "Chart, scores, flags and the last decisions of this patient as a PDF of one page. It takes some seconds."
)
NO_BROWSER = (
    "The chart of the PDF is drawn by Chromium or Chrome, and none was found on this server. Install one "
    "(Debian: apt-get install chromium), or say where it is with BROWSER_PATH."
)


def offer_one_page(patient_key: int) -> None:
    """Nothing is read or drawn before it is pressed; without a browser it cannot be pressed, and says why."""
    browser = settings.browser_path()
    st.download_button(
        "One page (PDF)",
        data=partial(print_one_page, access.actor(), access.store(), patient_key, browser or ""),
        file_name=name_file(f"one-page-{patient_key}.pdf"),
        mime="application/pdf",
        icon=":material/picture_as_pdf:",
        key=f"one-page-{patient_key}",
        help=_HELP if browser else NO_BROWSER,
        disabled=browser is None,
        on_click="ignore",
    )
