"""The corpus of odd files: what stands in tests/corpus, made into bytes, and written in the dialects that say the same."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "corpus"
PATIENTS = (FOLDER / "patients.csv").read_bytes()
CASES: list[dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
_MARK = "\ufeff"


def name_case(case: dict[str, Any]) -> str:
    return Path(case["file"]).stem


def read_case(case: dict[str, Any]) -> bytes:
    """The bytes of a case; what would be megabytes is written down as a recipe. replace: word -> what it stands for, how often;
    pad_to: bytes of the whole; zipped: a zip of it."""
    data = (FOLDER / case["file"]).read_bytes()
    for word, (text, count) in case.get("replace", {}).items():
        # DAY is another day each time.
        many = (
            text * count if "DAY" not in text else "".join(text.replace("DAY", _day(n)) for n in range(count))
        )
        data = data.replace(word.encode(), many.encode())
    if "pad_to" in case:
        data = data.replace(b"PAD", b"x" * (case["pad_to"] - len(data) + len(b"PAD")))
    if case.get("zipped"):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("rows.csv", data)
        data = target.getvalue()
    return data


def write_variants(case: dict[str, Any], data: bytes) -> Iterator[bytes]:
    """The same in other line ends and, where the case is not about them, other delimiters, with a mark and without."""
    if case["vary"] == "none":
        yield data
        return
    text = data.decode()
    # Where a cell has a semicolon or a comma of its own, they are not what the case is about either.
    delimiters = (",", ";") if case["vary"] == "all" else (",",)
    for line_end, delimiter, mark in product(("\n", "\r\n"), delimiters, ("", _MARK)):
        yield (mark + text.removeprefix(_MARK).replace("\n", line_end).replace(",", delimiter)).encode()


def _day(number: int) -> str:
    return (date(2026, 1, 1) + timedelta(days=number)).isoformat()
