"""Counting sessions of hand-made cases: everything that a case does not name was not recorded."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.segments import NONE

PRESSURES = [f"{part}_{when}_mmhg" for when in ("pre", "40", "120") for part in ("sbp", "dbp")]
_NUMBERS = [*PRESSURES, "dose_mg", "prescribed_mg", "ae_asked", "supervisor_present", "has_contact"]


def session_rows(cases: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a case: patient by default its place, day 100."""
    rows = [
        {"id": at + 1, "patient": at, "day": 100, "second": NONE, **case} for at, case in enumerate(cases)
    ]
    frame = pd.DataFrame(rows, columns=["id", "patient", "day", "second", *_NUMBERS])
    return frame.astype(
        dict.fromkeys(_NUMBERS, float) | dict.fromkeys(("id", "patient", "day", "second"), "int64")
    )


def readings(pre: str = "", at_40: str = "", at_120: str = "") -> dict[str, float]:
    """118/76, 150/? or nothing."""
    said = {}
    for when, text in (("pre", pre), ("40", at_40), ("120", at_120)):
        for part, number in zip(("sbp", "dbp"), text.split("/") if text else ("?", "?"), strict=True):
            said[f"{part}_{when}_mmhg"] = np.nan if number == "?" else float(number)
    return said
