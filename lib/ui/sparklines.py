"""The small trends of a table's rows."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from lib.charts.sparkline import draw_sparkline
from lib.charts.theme import Theme
from lib.clinical.instruments import PHQ9

_EPOCH = date(1970, 1, 1)
# A table's cell is as high as its image: with air above and below it, a trend is as wide as its column.
_CELL_HEIGHT = 94


class Trend(Protocol):
    """Totals of one patient and instrument, oldest first; days are counted from 1970-01-01."""

    @property
    def days(self) -> Sequence[int]: ...
    @property
    def totals(self) -> Sequence[int]: ...
    @property
    def baseline(self) -> int | None: ...
    @property
    def first_dose_day(self) -> int | None: ...


def draw_trend(series: Trend | None, as_of: date, theme: Theme) -> str | None:
    """PHQ-9 totals to today as an image address; nothing where there is no total."""
    if series is None or not series.days:
        return None
    return draw_sparkline(
        series.days,
        series.totals,
        baseline=series.baseline,
        first_dose_day=series.first_dose_day,
        max_total=PHQ9.max_total,
        theme=theme,
        end_day=(as_of - _EPOCH).days,
        cell_height=_CELL_HEIGHT,
    )
