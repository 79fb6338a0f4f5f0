"""Names and small counts are hidden until somebody who may see patients says what for; that is kept."""

import streamlit as st

from lib.services import outcome_people
from lib.services.errors import StoreError
from lib.services.outcome_people import Opening
from lib.ui import access
from lib.ui.display import escape

PURPOSE, _ERROR, _SAID = "outcome-purpose", "outcome-purpose-error", "outcome-purpose-said"
_NOTED = "outcome-lists"


def is_named() -> bool:
    """Whether the reader has said what the names are for, in this session."""
    return access.may_see_patients() and bool(st.session_state.get(PURPOSE))


def offer_names() -> None:
    """Names and small counts are hidden; who may see them says what for."""
    if not access.may_see_patients():
        return
    if is_named():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Names and small counts are shown, for: {escape(st.session_state[PURPOSE])}")
            st.button("Hide them", type="tertiary", key="hide-names", on_click=_hide)
        return
    with st.popover("Names are hidden", icon=":material/visibility_off:", type="tertiary"):
        st.markdown(
            "Say what the names and small counts are needed for. It is kept with your name and the time."
        )
        st.text_input("Needed for", key=_SAID, max_chars=200)
        st.button("Show them", key="show-names", on_click=_show)
        if message := st.session_state.get(_ERROR):
            st.error(escape(message), icon=":material/error:")


def _show() -> None:
    said = str(st.session_state.get(_SAID) or "")
    st.session_state.pop(_ERROR, None)
    try:
        _note("Names and small counts of clinic outcomes", said, ())
    except StoreError as error:
        st.session_state[_ERROR] = str(error)
    else:
        st.session_state[PURPOSE] = " ".join(said.split())


def _hide() -> None:
    st.session_state.pop(PURPOSE, None)


def note_list(what: str, patients: tuple[int, ...], key: object) -> None:
    """Write down that a list is looked at, once for each list of the session."""
    noted = st.session_state.setdefault(_NOTED, set())
    if (what, key) not in noted:
        _note(what, st.session_state[PURPOSE], patients)
        noted.add((what, key))


def _note(what: str, purpose: str, patients: tuple[int, ...]) -> None:
    outcome_people.open_list(access.actor(), access.store_of_today(), Opening(what, purpose, patients))
