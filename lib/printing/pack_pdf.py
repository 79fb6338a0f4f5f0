"""A pack as a PDF of A4 pages; the same pack and pictures give the same bytes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO

from lib.printing.pack import RATE_HEADINGS, WHAT_SHA_SAYS, Pack, Picture
from lib.printing.pen import FOOT_MM, INK, MARGIN_MM, MUTED, TEXT_MM, TOP_MM, Pen

TITLE, HEADING, SUBHEADING, NORMAL, SMALL = 16.0, 12.0, 9.5, 8.5, 7.0
_FLOOR_MM = FOOT_MM - 7
_NAME_MM = 34.0
# Of each column of the table of rates.
_WIDTHS_MM = (15.0, 25.0, 14.0, 22.0, 24.0, 27.0, 26.0, 33.0)


class _Roll:
    """Pages one after another, each with its foot."""

    def __init__(self, pack: Pack, as_of: date) -> None:
        self.pen, self.pack = Pen(), pack
        pdf = self.pen.pdf
        pdf.set_title(f"{pack.title}, {pack.period}")
        pdf.set_lang("en")
        pdf.set_creation_date(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC))

    def room(self, height: float) -> None:
        """A new page where so many millimetres are not left."""
        if self.pen.y + height > _FLOOR_MM:
            self.foot()
            self.pen.pdf.add_page()
            self.pen.y = TOP_MM

    def foot(self) -> None:
        pen = self.pen
        pen.rule(_FLOOR_MM + 1)
        pen.write(f"{self.pack.standing_line}", MARGIN_MM, _FLOOR_MM + 1.6, TEXT_MM, 6.0, grey=MUTED)
        page = f"Page {pen.pdf.page} · SHA-256 {self.pack.sha256}"
        pen.write(page, MARGIN_MM, _FLOOR_MM + 4.6, TEXT_MM, 6.0, grey=MUTED)

    def say(
        self, text: str, size: float = NORMAL, *, bold: bool = False, grey: int = INK, after: float = 0.8
    ) -> None:
        self.room(self.pen.measure(text, TEXT_MM, size, bold=bold))
        self.pen.y += self.pen.write(text, MARGIN_MM, self.pen.y, TEXT_MM, size, bold=bold, grey=grey) + after

    def head(self, text: str, under: float = 20) -> None:
        """A heading never stands alone at the foot of a page. under: the millimetres of what follows it."""
        self.room(under)
        self.pen.y += 3
        self.say(text, HEADING, bold=True, after=1.4)


def write_pdf(pack: Pack, drawn: Sequence[bytes], as_of: date) -> bytes:
    """drawn: PNG of each picture, in their order. as_of stands for the day on which it was made."""
    roll = _Roll(pack, as_of)
    _put_top(roll)
    roll.head("Rates")
    _put_rates(roll)
    for line in pack.sentences:
        roll.say(line)
    roll.head("Safety")
    for line in pack.safety:
        roll.say(line)
    for number, (picture, png) in enumerate(zip(pack.pictures, drawn, strict=True)):
        if not number:
            roll.head("Figures", _measure_picture(roll, picture, png) + 12)
        _put_picture(roll, picture, png)
    _put_end(roll)
    roll.foot()
    return bytes(roll.pen.pdf.output())


def _put_top(roll: _Roll) -> None:
    pack, pen = roll.pack, roll.pen
    roll.say(pack.title, TITLE, bold=True)
    roll.say(pack.period, HEADING, after=1.5)
    if pack.mark:
        roll.say(pack.mark, SUBHEADING, bold=True, after=1.5)
    for name, said in pack.about:
        width = TEXT_MM - _NAME_MM
        roll.room(pen.measure(said, width, NORMAL))
        pen.write(name, MARGIN_MM, pen.y, _NAME_MM, NORMAL, grey=MUTED)
        pen.y += pen.write(said, MARGIN_MM + _NAME_MM, pen.y, width, NORMAL) + 0.5


def _put_rates(roll: _Roll) -> None:
    rows = [RATE_HEADINGS]
    rows += [
        (
            one.instrument,
            one.measure,
            one.rate,
            one.counts,
            one.interval,
            one.coverage,
            one.bounds,
            one.before,
        )
        for one in roll.pack.rates
    ]
    for number, row in enumerate(rows):
        pen, left = roll.pen, MARGIN_MM
        cells = list(zip(row, _WIDTHS_MM, strict=True))
        roll.room(max(pen.measure(text, width - 2, SMALL, bold=True) for text, width in cells))
        heights = []
        for place, (text, width) in enumerate(cells):
            grey, bold = (INK if number else MUTED), bool(number) and place == 2
            heights.append(pen.write(text, left, pen.y, width - 2, SMALL, bold=bold, grey=grey))
            left += width
        pen.y += max(heights) + 1.4
    roll.pen.y += 1


def _put_picture(roll: _Roll, picture: Picture, png: bytes) -> None:
    pen, height = roll.pen, _height_of(png)
    roll.room(_measure_picture(roll, picture, png))
    roll.say(picture.title, SUBHEADING, bold=True)
    pen.pdf.image(BytesIO(png), MARGIN_MM, pen.y, TEXT_MM, height, alt_text=picture.said)
    pen.y += height + 1
    roll.say(picture.words, SMALL, grey=MUTED, after=3)


def _measure_picture(roll: _Roll, picture: Picture, png: bytes) -> float:
    return _height_of(png) + roll.pen.measure(picture.words, TEXT_MM, SMALL) + 8


def _height_of(png: bytes) -> float:
    """As wide as the text. A PNG says its width and height in bytes 16 to 24."""
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    return TEXT_MM * height / width


def _put_end(roll: _Roll) -> None:
    pack = roll.pack
    roll.head("Definitions")
    for one in pack.definitions:
        roll.room(14)
        roll.say(one.title, SUBHEADING, bold=True)
        for line in one.lines:
            roll.say(line)
        roll.pen.y += 1
    roll.head("What these numbers cannot say")
    for line in pack.caveats:
        roll.say(f"– {line}")
    roll.head("Where it comes from")
    roll.say(WHAT_SHA_SAYS, grey=MUTED)
    roll.say(pack.sha256, bold=True)
    if roll.pen.has_missing:
        roll.say("¤ stands for a character that this page cannot print; the HTML has it.", SMALL, grey=MUTED)
