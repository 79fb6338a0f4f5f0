"""One answer of a form: asked for empty, and read as the text that a file would have in its place.

Nothing is filled in beforehand, and every key names patient, kind, record and the form's generation: what was typed for one of
them is never found under another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from lib.clinical.frames import KINDS, Column
from lib.services.errors import StoreError
from lib.ui.entry_fields import SUGGESTIONS, label_of

_ANSWER_PX, _WORDS_PX = 150, 230
# As many as fit beside each other; a wider range is typed.
_MOST_BUTTONS = 6
_LONG = ("note",)
_NO_YES = ("yes", "no")
_HELP = {
    "difficulty": "How difficult these problems made life: 0 not at all, 3 extremely",
    "sedation_moaas": "The deepest sedation seen: 5 answers readily, 0 does not respond to pain",
}


@dataclass(frozen=True)
class FormKey:
    """about: the version that a correction is about, the questionnaire that is filled in, or new. generation: grows with each
    record that is saved."""

    patient_key: int
    kind: str
    about: str
    generation: int

    def of(self, name: str) -> str:
        return f"entry-{self.kind}-{self.about}-{name}-{self.generation}-{self.patient_key}"


def current_key(patient_key: int, kind: str, about: object = "new") -> FormKey:
    return FormKey(patient_key, kind, str(about), st.session_state.get(_generation(patient_key), 0))


def clear_forms(patient_key: int) -> None:
    """The next forms of this patient are empty."""
    st.session_state[_generation(patient_key)] = st.session_state.get(_generation(patient_key), 0) + 1


def _generation(patient_key: int) -> str:
    return f"entry-generation-{patient_key}"


def ask(form: FormKey, name: str, hint: str = "") -> None:
    """hint: what is stored, where it is corrected."""
    column = KINDS[form.kind].column(name)
    label, key, suggested = label_of(form.kind, name), form.of(name), SUGGESTIONS.get((form.kind, name), ())
    if column.type == "moment":
        _ask_moment(form, column)
    elif column.type == "date":
        st.date_input(label, value=None, key=key, format="YYYY-MM-DD", width=_ANSWER_PX)
    elif options := _buttons(column):
        st.segmented_control(label, options, key=key, help=hint or _HELP.get(name))
    elif name == "tags":
        st.multiselect(label, suggested, key=key, accept_new_options=True, width=2 * _WORDS_PX)
    elif suggested:
        st.selectbox(
            label,
            suggested,
            index=None,
            key=key,
            placeholder=hint or "Choose or type",
            accept_new_options=True,
            width=_WORDS_PX,
        )
    elif name in _LONG:
        st.text_area(label, key=key, placeholder=hint, height=80, max_chars=2_000)
    else:
        width = _WORDS_PX if column.type == "text" else _ANSWER_PX
        st.text_input(label, key=key, placeholder=hint, max_chars=200, width=width)


def _buttons(column: Column) -> tuple[Any, ...]:
    """The answers of a question that has few."""
    if column.type == "yes_no":
        return _NO_YES
    if column.type != "whole" or column.low is None or column.high is None:
        return column.choices
    few = range(int(column.low), int(column.high) + 1)
    return tuple(few) if len(few) <= _MOST_BUTTONS else ()


def _ask_moment(form: FormKey, column: Column) -> None:
    """A date, and a time of day or that it is not known."""
    label = label_of(form.kind, column.name)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.date_input(label, value=None, key=form.of("date"), format="YYYY-MM-DD", width=_ANSWER_PX)
        is_unknown = bool(st.session_state.get(form.of("unknown")))
        st.text_input(
            "Time",
            key=form.of("time"),
            placeholder="HH:MM",
            max_chars=8,
            width=110,
            disabled=is_unknown,
        )
        st.checkbox("Time of day unknown", key=form.of("unknown"), width="content")


def read_answers(form: FormKey, names: Iterable[str]) -> dict[str, str]:
    """The answers as they stand now, as text. Raises StoreError where a time of day is neither given nor unknown."""
    return {name: _read(form, KINDS[form.kind].column(name)) for name in names}


def _read(form: FormKey, column: Column) -> str:
    if column.type == "moment":
        return _read_moment(form)
    answer = st.session_state.get(form.of(column.name))
    if isinstance(answer, date):
        return answer.isoformat()
    if isinstance(answer, list):
        return ";".join(map(str, answer))
    return "" if answer is None else str(answer).strip()


def _read_moment(form: FormKey) -> str:
    day: date | None = st.session_state.get(form.of("date"))
    if day is None:
        return ""
    if st.session_state.get(form.of("unknown")):
        return day.isoformat()
    time = str(st.session_state.get(form.of("time")) or "").strip()
    if not time:
        raise StoreError("Type the time of day, or say that it is unknown.")
    # 9:05 is 09:05.
    return f"{day.isoformat()}T{time.zfill(5) if len(time) < 5 and ':' in time else time}"
