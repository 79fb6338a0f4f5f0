"""One dosing session, opened: every field, its adverse events against the expected end, and the practices in its window."""

from collections.abc import Sequence

import streamlit as st

from lib.clinical.protocols import find_protocol
from lib.services.patients import PatientPage
from lib.ui import address, display, wording
from lib.ui import record_cells as cells
from lib.ui.adverse_events import say_expected
from lib.ui.display import escape
from lib.ui.session_fields import COLUMNS, GROUPS

_PARAMETER = "session"
_ASKED = {True: "They were asked about", False: "They were not asked about"}
_GONE = "The dosing session of this address is not among this patient's records: it may have been corrected or withdrawn."


def show_chosen_session(
    page: PatientPage, events: Sequence[cells.Row], practices: Sequence[cells.Row]
) -> None:
    """The session that the address names, if it is one of this patient. events, practices: with the session of each."""
    if not address.read(_PARAMETER):
        return
    session = next(iter(_select(page.history.session_rows, "record", address.read_number(_PARAMETER))), None)
    if session is None:
        st.info(_GONE, icon=":material/info:")
        return
    with st.container(border=True, key=f"session-{session['record']}-{page.patient_key}"):
        with display.heading_row(f"Session of {cells.say_moment(session)}"):
            key = f"close-session-{page.patient_key}"
            st.button("Close", icon=":material/close:", key=key, on_click=address.clear, args=(_PARAMETER,))
        _show_fields(session)
        _show_events(page, session, _select(events, "session", session["record"]))
        _show_practices(_select(practices, "session", session["record"]))


def _select(rows: Sequence[cells.Row], column: str, record: int | None) -> list[cells.Row]:
    return [row for row in rows if record is not None and row[column] == record]


def _show_fields(session: cells.Row) -> None:
    with st.container(horizontal=True, gap="medium"):
        for headings in COLUMNS:
            with st.container(width=300):
                for heading in headings:
                    said = [f"{name}: {escape(say(session))}" for name, say in GROUPS[heading].items()]
                    st.markdown("  \n".join([f"**{heading}**", *said]))
    st.markdown(f"**Note:** {escape(cells.say_text(session['note']))}")


def _show_events(page: PatientPage, session: cells.Row, own: list[cells.Row]) -> None:
    st.markdown(f"**Adverse events of this session ({len(own)})**")
    if not own:
        asked = session["ae_asked"]
        known = (
            _ASKED[bool(asked)]
            if wording.is_known(asked)
            else "Whether they were asked about is not recorded"
        )
        st.caption(f"None is recorded. {known}.")
    for event in own:
        _say_event(event)
    if own:
        st.caption(escape(say_expected(find_protocol(page.protocols, session["protocol"]))))


def _say_event(event: cells.Row) -> None:
    """Every field of an event, on a line of its own."""
    said = {
        "severity": cells.say_severity(event["severity"]).removeprefix("severity "),
        "serious": cells.say_yes_no(event["is_serious"]),
        "onset": cells.say_minutes(event["onset_min"]),
        "duration": cells.say_minutes(event["duration_min"]),
        "resolved": event["resolved"],
        "action": cells.say_text(event["action_taken"]),
        "outcome": cells.say_text(event["outcome"]),
    }
    words = " · ".join(f"{name}: {value}" for name, value in said.items())
    st.markdown(
        f"**{escape(cells.say_text(event['term']))}**, {escape(cells.say_moment(event))}  \n{escape(words)}"
    )


def _show_practices(own: list[cells.Row]) -> None:
    st.markdown(f"**Integration practices after this session ({len(own)})**")
    if not own:
        st.caption("None is recorded in its window.")
    for practice in own:
        said = (cells.say_moment(practice), practice["practice"], cells.say_minutes(practice["minutes"]))
        st.markdown(escape(" · ".join([*said, cells.say_tags(practice["tags"]), practice["window"]])))
