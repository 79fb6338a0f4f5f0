"""Correcting a stored record, and voiding one: what is stored is shown first, and only what is named changes."""

from collections.abc import Sequence

import streamlit as st

from lib.clinical.frames import ITEM_COLUMNS, Column
from lib.clinical.instruments import INSTRUMENTS
from lib.services import entries, records
from lib.services.entries import DrawnForm, EntryForm, EntryReceipt, StoredRecord
from lib.services.errors import StoreError
from lib.services.patients import PatientPage
from lib.ui import access, entry_saving
from lib.ui.display import escape
from lib.ui.entry_fields import Form, label_of
from lib.ui.entry_score import ask_item, show_score
from lib.ui.entry_widgets import FormKey, ask, current_key, read_answers
from lib.ui.entry_wording import say_contents, say_origin, say_record

_NOT_RECORDED = "not recorded"


def fill_correction(page: PatientPage, form: Form, drawn_from: EntryForm) -> None:
    stored = _choose_record(form, drawn_from, "correct")
    if stored is None:
        return
    keys = current_key(page.patient_key, form.kind, stored.record)
    instrument = stored.cells.get("instrument", "")
    columns = [column.name for column in _correctable(form, stored)]
    wrong = st.multiselect(
        "What is wrong?",
        columns,
        format_func=lambda name: label_of(form.kind, name, instrument),
        key=keys.of("wrong"),
        placeholder="Choose one or more; the rest stays as it is",
    )
    for name in sorted(wrong, key=columns.index):
        hint = f"stored: {stored.cells.get(name, _NOT_RECORDED)}"
        if name in ITEM_COLUMNS and instrument in INSTRUMENTS:
            ask_item(keys, INSTRUMENTS[instrument], name)
        else:
            ask(keys, name, hint)
    if not wrong:
        return
    _show_changes(page, stored, read_answers(keys, wrong))
    label = f"Save the correction for {escape(drawn_from.identity)}"
    arguments = (drawn_from.draw(stored.record), keys, tuple(wrong))
    st.button(label, type="primary", key=keys.of("save"), on_click=_save_correction, args=arguments)


def _choose_record(form: Form, drawn_from: EntryForm, doing: str) -> StoredRecord | None:
    """One of those in force, with what it says and who said it."""
    if not drawn_from.records:
        st.caption(f"No {form.noun} is recorded.")
        return None
    by_record = {one.record: one for one in drawn_from.records}
    chosen = st.selectbox(
        f"Which {form.noun}?",
        list(by_record),
        index=None,
        format_func=lambda record: say_record(by_record[record]) if record in by_record else "",
        key=current_key(drawn_from.patient_key, form.kind).of(f"which-{doing}"),
        placeholder="Choose one; the newest stands first",
    )
    stored = by_record.get(chosen) if chosen is not None else None
    if stored:
        st.text(f"{say_contents(stored)}\n{say_origin(stored)}")
    return stored


def _correctable(form: Form, stored: StoredRecord) -> Sequence[Column]:
    """What this record can say; a questionnaire has its own items."""
    instrument = INSTRUMENTS.get(stored.cells.get("instrument", ""))
    if form.kind != "assessments" or instrument is None:
        return form.correctable
    beyond = ITEM_COLUMNS[instrument.n_items :]
    return [column for column in form.correctable if column.name not in beyond]


def _show_changes(page: PatientPage, stored: StoredRecord, changes: dict[str, str]) -> None:
    """What will be different, and what the answers then come to."""
    instrument = stored.cells.get("instrument", "")
    said = [
        f"{label_of(stored.kind, name, instrument)}: {stored.cells.get(name, _NOT_RECORDED)} → {text or _NOT_RECORDED}"
        for name, text in changes.items()
    ]
    st.text("\n".join(said))
    if instrument in INSTRUMENTS and not set(ITEM_COLUMNS).isdisjoint(changes):
        show_score(instrument, {**stored.cells, **changes}, page.policy)


def _save_correction(drawn: DrawnForm, keys: FormKey, names: Sequence[str]) -> None:
    def save() -> EntryReceipt:
        changes = read_answers(keys, names)
        return entries.correct_record(
            access.actor(), access.store(), drawn.patient_key, keys.kind, changes, expected=drawn
        )

    entry_saving.attempt(keys, save)


def fill_voiding(page: PatientPage, form: Form, drawn_from: EntryForm) -> None:
    """A record is taken back with all its versions; it stays in the store, and its item 9 stays flagged."""
    st.caption(
        "A voided record counts no more. It stays in the store, with who voided it and why; an item 9 of it stays flagged."
    )
    stored = _choose_record(form, drawn_from, "void")
    if stored is None:
        return
    keys = current_key(page.patient_key, form.kind, stored.record)
    st.text_input("Why", key=keys.of("why"), max_chars=300, placeholder="Filled in by another patient")
    label = f"Void this {form.noun} of {escape(drawn_from.identity)}"
    arguments = (drawn_from, stored, keys)
    st.button(label, type="primary", key=keys.of("take-back"), on_click=_void, args=arguments)


def _void(drawn_from: EntryForm, stored: StoredRecord, keys: FormKey) -> None:
    why = st.session_state.get(keys.of("why")) or ""
    drawn = drawn_from.draw(stored.record)
    entry_saving.stay_with(keys.patient_key)
    try:
        records.void_record(access.actor(), access.store(), stored.kind, stored.record, why, expected=drawn)
    except StoreError as error:
        entry_saving.refuse(keys.patient_key, str(error))
        return
    said = f"Voided for {drawn_from.identity}: {say_record(stored)}, by {access.actor().name}: {why.strip()}"
    entry_saving.note_voided(keys.patient_key, said)
