"""Months as an axis, and numbers under it: what figures by month share."""

from collections.abc import Sequence
from datetime import date

from lib.charts.canvas import Part
from lib.charts.clinic.sheet import Sheet, base_axis, every
from lib.clinical.wording import MONTHS


def say_month(on: date) -> str:
    return f"{MONTHS[on.month - 1]} {on.year}"


def month_axis(months: Sequence[date], sheet: Sheet) -> Part:
    """Months at 0, 1, 2 …, the year under the first one and under each January that has a label."""
    names = [MONTHS[on.month - 1] for on in months]
    step = _step(sheet, len(months), names)
    ticks = list(range(0, len(months), step))
    texts = [
        f"{names[at]}<br>{months[at].year}"
        if at == 0 or months[at].year != months[at - step].year
        else names[at]
        for at in ticks
    ]
    return base_axis(sheet.theme, -0.6, max(len(months), 1) - 0.4, tickvals=ticks, ticktext=texts)


def row_of_months(sheet: Sheet, texts: Sequence[str], line: int, name: str) -> None:
    """A number a month under the axis, as many as stand clear of one another."""
    step = _step(sheet, len(texts), texts)
    at = range(0, len(texts), step)
    sheet.row_under(at, [texts[one] for one in at], line, name)


def _step(sheet: Sheet, n_months: int, texts: Sequence[str]) -> int:
    return every(texts, sheet.margins.plot_px / (n_months + 0.2)) if n_months else 1
