"""The sheet as a PDF of exactly one page of A4, in plain words: text from data is never markup here."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

from lib.printing import blocks
from lib.printing.pen import FOOT_MM, MARGIN_MM, TEXT_MM, Pen
from lib.printing.sheet import Sheet

# Given the millimetres across and down that are left for it: the picture as PNG.
Draw = Callable[[float, float], bytes]
# Below this the words of the picture are too small to be read on paper: flags make room for it.
LEAST_PICTURE_MM = 140.0


def write_one_page(sheet: Sheet, as_of: date, draw: Draw) -> bytes:
    """The PDF. The same sheet and picture give the same text; as_of stands for the day on which it was made."""
    pen = Pen()
    pen.pdf.set_title("One page to take along")
    pen.pdf.set_lang("en")
    pen.pdf.set_creation_date(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC))
    blocks.put_header(pen, sheet)
    blocks.put_scores(pen, sheet.scores)
    blocks.put_facts(pen, sheet.facts)
    sentence = pen.measure(sheet.sentence, TEXT_MM, blocks.NORMAL)
    below = sentence + blocks.put_decisions(pen, sheet.decisions, is_trial=True) + 2 * blocks.GAP_MM
    floor = FOOT_MM - 6 - below
    blocks.put_flags(pen, sheet.flags, floor - LEAST_PICTURE_MM)
    height = floor - pen.y
    picture = BytesIO(draw(TEXT_MM, height))
    pen.pdf.image(picture, MARGIN_MM, pen.y, TEXT_MM, height, alt_text=sheet.sentence, keep_aspect_ratio=True)
    pen.y = floor
    pen.y += pen.write(sheet.sentence, MARGIN_MM, pen.y, TEXT_MM, blocks.NORMAL) + blocks.GAP_MM
    blocks.put_decisions(pen, sheet.decisions)
    blocks.put_foot(pen, sheet.standing_line)
    return bytes(pen.pdf.output())
