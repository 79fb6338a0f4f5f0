"""Where a patient stands in the review queue, and who comes before and after."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from lib.ui import address, caseload
from lib.ui.display import ROWS_A_PAGE
from lib.ui.filters import Filters, read_address
from lib.ui.queue_lists import rows_listed


@dataclass(frozen=True)
class QueuePlace:
    """Among the patients that the list's filters let pass. position: from 1; None outside of it. page: of the list, with this
    patient on it; the first outside of it."""

    patient_key: int
    filters: Filters
    position: int | None
    page: int
    n_patients: int
    previous: int | None
    following: int | None


def find_place(patient_key: int) -> QueuePlace:
    filters = read_address()
    listed = _read_listed(filters)
    keys, at = listed.keys, listed.place_of.get(patient_key)
    if at is None:
        return QueuePlace(patient_key, filters, None, 1, len(keys), None, None)
    page = 1 + listed.rows[at] // ROWS_A_PAGE
    previous = keys[at - 1] if at else None
    following = keys[at + 1] if at + 1 < len(keys) else None
    return QueuePlace(patient_key, filters, at + 1, page, len(keys), previous, following)


def first_in_queue() -> int | None:
    """The first patient that the address's filters let pass."""
    return next(iter(_read_listed(read_address()).keys), None)


@dataclass(frozen=True)
class _Listed:
    """The patients that pass, in the list's order: their keys, the row of each, from 0, and the place of each among them, by key.
    Among 100,000 patients they are 30,000: a look at one of them walks through none."""

    keys: list[int]
    rows: list[int]
    place_of: dict[int, int]


def _read_listed(filters: Filters) -> _Listed:
    queue = caseload.read_queue()
    rows = rows_listed(queue, filters)
    return _list_once(
        reading=queue.reading, asked=repr(filters), _list=lambda: _list_patients(filters.select(rows))
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _list_once(reading: int, asked: str, _list: Callable[[], _Listed]) -> _Listed:
    return _list()


def _list_patients(rows: pd.DataFrame) -> _Listed:
    first = rows["patient_key"].reset_index(drop=True).dropna().drop_duplicates()
    keys = first.astype(int).tolist()
    return _Listed(keys, first.index.tolist(), {key: place for place, key in enumerate(keys)})


def show_place(place: QueuePlace) -> None:
    """Back to the queue as it was, to the page with this patient, and on to the neighbours."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", width="content", key="queue-place"
    ):
        st.page_link(
            "pages/review_queue.py",
            label="Review queue",
            icon=":material/arrow_back:",
            query_params={**place.filters.as_address(), **address.to_page(place.page), **address.kept()},
        )
        _offer(place, "Previous", ":material/chevron_left:", "Alt+P", place.previous)
        _offer(place, "Next", ":material/chevron_right:", "Alt+N", place.following)
        st.caption(_say_place(place))


def _offer(place: QueuePlace, label: str, icon: str, shortcut: str, patient_key: int | None) -> None:
    """A button and not a link: a link to the page that one is on leaves the old patient in the browser's address."""
    st.button(
        label,
        icon=icon,
        key=f"{label.lower()}-{place.patient_key}",
        disabled=patient_key is None,
        shortcut=shortcut,
        help=f"{label} patient in the queue’s order: {shortcut}",
        on_click=address.write,
        args=("patient", str(patient_key)),
    )


def _say_place(place: QueuePlace) -> str:
    which = "" if place.filters.is_empty else ", as filtered"
    if place.position is None:
        return f"not in the queue{which}"
    return f"{place.position} of {place.n_patients} in the queue{which}"
