"""What was typed and chosen in a decision's form, as the services take it: a number that cannot be read is named."""

from datetime import date
from typing import Any

import streamlit as st

from lib.clinical.decision_answers import CHECKS, Effect
from lib.services.decisions import Answers, Signature
from lib.services.errors import StoreError
from lib.ui.decision_keys import FIELDS, FormKey

_EPOCH = date(1970, 1, 1)
_NAMES = {
    "old_dose": "Old dose",
    "new_dose": "New dose",
    "new_dose_again": "New dose once more",
    "old_interval": "Old interval",
    "new_interval": "New interval",
    "points": "Points",
}


def read_answers(keys: FormKey) -> Answers:
    """Raises StoreError for a number that cannot be read."""
    review_by: date | None = st.session_state.get(keys.of("review_by"))
    checks = {name: st.session_state.get(keys.of(name)) for name in CHECKS}
    return Answers(
        options=tuple(_said(keys, "options") or ()),
        reasons=tuple(_said(keys, "reasons") or ()),
        old_dose_mg=_number(keys, "old_dose"),
        new_dose_mg=_number(keys, "new_dose"),
        new_dose_again_mg=_number(keys, "new_dose_again"),
        old_interval_days=_number(keys, "old_interval"),
        new_interval_days=_number(keys, "new_interval"),
        checks={name: answer for name, answer in checks.items() if answer},
        absent=tuple(_said(keys, "absent") or ()),
        present=tuple(_said(keys, "present") or ()),
        effect=_read_effect(keys),
        review_by=(review_by - _EPOCH).days if review_by else None,
        note=str(_said(keys, "note") or ""),
    )


def read_doses(keys: FormKey) -> Answers:
    """The old and the new dose alone. Raises StoreError for one that cannot be read."""
    return Answers(old_dose_mg=_number(keys, "old_dose"), new_dose_mg=_number(keys, "new_dose"))


def _said(keys: FormKey, name: str) -> Any:
    return st.session_state.get(keys.of(name))


def _number(keys: FormKey, name: str) -> float | None:
    text = str(_said(keys, name) or "").strip()
    if not text:
        return None
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal()):
        raise StoreError(f"{_NAMES[name]}: “{text}” is not a number; write it as 150 or 12.5.")
    return float(text)


def _read_effect(keys: FormKey) -> Effect | None:
    """None where nothing of it was answered; what is half answered is refused by the services."""
    instrument, kind, points = _said(keys, "instrument"), _said(keys, "kind"), _number(keys, "points")
    if not (instrument or kind or points is not None):
        return None
    if points is not None and points != int(points):
        raise StoreError("Points: totals are whole numbers.")
    return Effect(instrument or "", kind or "", int(points or 0))


def read_signature(keys: FormKey) -> Signature:
    return Signature(*(str(_said(keys, name) or "") for name in ("initials", "birth_year", "patient_id")))


def read_draft(keys: FormKey) -> tuple[Any, ...]:
    """Everything that is answered, to be compared: a refusal stands until something is changed. A field that was not drawn yet is
    as an empty one: where the signature brings a question, why nothing was signed is said beside it."""
    return tuple(str(_said(keys, name) or "") for name in (*FIELDS, *CHECKS))
