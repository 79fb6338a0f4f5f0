"""The rows that were not accepted, as a CSV file to download: what is wrong, and the original cells."""

import csv
import io
import json

import pandas as pd

from lib.research.spreadsheet import make_safe

_DESCRIBED = ("line", "outcome", "column", "value", "reason")
_BROKEN_ROW = "row as it stands"


def write_problem_rows(problems: pd.DataFrame) -> bytes:
    """UTF-8 with a mark, so that spreadsheets show names rightly; a broken row is one cell, as it stands in its file."""
    originals: list[dict[str, str]] = [json.loads(text) for text in problems["cells"]]
    names = list(dict.fromkeys(name for cells in originals for name in cells))
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(map(make_safe, (*_DESCRIBED, *map(_title, names))))
    described = zip(*(problems[name].tolist() for name in _DESCRIBED), strict=True)
    for row, cells in zip(described, originals, strict=True):
        writer.writerow(make_safe(str(cell)) for cell in (*row, *(cells.get(name, "") for name in names)))
    return target.getvalue().encode("utf-8-sig")


def _title(name: str) -> str:
    """A column of the file may have the name of one of ours: `value`, `reason`, `outcome`."""
    return f"original {name}" if name in _DESCRIBED else name or _BROKEN_ROW
