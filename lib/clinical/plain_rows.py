"""Frames of a few rows as plain rows: walked faster, and read more plainly, than filtered."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.held_columns import arrays_of

Row = dict[str, Any]
# What stands in their arrays and where nothing does; pandas puts both together cell by cell first.
_MASKED = (pd.arrays.IntegerArray, pd.arrays.FloatingArray, pd.arrays.BooleanArray)


def rows_of(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> list[Row]:
    """Each row by column (of these columns), in Python's own values and None for NA, as DataFrame.to_dict("records") has them:
    in less of its time."""
    if frame.empty:
        return []
    cells = arrays_of(frame, columns)
    names = list(cells)
    return [dict(zip(names, row, strict=True)) for row in zip(*map(_plain, cells.values()), strict=True)]


def _plain(values: Any) -> list[Any]:
    if isinstance(values, _MASKED):
        known, is_unknown = values._data.tolist(), values._mask
        if not is_unknown.any():
            return known
        return [None if gone else cell for cell, gone in zip(known, is_unknown.tolist(), strict=True)]
    plain: list[Any] = values.tolist()
    # Of an array of numbers nothing is NA.
    is_always_there = isinstance(values, np.ndarray) and values.dtype != object
    return plain if is_always_there else [None if cell is pd.NA else cell for cell in plain]
