"""Records that the checks of data quality read, a few at a time: everything that a case does not name is not there."""

from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.quality_records import COUNTS, VITALS, QualityRecords
from lib.clinical.segments import NONE

AS_OF = 20_000
_FRAMES = {
    "people": "patient clinic_key has_clinician born_on died_on",
    "standing": "patient clinic_key instrument has_session ended_on last_session_on day_0 baseline_on as_of",
    "forms": "id patient clinic_key instrument day second "
    + " ".join(f"item_{n}" for n in range(1, 10))
    + " total",
    "other_forms": "id patient clinic_key day second name",
    "sessions": "id patient clinic_key day second status prescribed_mg " + " ".join(VITALS),
    "orders": "patient day interval_days",
    "weights": "id patient clinic_key day second kg",
    "waiting": "id patient clinic_key kind code days",
    "pairs": "first second clinic_key what",
}
_WORDS = ("name", "kind", "code", "what")
_NUMBERS = ("kg", "interval_days", "prescribed_mg", *VITALS)


def records(**rows: list[dict[str, Any]]) -> QualityRecords:
    """By frame its rows; in each row what is not said is clinic 1, an id of its own, or unknown."""
    return QualityRecords(AS_OF, **{name: _frame(name, rows.get(name, [])) for name in _FRAMES})


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {}
    for column in _FRAMES[name].split():
        values = [row.get(column, _unsaid(column, place)) for place, row in enumerate(rows)]
        if column in ("has_session", "has_clinician"):
            columns[column] = np.array(values, dtype=bool)
        elif column in _WORDS:
            columns[column] = pd.Series(values, dtype=object)
        else:
            columns[column] = np.array(values, dtype=float if column in _NUMBERS else np.int64)
    return pd.DataFrame(columns)


def _unsaid(column: str, place: int) -> Any:
    known = {
        "id": place + 1,
        "clinic_key": 1,
        "patient": 1,
        "status": COUNTS,
        "as_of": AS_OF,
        "instrument": 0,
    }
    return np.nan if column in _NUMBERS else known.get(column, NONE)


def form(day: int, answers: str = "", total: int = NONE, **said: Any) -> dict[str, Any]:
    """A form of the nine answers as nine characters, a space is a blank."""
    items = {f"item_{n}": int(one) for n, one in enumerate(answers, start=1) if one != " "}
    return {"day": day, "total": total, **items, **said}


def treated(day_0: int, baseline_on: int = NONE, **said: Any) -> dict[str, Any]:
    """A row of `standing` of somebody in treatment."""
    return {
        "day_0": day_0,
        "baseline_on": baseline_on,
        "has_session": True,
        "last_session_on": AS_OF - 1,
        **said,
    }
