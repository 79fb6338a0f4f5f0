"""Saving a form that was filled in by hand, and what became of it: a receipt, or the sentence why not."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import streamlit as st

from lib.services import entries
from lib.services.entries import AlreadyStoredError, DrawnForm, EntryForm, EntryReceipt, EntryRefusedError
from lib.services.errors import StoreError
from lib.ui import access, address, wording
from lib.ui.display import escape
from lib.ui.entry_fields import Form, label_of
from lib.ui.entry_widgets import FormKey, clear_forms, read_answers
from lib.ui.entry_wording import say_contents, say_origin, say_record

# Whose it is, and what is said: of one patient at a time.
_RECEIPT, _REFUSAL = "entry-receipt", "entry-refusal"
_NOTHING: Mapping[str, str] = MappingProxyType({})


def offer_save(
    drawn_from: EntryForm,
    form: Form,
    keys: FormKey,
    names: Sequence[str],
    given: Mapping[str, str] = _NOTHING,
) -> None:
    """The button, and whom it saves for; where something else stands there, what that is, and a second button over it."""
    arguments = (drawn_from.draw(), keys, tuple(names), given)
    label = f"Save the {form.noun} for {escape(drawn_from.identity)}"
    st.button(label, type="primary", key=keys.of("save"), on_click=_save_new, args=arguments)
    stored = st.session_state.pop(keys.of("stored"), None)
    if stored is not None:
        st.text(f"Stored: {say_record(stored)}. {say_contents(stored)}\n{say_origin(stored)}")
        arguments = (drawn_from.draw(stored.record), keys, tuple(names), given)
        label = "Replace what is stored by what is typed"
        st.button(label, key=keys.of("replace"), on_click=_save_new, args=arguments)


def _save_new(drawn: DrawnForm, keys: FormKey, names: Sequence[str], given: Mapping[str, str]) -> None:
    """drawn, given: what the form showed when the button was drawn; the answers are those of the moment of the press."""

    def save() -> EntryReceipt:
        values = {**read_answers(keys, names), **given}
        return entries.enter_record(
            access.actor(), access.store(), drawn.patient_key, keys.kind, values, expected=drawn
        )

    attempt(keys, save)


def attempt(keys: FormKey, save: Callable[[], EntryReceipt]) -> None:
    """Keep the receipt and clear the form; or keep the form, and say why it was not taken."""
    st.session_state.pop(_RECEIPT, None)
    stay_with(keys.patient_key)
    try:
        receipt = save()
    except StoreError as error:
        refuse(keys.patient_key, _say_refusal(keys, error))
        if isinstance(error, AlreadyStoredError):
            st.session_state[keys.of("stored")] = error.stored
        return
    st.session_state[_RECEIPT] = (keys.patient_key, _say_receipt(receipt))
    clear_forms(keys.patient_key)


def stay_with(patient_key: int) -> None:
    """A press belongs to its page. Made just after Next, it is the last word: the browser's address may name the next patient
    already, and has to follow the page."""
    address.write("patient", str(patient_key))


def _say_refusal(keys: FormKey, error: StoreError) -> str:
    if not isinstance(error, EntryRefusedError) or not error.column:
        return str(error)
    value = f", “{error.value}”" if error.value else ""
    return f"{label_of(keys.kind, error.column, keys.about)}{value}: {error.reason}"


def refuse(patient_key: int, why: str) -> None:
    st.session_state[_REFUSAL] = (patient_key, why)


def show_refusal(patient_key: int) -> None:
    """Why the last press saved nothing, once; under whatever form is drawn now, as what it was about may be gone."""
    whose, why = st.session_state.pop(_REFUSAL, (None, ""))
    if whose == patient_key:
        st.error(escape(why), icon=":material/error:")


def _say_receipt(receipt: EntryReceipt) -> str:
    stored, replaced = receipt.stored, receipt.replaced
    version = f"version {stored.version}"
    if replaced:
        version += f", which replaces version {replaced.version} of {wording.say_instant(replaced.said_at)}, {replaced.said_by}"
    who = f"by {stored.said_by}, {wording.say_instant(stored.said_at)}, as import {receipt.import_key}"
    return f"Stored for {receipt.identity}: {say_record(stored)}, {version}; {who}.\n{say_contents(stored)}"


def note_voided(patient_key: int, said: str) -> None:
    st.session_state[_RECEIPT] = (patient_key, said)
    clear_forms(patient_key)


def show_receipt(patient_key: int) -> None:
    """What was stored last for this patient, until something else is saved or another patient is opened."""
    whose, said = st.session_state.get(_RECEIPT, (None, ""))
    if whose != patient_key:
        st.session_state.pop(_RECEIPT, None)
        return
    first, _, more = said.partition("\n")
    st.success(escape(first), icon=":material/task_alt:")
    if more:
        st.text(more)
