"""The header of a patient's page, which stays in view: who, where in treatment, what dose, and how they stand."""

from itertools import zip_longest

import streamlit as st

from lib.services.patients import PatientPage
from lib.ui.audit import offer_viewers
from lib.ui.display import escape
from lib.ui.drawn_once import draw_once
from lib.ui.one_page import offer_one_page
from lib.ui.queue_place import QueuePlace, show_place
from lib.ui.status_marks import LAST_KNOWN, as_markdown, draw_mark
from lib.ui.style import current_theme
from lib.ui.wording import is_known

_SEPARATOR = " · "
_APART = " \u2003 "


def show_header(page: PatientPage, place: QueuePlace) -> None:
    headline = page.headline
    with st.container(key="patient-header", gap="xxsmall"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.title(escape(headline.identity), anchor=False, width="content")
            with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
                show_place(place)
                offer_one_page(page.patient_key)
                offer_viewers(page.history.patient_id)
        course = (headline.phase, headline.sessions, headline.dose, headline.contraindications)
        st.markdown(escape(_SEPARATOR.join(course)))
        draw_once(page, "status", draw=lambda: _show_status(page))


def _show_status(page: PatientPage) -> None:
    """Each instrument's status with its basis and age, beside its shape."""
    theme = current_theme()
    marks = [_category(row) for row in page.history.status_rows]
    said = zip_longest(page.headline.status.split(_SEPARATOR), marks)
    st.markdown(
        _APART.join(
            _emphasise(words, mark and as_markdown(draw_mark(mark, theme), "")) for words, mark in said
        )
    )


def _emphasise(words: str | None, shape: str | None) -> str:
    """Together: the header breaks no line within."""
    return f"**{' '.join(filter(None, (shape, escape(words or ''))))}**"


def _category(row: dict) -> str:
    """As the lists say it: a shape is read from words."""
    is_stale = is_known(row["is_current"]) and not row["is_current"]
    return f"{LAST_KNOWN if is_stale else ''}{row['category']}"
