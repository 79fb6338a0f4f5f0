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
    chosen = frame if columns is None else frame[list(columns)]
    # Column by column, pandas makes a series of each first.
    rows = chosen.to_numpy(dtype=object).tolist()
    names = list(chosen.columns)
    return [dict(zip(names, [None if cell is pd.NA else cell for cell in row], strict=True)) for row in rows]
