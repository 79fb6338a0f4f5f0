"""SAS transport files (XPT, version 5), as CDISC data sets are sent, to a grid of text."""

import io
import math
from typing import Any

import pandas as pd

from lib.intake.caps import refuse_wide_file
from lib.intake.drafts import find_damage, name_broken
from lib.intake.gathered import BrokenRow, strip_cell
from lib.intake.grid import Grid
from lib.intake.texts import Texts
from lib.intake.unreadable import UnreadableFile

_START = b"HEADER RECORD*******LIB"
_MEMBER = b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!"
_LARGEST = 100_000_000
# The reader of pandas makes of a zero, which is all NUL, the smallest number that a float to base 16 has.
_ZERO = 16.0**-65


def is_xpt(data: bytes) -> bool:
    return data.startswith(_START)


def read_xpt(file_name: str, data: bytes) -> Grid:
    """The one data set of the file; lines are the numbers of its records. Raises UnreadableFile."""
    if len(data) > _LARGEST:
        found = f"the file is larger than {_LARGEST // 1_000_000} MB"
        raise UnreadableFile(file_name, found, "export it in parts")
    if data.count(_MEMBER) > 1:
        raise UnreadableFile(file_name, "this SAS transport file has several data sets", "export one a file")
    try:
        frame = pd.read_sas(io.BytesIO(data), format="xport", encoding=None)
    except Exception:
        # The reader of pandas fails on damaged bytes in every way that Python has; whatever it is, nothing was read.
        remedy = "export it again as SAS transport version 5, or as CSV"
        raise UnreadableFile(file_name, "this SAS transport file cannot be read", remedy) from None
    refuse_wide_file(file_name, len(frame.columns))
    return _to_grid(file_name, frame)


def _to_grid(file_name: str, frame: pd.DataFrame) -> Grid:
    columns = [[_write(value) for value in frame.iloc[:, place].tolist()] for place in range(frame.shape[1])]
    lines = list(range(1, len(frame) + 1))
    joined = ["\t".join(cells) for cells in zip(*columns, strict=True)]
    faults = {place: fault for place, line in enumerate(joined) if (fault := find_damage(line))}
    broken = [BrokenRow(place + 1, _name(joined[place]), fault) for place, fault in faults.items()]
    kept = [place for place in range(len(frame)) if place not in faults]
    return Grid(
        file_name=file_name,
        names=tuple(str(name) for name in frame.columns),
        columns=tuple(Texts.of(column[place] for place in kept) for column in columns),
        lines=[lines[place] for place in kept],
        broken=broken,
        read_as=("SAS transport file",),
    )


def _name(line: str) -> str:
    return name_broken("a record", line.encode("utf-8", "surrogateescape"))


def _write(value: Any) -> str:
    if isinstance(value, bytes):
        return strip_cell(value.decode("utf-8", "surrogateescape"))
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        if abs(value) <= _ZERO:
            return "0"
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return strip_cell(str(value))
