"""One cell of a workbook as the text that a CSV file would have: what the sheet shows, with dates in ISO and every digit."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from lib.intake.gathered import strip_cell

# A formula that was never worked out, beside Excel's own #N/A: no number, no date, and nobody's name.
NOT_CALCULATED = "#NOT CALCULATED"
# 007 may be the number 7, shown in three digits.
_ZEROS = re.compile(r"0{2,20}")
_QUOTED = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]")
# Excel keeps fifteen digits: a longer number is not what somebody typed, and must not pass for it.
_INEXACT = 1e15
_HALF_SECOND = timedelta(milliseconds=500)


def spell_cell(value: Any, number_format: str) -> str:
    """value: of a cell, as openpyxl gives it; number_format: how the sheet shows it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return strip_cell(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _spell_number(value, number_format)
    return _spell_time(value, number_format)


def _spell_number(value: float, number_format: str) -> str:
    if not np.isfinite(value) or (isinstance(value, float) and abs(value) >= _INEXACT):
        return str(value)
    # The digits behind the fifteenth are the computer's: it holds 0.3 as 0.30000000000000004.
    number = (
        str(value) if isinstance(value, int) else np.format_float_positional(float(f"{value:.15g}"), trim="-")
    )
    if "%" in _QUOTED.sub("", number_format):
        # The sheet shows 98%, and the cell holds 0.98: neither number alone says which was meant.
        return f"{np.format_float_positional(value * 100, precision=6, trim='-')}%"
    if _ZEROS.fullmatch(number_format) and number.isdigit():
        return number.zfill(len(number_format))
    return number


def _spell_time(value: Any, number_format: str) -> str:
    if isinstance(value, datetime):
        rounded = (value + _HALF_SECOND).replace(microsecond=0)
        has_time = "h" in _QUOTED.sub("", number_format).casefold() or rounded.time() != time()
        return rounded.isoformat(timespec="seconds") if has_time else rounded.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    return strip_cell(str(value))
