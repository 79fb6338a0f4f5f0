"""Grids from a few lines of CSV, and SAS transport files from grids, for the tests of readers of other systems' exports."""

import csv
import math
import struct

from lib.intake.grid import Grid
from lib.intake.texts import Texts


def grid(text: str) -> Grid:
    """A header and rows with commas; spaces around a cell do not count."""
    names, *rows = [[cell.strip() for cell in row] for row in csv.reader(text.strip().splitlines())]
    columns = tuple(map(Texts.of, zip(*rows, strict=True))) if rows else tuple(Texts() for _ in names)
    return Grid("file.csv", tuple(names), columns, range(2, len(rows) + 2), [])


def write_xpt(sheet: Grid, numeric: frozenset[str] = frozenset()) -> bytes:
    """SAS transport version 5 (SAS technical note TS-140): columns named in `numeric` as IBM floats, the others as text."""
    widths = [8 if name in numeric else max([1, *(len(cell.encode()) for cell in column)])
              for name, column in zip(sheet.names, sheet.columns, strict=True)]  # fmt: skip
    parts = [_header("LIBRARY", "0" * 30), _sas("SASLIB"), b" " * 16 + _WHEN + b" " * 48]
    parts += [_header("MEMBER ", "0" * 17 + "1600000000140"), _header("DSCRPTR", "0" * 30), _sas("DATA")]
    parts += [b" " * 16 + _WHEN + b" " * 48, _header("NAMESTR", f"0000{len(widths):06d}" + "0" * 20)]
    place, described = 0, b""
    for number, (name, width) in enumerate(zip(sheet.names, widths, strict=True), 1):
        kind = 1 if name in numeric else 2
        described += struct.pack(">hhhh8s40s8shhh2s8shhl52s", kind, 0, width, number, name.encode().ljust(8),
                                 b" " * 40, b" " * 8, 0, 0, 0, b"  ", b" " * 8, 0, 0, place, b"\0" * 52)  # fmt: skip
        place += width
    rows = b"".join(
        (_ibm(cell) if name in numeric else cell.encode().ljust(width))
        for row in zip(*sheet.columns, strict=True)
        for cell, name, width in zip(row, sheet.names, widths, strict=True)
    )
    return b"".join([*parts, _padded(described), _header("OBS    ", "0" * 30), _padded(rows)])


_WHEN = b"01JAN26:00:00:00"


def _header(name: str, numbers: str) -> bytes:
    return f"HEADER RECORD*******{name} HEADER RECORD!!!!!!!{numbers}".encode().ljust(80)


def _sas(name: str) -> bytes:
    kind, own = ("SASLIB", "SAS") if name == "SASLIB" else ("SASDATA", name)
    return f"SAS     {own:8}{kind:8}9.4     LINUX".encode().ljust(64) + _WHEN


def _padded(data: bytes) -> bytes:
    return data + b" " * (-len(data) % 80)


def _ibm(cell: str) -> bytes:
    """A number of a few digits as a float to base 16; an empty one as SAS's missing value."""
    if not cell:
        return b"." + b"\0" * 7
    value = float(cell)
    if value == 0:
        return b"\0" * 8
    exponent = math.floor(math.log(abs(value), 16)) + 1
    fraction = int(abs(value) / 16.0**exponent * 2**56)
    return bytes([(0x80 if value < 0 else 0) | (exponent + 64)]) + fraction.to_bytes(7, "big")
