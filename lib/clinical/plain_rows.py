"""Frames of a few rows as plain rows: walked faster, and read more plainly, than filtered."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

Row = dict[str, Any]


def rows_of(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> list[Row]:
    """Each row by column (of these columns), in Python's own values and None for NA, as DataFrame.to_dict("records") has them:
    in less of its time."""
    if frame.empty:
        return []
    names = list(frame.columns) if columns is None else columns
    # Asked for by its name, a column costs twice what it does in its turn.
    each = (values for _, values in frame.items()) if columns is None else (frame[name] for name in names)
    cells = [[None if value is pd.NA else value for value in values.tolist()] for values in each]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]
