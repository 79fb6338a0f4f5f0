"""The small trends of a table's rows."""

from base64 import b64encode
from datetime import date

from lib.charts.sparkline import HEIGHT, WIDTH, draw_sparkline
from lib.charts.theme import Theme
from lib.clinical.instruments import PHQ9
from lib.services.review import Series

_EPOCH = date(1970, 1, 1)
# A table's cell is as high as its image: with air above and below it, a trend is as wide as its column.
_CELL_HEIGHT = 76


def draw_trend(series: Series | None, as_of: date, theme: Theme) -> str | None:
    """PHQ-9 totals to today as an image address; nothing where there is no total."""
    if series is None or not series.days:
        return None
    image = draw_sparkline(
        series.days,
        series.totals,
        baseline=series.baseline,
        first_dose_day=series.first_dose_day,
        max_total=PHQ9.max_total,
        theme=theme,
        end_day=(as_of - _EPOCH).days,
    )
    top = (_CELL_HEIGHT - HEIGHT) // 2
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{_CELL_HEIGHT}" viewBox="0 0 {WIDTH} {_CELL_HEIGHT}">'
        f'<image href="{image}" y="{top}" width="{WIDTH}" height="{HEIGHT}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
