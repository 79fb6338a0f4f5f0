"""Where a patient stands in the review queue, and who comes before and after."""

from dataclasses import dataclass

import streamlit as st

from lib.ui import caseload
from lib.ui.filters import Filters, read_address


@dataclass(frozen=True)
class QueuePlace:
    """Among the patients that the list's filters let pass. position: from 1; None outside of it."""

    filters: Filters
    position: int | None
    n_patients: int
    previous: int | None
    following: int | None


def find_place(patient_key: int) -> QueuePlace:
    filters = read_address()
    rows = filters.select(caseload.read_queue().rows)
    keys = list(dict.fromkeys(int(key) for key in rows["patient_key"].dropna()))
    if patient_key not in keys:
        return QueuePlace(filters, None, len(keys), None, None)
    at = keys.index(patient_key)
    previous = keys[at - 1] if at else None
    following = keys[at + 1] if at + 1 < len(keys) else None
    return QueuePlace(filters, at + 1, len(keys), previous, following)


def show_place(place: QueuePlace) -> None:
    """Back to the queue as it was, and on to its neighbours; all three are links."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", width="content", key="queue-place"
    ):
        st.page_link(
            "pages/review_queue.py",
            label="Review queue",
            icon=":material/arrow_back:",
            query_params=place.filters.as_address(),
        )
        _link("Previous", ":material/chevron_left:", place.previous, place)
        _link("Next", ":material/chevron_right:", place.following, place)
        which = "" if place.filters.is_empty else " as filtered"
        if place.position is None:
            st.caption(f"not in the queue{which}")
        else:
            st.caption(f"{place.position} of {place.n_patients} in the queue{which}")


def _link(label: str, icon: str, patient_key: int | None, place: QueuePlace) -> None:
    address = {"patient": str(patient_key), **place.filters.as_address()}
    st.page_link(
        "pages/patient.py", label=label, icon=icon, query_params=address, disabled=patient_key is None
    )
