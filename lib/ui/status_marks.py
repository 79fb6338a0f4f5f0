"""Status as shape and colour, to stand beside its word: remission and relapse are told apart without colour."""

from base64 import b64encode
from dataclasses import dataclass

from lib.charts.theme import Theme

SIZE = 18
NOT_ASSESSABLE = "not assessable"
LAST_KNOWN = "last known: "
_VIEW = f'width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIZE} {SIZE}"'
_HOLLOW = ("below caseness", NOT_ASSESSABLE)
# Each in an 18 by 18 square; {paint} is its fill and outline.
_SHAPES = {
    "remission": '<circle cx="9" cy="9" r="4" {paint}/>'
    '<circle cx="9" cy="9" r="7" fill="none" stroke="{ink}" stroke-width="1.6"/>',
    "response": '<circle cx="9" cy="9" r="6.5" {paint}/>',
    "partial": '<circle cx="9" cy="9" r="6.5" fill="none" stroke="{ink}" stroke-width="1.4"/>'
    '<path d="M9 2.5a6.5 6.5 0 0 1 0 13z" {paint}/>',
    "no response": '<rect x="3" y="3" width="12" height="12" {paint}/>',
    "worse": '<path d="M9 2L16.5 15.5H1.5z" {paint}/>',
    "relapse": '<path d="M9 1.5L15 8H3z" {paint}/><path d="M9 8.5L15 15H3z" {paint}/>',
    "below caseness": '<circle cx="9" cy="9" r="6.5" fill="none" stroke="{ink}" stroke-width="1.6"/>',
    NOT_ASSESSABLE: '<circle cx="9" cy="9" r="6.5" fill="none" stroke="{ink}" stroke-width="1.6" stroke-dasharray="2.6 2.4"/>',
}
_HATCH = (
    '<defs><pattern id="h" width="3.2" height="3.2" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0V3.2" stroke="{ink}" stroke-width="1.5"/></pattern></defs>'
)


CATEGORIES = tuple(_SHAPES)


@dataclass(frozen=True)
class Status:
    """A category read back from its words. is_stale: only the last known one; is_provisional: a blank could change it."""

    category: str
    is_stale: bool
    is_provisional: bool = False


def read_status(words: str) -> Status:
    """From "response?", "last known: partial, 180 days ago" or "not assessable: too early"."""
    is_stale = words.startswith(LAST_KNOWN)
    rest = words.removeprefix(LAST_KNOWN)
    said = rest.partition(":")[0].partition(",")[0].strip()
    name = said.rstrip("?")
    return Status(name if name in _SHAPES else NOT_ASSESSABLE, is_stale, said.endswith("?"))


def draw_mark(words: str, theme: Theme) -> str:
    """The shape of a status as an SVG; hatched when only last known, dashed and unfilled when provisional."""
    status = read_status(words)
    colour = theme.categories[status.category]
    ink = theme.muted if status.is_stale or status.category in _HOLLOW else colour
    ink = theme.ink if status.category == "partial" and not status.is_stale else ink
    fill = "url(#h)" if status.is_stale else colour
    paint = f'fill="{fill}" stroke="{ink}" stroke-width="1.2"'
    hatch = _HATCH.format(ink=ink) if status.is_stale else ""
    body = _SHAPES[status.category].format(paint=paint, ink=ink)
    if status.is_provisional:
        paint = f'fill="{fill if status.is_stale else "none"}" stroke="{ink}" stroke-width="1.6"'
        body = _SHAPES[status.category].format(paint=paint, ink=ink)
        # The dot keeps a provisional response apart from "not assessable", which is a dashed circle too.
        dot = f'<circle cx="9" cy="9" r="1.8" fill="{ink}"/>' if status.category == "response" else ""
        body = f'<g stroke-dasharray="2.6 1.6">{body}</g>{dot}'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {_VIEW}>{hatch}{body}</svg>'


def as_markdown(svg: str, words: str) -> str:
    """The shape in a line of text; words are what a screen reader says of it."""
    return f"![{words}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


def as_image(svg: str, *, cell_height: int) -> str:
    """An image address for a table, whose images are as high as its rows: the shape stays small in the middle."""
    width, left, top = (cell_height + SIZE) / 2, (cell_height - SIZE) / 4, (cell_height - SIZE) / 2
    view = f'width="{width}" height="{cell_height}" viewBox="{-left} {-top} {width} {cell_height}"'
    return f"data:image/svg+xml;base64,{b64encode(svg.replace(_VIEW, view, 1).encode()).decode()}"
