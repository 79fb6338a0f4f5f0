"""Recording something by hand on a patient's page: whom it is about, what, and the form for it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from lib.clinical.instruments import INSTRUMENTS
from lib.services.entries import EntryForm
from lib.services.patients import PatientPage
from lib.ui import access, caseload, entry_corrections, entry_saving, known_on, wording
from lib.ui.choosing import choose_segment
from lib.ui.display import escape
from lib.ui.entry_fields import FORMS, Form
from lib.ui.entry_score import ask_item, items_of, show_score
from lib.ui.entry_widgets import FormKey, ask, current_key, read_answers

Fill = Callable[[PatientPage, Form, EntryForm], None]
_NEW = "new"
# Groups whose questions say by themselves what they are about.
_UNSAID = ("When", "What", "Also", "Order", "Note")


def show_record(page: PatientPage) -> None:
    """The choice of what is recorded, and its form; whom it is about stands above and on the button."""
    if access.looks_back():
        st.caption(known_on.NOTHING_IS_RECORDED)
        return
    if not access.may_enter():
        st.caption(f"{escape(access.actor().name)} may not enter records.")
        return
    ways = {name: way for name, way in _WAYS.items() if name != "void" or access.may_void()}
    form = FORMS[choose_segment("enter", "enter", {name: one.title for name, one in FORMS.items()})]
    way = choose_segment("doing", "doing", {name: title for name, (title, _) in ways.items()})
    drawn_from = caseload.read_entry_form(page.patient_key, form.kind)
    with st.container(border=True, key=f"entry-form-{page.patient_key}"):
        st.markdown(f"Recording for **{escape(drawn_from.identity)}**")
        st.caption(_say_conditions(drawn_from))
        entry_saving.show_receipt(page.patient_key)
        ways[way][1](page, form, drawn_from)
        entry_saving.show_refusal(page.patient_key)


def _say_conditions(drawn_from: EntryForm) -> str:
    said = f"Date and time as they were at the clinic ({escape(drawn_from.time_zone)}). What is left empty is not recorded."
    return said + wording.say_what_vanishes(is_demo=caseload.read_freshness().is_demo)


def _fill_new(page: PatientPage, form: Form, drawn_from: EntryForm) -> None:
    if form.kind == "assessments":
        _fill_questionnaire(page, form, drawn_from)
        return
    keys = current_key(page.patient_key, form.kind)
    _ask_groups(keys, form.groups)
    entry_saving.offer_save(drawn_from, form, keys, form.columns)


def _fill_questionnaire(page: PatientPage, form: Form, drawn_from: EntryForm) -> None:
    """Which one, when, its answers and what they come to. An answer belongs to its questionnaire, and goes with it."""
    choice = current_key(page.patient_key, form.kind).of("instrument")
    name = st.segmented_control("Questionnaire", list(INSTRUMENTS), key=choice)
    if name is None:
        return
    instrument, keys = INSTRUMENTS[name], current_key(page.patient_key, form.kind, name)
    when, *others = form.groups.items()
    _ask_groups(keys, dict([when]))
    st.caption("Over the last two weeks. An item that is left open is not answered, which is never 0.")
    with st.container(gap="xsmall"):
        for column in items_of(instrument):
            ask_item(keys, instrument, column)
    show_score(name, read_answers(keys, items_of(instrument)), page.policy)
    _ask_groups(keys, dict(others))
    names = (*items_of(instrument), *form.columns)
    entry_saving.offer_save(drawn_from, form, keys, names, {"instrument": name})


def _ask_groups(keys: FormKey, groups: Mapping[str, tuple[str, ...]]) -> None:
    for heading, columns in groups.items():
        if heading not in _UNSAID:
            st.markdown(f"**{heading}**")
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            for name in columns:
                ask(keys, name)


_WAYS: Mapping[str, tuple[str, Fill]] = MappingProxyType(
    {
        _NEW: ("Enter new", _fill_new),
        "correct": ("Correct", entry_corrections.fill_correction),
        "void": ("Void", entry_corrections.fill_voiding),
    }
)
