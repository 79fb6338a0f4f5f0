"""The names of a decision's widgets: each holds the patient and which form of that patient it is; and the form's token."""

from dataclasses import dataclass
from secrets import token_hex

import streamlit as st

# What the form asks for. A draft is let go of when it is signed.
FIELDS = (
    *(
        "options",
        "old_dose",
        "new_dose",
        "new_dose_again",
        "old_interval",
        "new_interval",
        "reasons",
        "absent",
        "present",
    ),
    *("instrument", "kind", "points", "review_by", "note", "initials", "birth_year", "patient_id"),
)


@dataclass(frozen=True)
class FormKey:
    """generation: grows with each decision that is signed."""

    patient_key: int
    generation: int

    def of(self, name: str) -> str:
        return f"decision-{name}-{self.generation}-{self.patient_key}"

    @property
    def token(self) -> str:
        """The same for as long as this form is on the screen: pressed ten times, it signs one decision."""
        token: str = st.session_state.setdefault(self.of("token"), token_hex(16))
        return token


def current_key(patient_key: int) -> FormKey:
    return FormKey(patient_key, st.session_state.get(_generation(patient_key), 0))


def begin_anew(patient_key: int) -> None:
    """The next form of this patient is empty."""
    st.session_state[_generation(patient_key)] = st.session_state.get(_generation(patient_key), 0) + 1


def is_current(keys: FormKey) -> bool:
    return keys == current_key(keys.patient_key)


def _generation(patient_key: int) -> str:
    return f"decision-generation-{patient_key}"
