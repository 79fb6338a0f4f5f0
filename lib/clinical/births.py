"""The year in which somebody was born: files give it, or the date."""

from datetime import date, timedelta
from typing import Any

import pandas as pd

_EPOCH = date(1970, 1, 1)


def year_of_birth(year: Any, born_on: Any) -> int | None:
    """The recorded year, else that of the recorded date; None where neither is known. born_on: a date, or days since
    1970-01-01."""
    if pd.notna(year):
        return int(year)
    if pd.isna(born_on):
        return None
    on = born_on if isinstance(born_on, date) else _EPOCH + timedelta(days=int(born_on))
    return on.year


def say_birth(year: Any, born_on: Any) -> str:
    """born 1984"""
    known = year_of_birth(year, born_on)
    return "year of birth not recorded" if known is None else f"born {known}"
