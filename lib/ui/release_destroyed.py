"""Writing down, under the register of releases, that whoever had one has destroyed it."""

import pandas as pd
import streamlit as st

from lib.services import releases
from lib.services.errors import StoreError
from lib.ui import access, display
from lib.ui.asking import ask

_WHICH, _HOW, _ERROR = "destroyed-which", "destroyed-how", "destroyed-error"


def offer_destroyed() -> None:
    """Asks which release, and how it is known."""
    if not access.may_export():
        return
    rows = ask(releases.read_register)
    rows = rows[rows["state"] != "destroyed"]
    if rows.empty:
        return
    names = {int(row["release"]): _name(row) for _, row in rows.iterrows()}
    with st.expander("A release was destroyed", icon=":material/delete:"):
        st.caption("It stays in the register with your name. Nobody is asked for it back after that.")
        chosen = st.selectbox(
            "Release", list(names), None, names.__getitem__, key=_WHICH, placeholder="Choose one"
        )
        st.text_input("How you know", key=_HOW, max_chars=300, placeholder="Their letter of 3 April")
        st.button("Note it", key="destroyed", on_click=_note, args=(chosen,), disabled=chosen is None)
        if message := st.session_state.pop(_ERROR, None):
            st.error(display.escape(message), icon=":material/error:")


def _name(row: "pd.Series") -> str:
    """What a control shows is no markdown."""
    return f"{row['release']}: {row['project']}, {row['recipient'] or 'nobody named'}, made {row['made_at']}"


def _note(release: int) -> None:
    """The release that was chosen when the button was drawn."""
    try:
        releases.note_destroyed(access.actor(), access.store(), release, st.session_state.get(_HOW, ""))
    except StoreError as error:
        st.session_state[_ERROR] = str(error)
        return
    st.session_state[_WHICH] = None
    st.session_state[_HOW] = ""
