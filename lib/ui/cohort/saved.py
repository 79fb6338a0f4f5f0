"""Saved cohorts: the list, one that is loaded with what has changed since, and a file that was saved before."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.research.criteria import CriteriaError
from lib.research.criteria_file import parse_criteria
from lib.services import cohorts, saved_cohorts
from lib.services.errors import NotFoundError
from lib.services.saved_cohorts import LoadedCohort
from lib.ui import address, display, opening, wording
from lib.ui.asking import ask
from lib.ui.cohort import chosen
from lib.ui.cohort.diagram import offer_json, show_consort
from lib.ui.cohort.moves import show_moves
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.operations.counted import limit_of

_SAVED, _SECTION, _FILE = "saved", "section", "cohort-file"
_WIDTHS = {"Name": 150, "Version": 60, "As of": 90, "Author": 110, "Note": 170, "Data": 110}


def show_saved() -> None:
    listed: pd.DataFrame = ask(saved_cohorts.list_cohorts)
    if listed.empty:
        display.show_empty("No cohort is saved yet.")
    else:
        _show_list(listed)
        _show_loaded()
    st.file_uploader(
        "Open criteria from a file (JSON)", type="json", key=_FILE, on_change=_open_file, max_upload_size=1
    )
    if refusal := chosen.take_refusal():
        st.warning(escape(refusal), icon=":material/info:")


def _show_list(listed: pd.DataFrame) -> None:
    said = pd.DataFrame(
        {
            "Name": listed["name"],
            "Version": listed["version"].astype(str),
            "As of": [wording.say_date(day) for day in listed["as_of"]],
            "Author": listed["author"],
            "Note": listed["note"],
            "Data": ["as saved" if is_same else "changed since" for is_same in listed["is_same_data"]],
            "Load": opening.READ,
        }
    )
    columns: dict[str, Any] = {heading: text_column(heading, width) for heading, width in _WIDTHS.items()}
    columns["Load"] = opening.choice_column(_SAVED, [str(key) for key in listed["cohort_key"]])
    display.show_table(said, columns, key="cohort-list", alt=f"{len(said)} saved cohorts", most_rows=12)


def _show_loaded() -> None:
    key = address.read_number(_SAVED)
    if key is None:
        return
    try:
        loaded: LoadedCohort = ask(saved_cohorts.load_cohort, key)
    except NotFoundError as error:
        st.error(escape(error), icon=":material/search_off:")
        return
    saved, now = loaded.saved, loaded.now
    st.header(escape(saved.title), anchor=False)
    st.caption(
        f"{escape(saved.author)}, as of {wording.say_date(saved.cohort.drawn.as_of)}, data version "
        f"{saved.cohort.drawn.data_version}, policy version {saved.cohort.drawn.policy_version}. {escape(saved.note)}"
    )
    _say_data(loaded)
    limit = limit_of(ask(cohorts.read_ground).policy)
    if not loaded.since.is_same:
        show_moves(loaded.since, limit, f"{saved.title}: since it was saved")
    with st.container(horizontal=True):
        st.button(
            "Open in the builder", key="cohort-open", icon=":material/edit:", on_click=_open, args=(loaded,)
        )
        offer_json("As a file", saved.as_file(), "cohort-saved-json")
    show_consort(now.count(), limit, f"cohort-loaded-{key}")


def _say_data(loaded: LoadedCohort) -> None:
    """Whether these are the same people, and the same data."""
    then, now = (one.drawn.data_version for one in (loaded.saved.cohort, loaded.now))
    if loaded.is_same_data and loaded.since.is_same:
        st.success("The data are those of then: these are the same people.", icon=":material/check:")
    elif loaded.is_same_data:
        st.warning(
            "The data are those of then, and the definitions are not: this version of the product finds other people.",
            icon=":material/warning:",
        )
    else:
        same = "The people are the same." if loaded.since.is_same else "Below is who entered and who left."
        st.warning(
            f"The data have changed since it was saved: version {then} then, {now} now. {same}",
            icon=":material/warning:",
        )


def _open(loaded: LoadedCohort) -> None:
    chosen.choose_criteria(loaded.saved.cohort.criteria)
    address.clear(_SECTION, _SAVED)


def _open_file() -> None:
    file = st.session_state.get(_FILE)
    if file is None:
        return
    try:
        criteria = parse_criteria(file.getvalue().decode("utf-8", "replace"), file.name)
    except CriteriaError as error:
        chosen.refuse(str(error))
    else:
        chosen.choose_criteria(criteria)
        address.clear(_SECTION, _SAVED)
