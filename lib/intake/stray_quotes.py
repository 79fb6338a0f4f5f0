"""Whether a record of several lines is one row with a long text, or rows that a stray quote has swallowed."""

import re
from collections.abc import Sequence

from lib.clinical.frames import KINDS
from lib.intake.kinds import fold_name
from lib.intake.layout import Layout

_DATE_LIKE = re.compile(r"\s*\"?\s*(\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\w{2,3}[/.-]\d{2,4})")
_EVENTS = {
    kind.event_column.name for kind in KINDS.values() if kind.event_column and kind.event_column.is_required
}
# What never has a line end in it: ids, and every column whose cells are no free text.
_ONE_LINE = {"patient_id", "clinic_id", "recorded_at"}.union(
    column.name for kind in KINDS.values() for column in kind.columns if column.type != "text"
)


class RowShape:
    """What a line that is a row of its own looks like in this file."""

    def __init__(self, layout: Layout) -> None:
        self._delimiter, self._width = layout.delimiter, len(layout.names)
        names = list(map(fold_name, layout.names))
        event = next((place for place, name in enumerate(names) if name in _EVENTS), None)
        self._date = event if event is not None else self._find_dates(layout.sample)
        self._one_line = {place for place, name in enumerate(names) if name in _ONE_LINE}

    def hides_rows(self, cells: Sequence[str], lines: Sequence[str]) -> bool:
        """lines: those that the record was made of."""
        folded = [position for position, cell in enumerate(cells) if "\n" in cell or "\r" in cell]
        if not self._one_line.isdisjoint(folded):
            return True
        first, *between, last = map(self._looks_like_row, lines)
        # One of the outer lines of an honest record may look like a row: that with the cells beside the text.
        return any(between) or (first and last)

    def _find_dates(self, sample: Sequence[str]) -> int | None:
        """The first column that has a date in most lines."""
        rows = [line.split(self._delimiter) for line in sample]
        rows = [row for row in rows if len(row) == self._width]
        for place in range(self._width):
            if sum(_DATE_LIKE.match(row[place]) is not None for row in rows) * 2 > len(rows):
                return place
        return None

    def _looks_like_row(self, line: str) -> bool:
        parts = line.split(self._delimiter)
        if self._date is None:
            return len(parts) >= self._width > 1
        return len(parts) > self._date and _DATE_LIKE.match(parts[self._date]) is not None
