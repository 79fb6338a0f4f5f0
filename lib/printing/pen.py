"""Writing plain words on a sheet of A4, in millimetres: the face, the sizes, and how much room words take."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from font_source_sans_pro import font_files_ttf
from fpdf import FPDF
from fpdf.fonts import TTFFont

MARGIN_MM = 12.0
TOP_MM = 10.0
WIDTH_MM, HEIGHT_MM = 210.0, 297.0
TEXT_MM = WIDTH_MM - 2 * MARGIN_MM
FOOT_MM = HEIGHT_MM - 9.0
INK, MUTED, LINE = 0x22, 0x55, 0xB0
# What stands for a character that the face does not have.
MISSING = "¤"
_FACE = "sourcesans"
# Millimetres between two lines of one point of size.
_LEADING = 0.43
ELLIPSIS = " …"


class Pen:
    """A page that words are put on from the top down; y is where the next ones go."""

    def __init__(self) -> None:
        self.pdf = FPDF(format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.c_margin = 0
        # Text that happens to read "{nb}" would be taken for the number of pages.
        self.pdf.alias_nb_pages("")
        self.pdf.add_font(_FACE, "", font_files_ttf["SourceSansPro"])
        self.pdf.add_font(_FACE, "B", font_files_ttf["SourceSansProSemibold"])
        self._letters = frozenset(cast(TTFFont, self.pdf.fonts[_FACE]).cmap)
        self.has_missing = False
        self.pdf.add_page()
        self.y = TOP_MM

    def clean(self, text: str) -> str:
        """The text on one line, in letters that the face has; has_missing says later that some were not there."""
        words = " ".join(text.split())
        known = "".join(letter if ord(letter) in self._letters else MISSING for letter in words)
        self.has_missing |= known != words
        return known

    @contextmanager
    def face(self, size: float, *, bold: bool = False, grey: int = INK) -> Iterator[float]:
        """Sets the face; gives the height of a line."""
        self.pdf.set_font(_FACE, "B" if bold else "", size)
        self.pdf.set_text_color(grey)
        yield size * _LEADING

    def break_lines(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        with self.face(size, bold=bold) as height:
            lines = self.pdf.multi_cell(
                width, height, self.clean(text), align="L", dry_run=True, output="LINES"
            )
        return cast(list[str], lines)

    def measure(self, text: str, width: float, size: float, *, bold: bool = False) -> float:
        return len(self.break_lines(text, width, size, bold=bold)) * size * _LEADING

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        with self.face(size, bold=bold):
            return float(self.pdf.get_string_width(self.clean(text)))

    def write(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        size: float,
        *,
        bold: bool = False,
        grey: int = INK,
        most_lines: int = 99,
        align: str = "L",
    ) -> float:
        """Words in a column; how high they stand. More lines than there is room for end with an ellipsis."""
        lines = self.break_lines(text, width, size, bold=bold)
        if len(lines) > most_lines:
            lines = [*lines[: most_lines - 1], self._shorten(lines[most_lines - 1], width, size, bold)]
        with self.face(size, bold=bold, grey=grey) as height:
            for number, line in enumerate(lines):
                self.pdf.set_xy(x, y + number * height)
                self.pdf.cell(width, height, line, align=align)
        return len(lines) * size * _LEADING

    def _shorten(self, line: str, width: float, size: float, bold: bool) -> str:
        with self.face(size, bold=bold):
            while line and self.pdf.get_string_width(line + ELLIPSIS) > width:
                line = line[:-1]
        return line.rstrip() + ELLIPSIS

    def rule(self, y: float) -> None:
        self.pdf.set_draw_color(LINE)
        self.pdf.set_line_width(0.2)
        self.pdf.line(MARGIN_MM, y, WIDTH_MM - MARGIN_MM, y)
