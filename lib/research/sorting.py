"""Rows in the order of their research ids, however many they are: the order of a file tells nothing of the order in the store."""

import pickle  # nosec B403
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile

import pandas as pd

from lib.research.plan import RESEARCH_ID
from lib.research.table import ROWS_A_BLOCK

# Files that are open at once at most; 64 of 20,000 rows hold a table of a million in one block each.
_MOST_SHELVES = 64


def sort_blocks(blocks: Iterator[pd.DataFrame], n_rows: int, ids: pd.Index) -> Iterator[pd.DataFrame]:
    """ids: every research id. Rows of one person stay as they come. A long table is laid out on shelves, on disk, by ranges of
    ids, so that one shelf at a time is in memory; what lies there is what leaves anyway."""
    n_shelves = min(_MOST_SHELVES, n_rows // ROWS_A_BLOCK + 1)
    place = pd.Series(range(len(ids)), index=ids.sort_values())
    if n_shelves == 1:
        yield from _in_order(list(blocks), place)
        return
    with ExitStack() as stack:
        shelves = [stack.enter_context(TemporaryFile()) for _ in range(n_shelves)]
        for block in blocks:
            shelf = block[RESEARCH_ID].map(place) * n_shelves // len(place)
            for number, rows in block.groupby(shelf, sort=False):
                pickle.dump(rows, shelves[int(number)], protocol=pickle.HIGHEST_PROTOCOL)
        for file in shelves:
            end = file.tell()
            file.seek(0)
            rows = []
            while file.tell() < end:
                # Written a moment ago by this function, into a file without a name.
                rows.append(pickle.load(file))  # nosec B301
            yield from _in_order(rows, place)


def _in_order(blocks: list[pd.DataFrame], place: "pd.Series[int]") -> Iterator[pd.DataFrame]:
    if not blocks:
        return
    rows = pd.concat(blocks, ignore_index=True)
    order = rows[RESEARCH_ID].map(place).argsort(kind="stable")
    for start in range(0, len(rows), ROWS_A_BLOCK):
        yield rows.iloc[order[start : start + ROWS_A_BLOCK]].reset_index(drop=True)
