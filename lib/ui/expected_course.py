"""The expected course on the patient's page: read while it is asked for, and under the chart what it is worth."""

from collections.abc import Mapping

import streamlit as st

from lib.charts.options import EXPECTED, ChartOptions
from lib.clinical.expected_course import ExpectedCourse, expect_course
from lib.clinical.expected_wording import describe_expected, say_calibration
from lib.clinical.instruments import INSTRUMENTS
from lib.services.patients import PatientPage
from lib.ui import caseload
from lib.ui.display import escape


def take_expected(page: PatientPage, options: ChartOptions) -> Mapping[str, ExpectedCourse]:
    """By instrument; nothing is read unless the layer is on."""
    if not options.shows(EXPECTED):
        return {}
    reference = caseload.read_reference(page.clinic_id)
    return {
        name: expect_course(reference, page.patient_key, instrument)
        for name, instrument in INSTRUMENTS.items()
    }


def show_expected(expected: Mapping[str, ExpectedCourse]) -> None:
    """A line an instrument: whom it was read from and how well it held, or why there is no ribbon."""
    for course in expected.values():
        badge = f":gray-badge[{escape(say_calibration(course))}] " if course.steps else ""
        # Not a caption: a badge in its paler ink would be hard to read.
        st.markdown(f":small[{badge}{escape(describe_expected(course))}]")
