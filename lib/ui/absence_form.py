"""Leave cover, on a popover of the queue: who is away, and who looks after their flags."""

import pandas as pd
import streamlit as st

from lib.services import absences
from lib.services.absences import Absence
from lib.services.errors import StoreError
from lib.ui import access, caseload, wording
from lib.ui.display import escape
from lib.ui.unfolding import pop_up

_FIELDS = ("absent", "cover", "from", "to")
_ERROR = "absence-error"


def offer_absence() -> None:
    """Who is away now or will be, and a form to enter it."""
    known = caseload.read_absences()
    label = f"Leave cover ({len(known)})" if len(known) else "Leave cover"
    with pop_up(label, "leave-cover", icon=":material/event_busy:") as is_open:
        if is_open:
            _show_absences(known)
            _ask()


def _show_absences(known: pd.DataFrame) -> None:
    for row in known.to_dict("records"):
        days = f"{wording.say_date(row['from_on'])} to {wording.say_date(row['to_on'])}"
        st.text(f"{row['absent']} is away, {days}: {row['cover']} stands in.")
        st.button(
            "Back already", key=f"back-{row['absent']}", on_click=_end, args=(row["absent"], row["to_on"])
        )


def _ask() -> None:
    people = caseload.read_colleagues()
    for name, label in (("absent", "Who is away"), ("cover", "Who stands in")):
        st.selectbox(
            label,
            people,
            index=None,
            key=f"absence-{name}",
            placeholder="Choose or type a name",
            accept_new_options=True,
        )
    with st.container(horizontal=True):
        st.date_input("From", value=None, key="absence-from")
        st.date_input("To, included", value=None, key="absence-to")
    st.button("Enter the absence", key="absence-save", type="primary", on_click=_save)
    if message := st.session_state.get(_ERROR):
        st.error(escape(message), icon=":material/error:")


def _save() -> None:
    said = {name: st.session_state.get(f"absence-{name}") for name in _FIELDS}
    absence = Absence(said["absent"] or "", said["cover"] or "", said["from"], said["to"])
    st.session_state.pop(_ERROR, None)
    try:
        absences.set_absence(access.actor(), access.store(), absence)
    except StoreError as error:
        st.session_state[_ERROR] = str(error)
        return
    for name in _FIELDS:
        st.session_state.pop(f"absence-{name}", None)


def _end(absent: str, to_on: object) -> None:
    st.session_state.pop(_ERROR, None)
    try:
        absences.end_absence(access.actor(), access.store(), absent, to_on.date())  # type: ignore[attr-defined]
    except StoreError as error:
        st.session_state[_ERROR] = str(error)
