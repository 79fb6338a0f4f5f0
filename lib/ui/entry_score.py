"""The answers of a questionnaire, item by item, and what they come to while they are being given."""

from collections.abc import Mapping

import streamlit as st

from lib.clinical.form_so_far import FormSoFar, score_so_far
from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import INSTRUMENTS, MAX_ANSWER, Instrument
from lib.clinical.policy import Policy
from lib.ui import wording
from lib.ui.display import escape
from lib.ui.entry_fields import label_of
from lib.ui.entry_widgets import FormKey

ANSWERS = ("0 not at all", "1 several days", "2 more than half the days", "3 nearly every day")


def ask_item(form: FormKey, instrument: Instrument, column: str) -> None:
    """One item: an answer can be taken back by pressing it again, and is then missing."""
    label = label_of(form.kind, column, instrument.name)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(escape(label), width=170)
        st.segmented_control(
            label,
            range(MAX_ANSWER + 1),
            format_func=ANSWERS.__getitem__,
            key=form.of(column),
            label_visibility="collapsed",
        )


def items_of(instrument: Instrument) -> tuple[str, ...]:
    return ITEM_COLUMNS[: instrument.n_items]


def show_score(instrument_name: str, cells: Mapping[str, str], policy: Policy) -> None:
    """cells: the items' answers as text; those that are missing, empty or absent."""
    instrument = INSTRUMENTS[instrument_name]
    answers = [int(cells[name]) if cells.get(name) else None for name in items_of(instrument)]
    form = score_so_far(instrument, answers, policy)
    st.markdown(f"**{escape(say_score(form))}**")
    if form.n_answered and form.n_missing:
        st.caption(escape(say_missing(form)))
    if form.item_9:
        st.error(wording.ITEM_9_POSITIVE.format(answer=form.item_9), icon=":material/emergency:")
    elif form.item_9 == 0:
        st.caption(wording.ITEM_9_ZERO)


def say_score(form: FormSoFar) -> str:
    """12 so far, 7 of 9 items answered; Total 17 of 27, moderately severe."""
    if form.n_missing:
        return f"{form.answered_sum} so far, {form.n_answered} of {form.instrument.n_items} items answered"
    total = int(form.total or 0)
    return f"Total {total} of {form.instrument.max_total}, {form.instrument.band(total)}"


def say_missing(form: FormSoFar) -> str:
    """What becomes of a form that is saved with these items missing."""
    said = f"Saved like this, {wording.count(form.n_missing, 'item')} {'is' if form.n_missing == 1 else 'are'} not answered"
    if form.total is None:
        said += ": that is too many for a total, and the form is stored without one."
    else:
        said += f": the total is prorated to {form.total}, from {form.low} to {form.high} by what the missing answers may be."
    return f"{said} Item 9 is not answered: it is never filled in." if form.is_item_9_open else said
