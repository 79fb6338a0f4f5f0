"""Sheets for the tests, a picture for them, and what is read back from a PDF."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdf
from PIL import Image

from lib.printing.one_page import write_one_page
from lib.printing.sheet import Decisions, Flag, Score, Sheet

AS_OF = date(2026, 3, 3)
SHEET = Sheet(
    identity="P-0142 · JM · female · born 1984 · depression",
    course="in treatment, day 42",
    about="As of 3 Mar 2026 · data to 3 Mar 2026 08:12 · policy version 1",
    mark="",
    scores=(Score("PHQ-9", "20 on 12 Jan 2026", "9 on 1 Mar 2026", "−11 points (−55 %)", "response", "7"),),
    facts=(("Dosing", "6 dosing sessions taken of 6 recorded"),),
    flags=(),
    sentence="PHQ-9 fell from 20 to 9; item 9 ≥ 1 → never.",
    decisions=(Decisions("Dose orders (0)", (), 0, "No dose order is recorded."),),
    standing_line="Not live monitoring.",
)


def make_flags(*severities: str) -> tuple[Flag, ...]:
    return tuple(
        Flag(one, f"Rule {n}", f"Rule {n} · PHQ-9", f"evidence {n} " * 12, f"Since day {n}. Limit: {n}. " * 4)
        for n, one in enumerate(severities)
    )


def draw_plain(width_mm: float, height_mm: float) -> bytes:
    """A picture of the proportions that are asked for."""
    picture = BytesIO()
    Image.new("RGB", (round(width_mm * 4), round(height_mm * 4)), "#DDEEFF").save(picture, "png")
    return picture.getvalue()


def write(sheet: Sheet = SHEET, /, **changes: object) -> pypdf.PdfReader:
    """The sheet with some things otherwise, printed and opened again."""
    return pypdf.PdfReader(BytesIO(write_one_page(replace(sheet, **changes), AS_OF, draw_plain)))


def words(pdf: pypdf.PdfReader) -> str:
    """All text of all pages, each run of white space as one space."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def squeeze(text: str) -> str:
    """Without white space: a line may break anywhere."""
    return "".join(text.split())
