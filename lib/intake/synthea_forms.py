"""Single answers among Synthea's observations, one a row, to forms of PHQ-9 and GAD-7."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib.intake.answer_labels import read_points
from lib.intake.drafts import Draft
from lib.intake.findings import BoolArray, IntArray
from lib.intake.forms import UNREAD, Form
from lib.intake.loinc import BODY_WEIGHT, SLOTS, TOTALS, is_score
from lib.intake.questions import speaks_of_forms
from lib.intake.texts import Texts

READ_AS = "Synthea observations: the single answers of one patient and moment, by LOINC code, are one form"


def find_answers(columns: Mapping[str, Texts]) -> BoolArray:
    """The rows that are an answer to one question, or may be one by their code or description; and the totals that belong to
    their forms."""
    is_taken = columns["code"].are(lambda code: code in TOTALS or code == BODY_WEIGHT)
    is_spoken = np.logical_or.reduce([columns[name].are(speaks_of_forms) for name in ("code", "description")])
    is_answer = np.asarray(~is_taken & is_spoken, np.bool_)
    if not is_answer.any():
        return is_answer
    moments = pd.MultiIndex.from_arrays([list(columns["patient"]), list(columns["date"])])
    is_total = columns["code"].are(TOTALS.__contains__)
    return np.asarray(is_answer | (is_total & moments.isin(moments[is_answer])), np.bool_)


def read_answers(columns: Mapping[str, Texts], lines: Sequence[int], rows: IntArray) -> list[Draft]:
    """A form a patient and moment; an answer of a question that no code tells waits with it."""
    forms: dict[tuple[str, str], Form] = {}
    chosen = (columns[name].take(rows) for name in ("patient", "date", "code", "value", "units"))
    for row, patient_id, moment, code, value, unit in zip(rows.tolist(), *chosen, strict=True):
        cells = {"patient_id": patient_id, "assessed_at": moment}
        form = forms.setdefault((patient_id, moment), Form(lines[row], cells))
        slot = SLOTS.get(code)
        points = read_points(value, of_difficulty=slot == ("", "difficulty")) or UNREAD
        said = points if is_score(unit) else f"{UNREAD} {points}"
        if slot:
            form.add(slot, [said] if value else [])
        elif value:
            form.unplaced.append(said)
    return [draft for form in forms.values() for draft in form.rows()]
