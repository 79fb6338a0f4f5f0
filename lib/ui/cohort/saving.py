"""Saving a cohort: a name, a note, and with them the day, the people and the state of the data."""

import streamlit as st

from lib.research.criteria import Criteria
from lib.services import saved_cohorts
from lib.services.access import Permission
from lib.services.errors import StoreError
from lib.ui import access
from lib.ui.display import escape

_NAME, _NOTE, _SAID, _ERROR = "cohort-name", "cohort-note", "cohort-said", "cohort-error"


def offer_saving(criteria: Criteria) -> None:
    if not access.may_write(Permission.SEE_RESEARCH):
        return
    with st.container(border=True, key="cohort-saving"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Name", key=_NAME, max_chars=80, width=260)
            st.text_input("Note", key=_NOTE, max_chars=300, placeholder="What it is for")
            st.button("Save", key="cohort-save", type="primary", on_click=_save, args=(criteria,))
        st.caption(
            "The same name again is its next version. The day, the people and the data version are kept with it."
        )
        if message := st.session_state.pop(_ERROR, ""):
            st.error(escape(message), icon=":material/error:")
        if message := st.session_state.pop(_SAID, ""):
            st.success(escape(message), icon=":material/check:")


def _save(criteria: Criteria) -> None:
    """criteria: those that the page was drawn for."""
    name, note = (str(st.session_state.get(key) or "") for key in (_NAME, _NOTE))
    try:
        version = saved_cohorts.save_cohort(access.actor(), access.store(), criteria, name, note)
    except StoreError as error:
        st.session_state[_ERROR] = str(error)
    else:
        st.session_state[_SAID] = f"{' '.join(name.split())}, version {version}, is saved."
