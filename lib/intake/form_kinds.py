"""Observations that are answers of a questionnaire, one a row: no rule would look at them there, and an item 9 be lost."""

import numpy as np

from lib.intake.assessments import ItemNine, no_item_9
from lib.intake.findings import Findings
from lib.intake.forms import names_spoken
from lib.intake.questions import speaks_of_forms
from lib.intake.table import RawTable

_ANSWERS = frozenset("123")
_REASON = (
    "The kind speaks of a questionnaire, whose answers belong to assessments: send the form as assessments, or enter it on the "
    "patient's page."
)


def hold_forms(raw: RawTable, findings: Findings) -> ItemNine:
    """Holds rows of observations of PHQ-9 and GAD-7, and numbers of an answer beside a word of suicide; what may hide in them."""
    pairs = list(zip(raw.cells["kind"], raw.cells["value"], strict=True))
    found = {pair: _is_of_a_form(*pair, is_confirmed=raw.is_confirmed) for pair in set(pairs)}
    rows = np.fromiter(map(found.__getitem__, pairs), np.bool_, len(pairs))
    findings.hold(rows, "form-as-observation", "kind", _REASON)
    nothing = no_item_9(len(pairs))
    has_item_9 = np.array([names_spoken(kind) != {"GAD-7"} for kind, _ in pairs], np.bool_)
    return ItemNine(nothing.answer, nothing.is_read, rows & has_item_9)


def _is_of_a_form(kind: str, value: str, *, is_confirmed: bool) -> bool:
    return speaks_of_forms(kind, of_suicide=value in _ANSWERS and not is_confirmed)
