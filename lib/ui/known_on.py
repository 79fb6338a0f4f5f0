"""Looking back: every page as it was known at the end of a day, chosen in the header, kept in the address, said on each."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import streamlit as st

from lib.clinical.wording import say_day
from lib.services.patients import PatientPage
from lib.ui import access, address, caseload, display, wording
from lib.ui.columns import text_column
from lib.ui.unfolding import pop_up

NOTHING_IS_RECORDED = "This is how it was known on an earlier day; nothing can be recorded here."
_HELP = (
    "Every page as it was known at the end of a day: records by when they were recorded, rules as the policy had them then. "
    "Records of a first load count as known since their events."
)
# The page and the day that this session drew last.
_KEPT = "known-on-kept"


def keep_in_address(page: str) -> None:
    """The links of the navigation leave the address behind: on the next page it says the day again. On the same page an
    address without it is one that somebody asked for."""
    before, day = st.session_state.get(_KEPT, (page, ""))
    if day and page != before and not address.read(address.KNOWN_ON):
        st.query_params[address.KNOWN_ON] = day
    st.session_state[_KEPT] = (page, address.read(address.KNOWN_ON))


def offer() -> None:
    """The choice of a day, in the header."""
    last = datetime.now(UTC).date() - timedelta(days=1)
    chosen = access.store().known_on
    # A new key with every day: in a closed popover the browser keeps what a widget held, and would choose it again.
    key = f"known-on-day-{chosen or 'today'}"
    with pop_up("Known on", "known-on", icon=":material/history:") as is_open:
        if is_open:
            st.caption(_HELP)
            shown = min(chosen, last) if chosen else None
            st.date_input(
                "Day", shown, max_value=last, key=key, format="YYYY-MM-DD", on_change=_choose, args=(key,)
            )


def _choose(key: str) -> None:
    day = st.session_state[key]
    address.clear()
    if isinstance(day, date):
        st.query_params[address.KNOWN_ON] = day.isoformat()
    else:
        _go_back()


def _go_back() -> None:
    address.clear(address.KNOWN_ON)


def show_banner() -> None:
    """On every page for as long as one looks back."""
    on = access.store().known_on
    if on is None:
        return
    with st.container(
        border=True,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="known-on-banner",
    ):
        st.markdown(
            f":orange[:material/history:] **As known on {say_day(on)}.** Records that arrived later are not here; those of a "
            "first load count as known since their events. Nothing can be recorded."
        )
        st.button("Back to today", on_click=_go_back, key="back-to-today", icon=":material/undo:")


def show_difference(page: PatientPage) -> None:
    """On a patient's page, while one looks back: why the flags were not what today's records say of that day."""
    if not access.looks_back():
        return
    looked = caseload.look_back(page.patient_key)
    with st.container(border=True, gap="xsmall", key=f"known-difference-{page.patient_key}"):
        st.markdown(display.escape(looked.sentence))
        if looked.n_first_load:
            records = wording.count(looked.n_first_load, "record")
            st.caption(
                f"{records} of this patient came in a first load, and count as known since their events."
            )
        if looked.late:
            _list_late(page, looked.late)


def _list_late(page: PatientPage, late: tuple) -> None:
    said = pd.DataFrame(
        {
            "Record": [one.name.removeprefix("the ") for one in late],
            "Of": [wording.say_date(one.on, "no date") for one in late],
            "What": [one.what for one in late],
            "On": [wording.say_date(one.learnt_on, "not told") for one in late],
        }
    )
    columns = {name: text_column(name, width) for name, width in zip(said, (260, 120, 140, 120), strict=True)}
    alt = f"What was recorded later of this patient: {len(late)}"
    with st.expander(f"Recorded later ({len(late)})", type="compact", key=f"late-{page.patient_key}"):
        display.show_table(said, columns, key=f"late-table-{page.patient_key}", alt=alt, most_rows=8)
