"""How a text file lays out its table: which line is the header, and what parts the cells. A doubt is asked about."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lib.intake.caps import MAX_CELL, refuse_long_names, refuse_wide_file
from lib.intake.choices import Choices, NeedsChoice, Question, show_answer
from lib.intake.header_row import HEADER_LINE, NONE, TopRows, describe_cells, name_by_place
from lib.intake.kinds import is_our_name, is_ours, refuse_repeated
from lib.intake.unreadable import UnreadableFile

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
DELIMITER = "delimiter"
# As far as a banner above the header may reach, and as many rows as are looked at to tell delimiters apart.
_N_ABOVE = 15
_N_SAMPLED = 100


@dataclass(frozen=True)
class Layout:
    """`position` counts lines from 0, and is -1 where there is no header; `names` are its cells as given, or the columns' places;
    `sample`: the first lines of rows."""

    delimiter: str
    position: int
    names: tuple[str, ...]
    sample: tuple[str, ...]

    @property
    def has_header(self) -> bool:
        return self.position >= 0

    @property
    def measure(self) -> str:
        """What says how many cells a row has, in a word."""
        return "header" if self.has_header else "first row"


def read_layout(file_name: str, lines: Sequence[str], damaged: frozenset[int], choices: Choices) -> Layout:
    """Raises UnreadableFile for a header that cannot be read, NeedsChoice where header or delimiter have to be asked for."""
    filled = list(islice((place for place, line in enumerate(lines) if line.strip()), _N_ABOVE))
    cells = {place + 1: max(_split_every_way(lines[place]).values(), key=len, default=()) for place in filled}
    top = TopRows(file_name, "line", cells)
    position = _find_header(top, lines, filled, choices)
    if position in damaged:
        found = f"line {position + 1}, the header, has control characters"
        raise UnreadableFile(file_name, found, "remove them where the file was made")
    if len(lines[position]) > MAX_CELL:
        found = f"line {position + 1} has {len(lines[position]):,} characters, which no header has"
        raise UnreadableFile(file_name, found, "export it again with a header line")
    sample = _below(lines, position)
    delimiter, names = _find_delimiter(file_name, lines[position], sample, choices)
    refuse_wide_file(file_name, len(names))
    if not top.is_header(position + 1, names, _part(sample, delimiter, len(names)), choices):
        return Layout(delimiter, -1, name_by_place(len(names)), _below(lines, -1))
    _check_names(file_name, names)
    return Layout(delimiter, position, names, sample)


def _find_header(top: TopRows, lines: Sequence[str], filled: Sequence[int], choices: Choices) -> int:
    first, *later = filled
    splits = {place: _split_every_way(lines[place]) for place in filled}
    if any(map(is_ours, splits[first].values())):
        return first
    if said := top.said(choices):
        return said - 1
    likely = next((place for place in later if any(map(_is_our_header, splits[place].values()))), None)
    if likely is None and _is_banner(lines[first], splits[first]):
        widths = Counter(_widest(splits[place]) for place in later)
        width = max(widths, key=lambda width: (widths[width], width), default=1)
        likely = next((place for place in later if _widest(splits[place]) == width > 1), None)
    if likely is None:
        return first
    if show_answer(choices.get(HEADER_LINE, "")) == NONE:
        return likely
    raise top.ask_which(likely + 1)


def _find_delimiter(
    file_name: str, header: str, sample: Sequence[str], choices: Choices
) -> tuple[str, tuple[str, ...]]:
    splits = _split_every_way(header)
    if not splits:
        raise UnreadableFile(file_name, "the header's quotes do not close", "export the file again")
    chosen = next((way for way, word in DELIMITERS.items() if word == choices.get(DELIMITER)), "")
    if chosen in splits:
        return chosen, splits[chosen]
    several = {way: names for way, names in splits.items() if len(names) > 1}
    ours = {way: names for way, names in splits.items() if is_ours(names)}
    if not several:
        return next(iter(splits.items()))
    fits = {way: _share_of_width(sample, way, len(names)) for way, names in several.items()}
    for likely in (ours, several, {way: several[way] for way, share in fits.items() if share == 1}):
        names = set(likely.values())
        if len(names) == 1:
            return next(iter(likely.items()))
    best = max(fits, key=lambda way: fits[way])
    ways = " and by ".join(DELIMITERS[way] for way in (ours if len(ours) > 1 else several))
    text = f"Its header can be read by {ways}. Say what parts the cells."
    options = {DELIMITERS[way]: f"{DELIMITERS[way]}: {len(names)} columns" for way, names in several.items()}
    raise NeedsChoice(file_name, Question(DELIMITER, text, options, DELIMITERS[best], (_describe(header),)))


def _describe(line: str) -> str:
    """Of a line that may be a record, or somebody's sentence."""
    return describe_cells(max(_split_every_way(line).values(), key=len, default=()))


def _split_every_way(line: str) -> dict[str, tuple[str, ...]]:
    splits = {}
    for delimiter in DELIMITERS if len(line) <= MAX_CELL else ():
        try:
            row = next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        splits[delimiter] = tuple(cell.strip() for cell in row)
    return splits


def _is_our_header(cells: tuple[str, ...]) -> bool:
    """Not a row that has one of our names in a cell."""
    return is_ours(cells) and sum(map(is_our_name, cells)) * 2 > len(cells)


def _widest(splits: dict[str, tuple[str, ...]]) -> int:
    return max((sum(map(bool, cells)) for cells in splits.values()), default=1)


def _is_banner(line: str, splits: dict[str, tuple[str, ...]]) -> bool:
    return bool(splits) and (line.lstrip().startswith("#") or _widest(splits) <= 1)


def _below(lines: Sequence[str], position: int) -> tuple[str, ...]:
    return tuple(line for line in lines[position + 1 : position + 1 + _N_SAMPLED] if line.strip())


def _part(sample: Sequence[str], delimiter: str, width: int) -> list[list[str]]:
    """The cells of the first records that are as wide as this."""
    try:
        rows = list(csv.reader(sample, delimiter=delimiter))
    except csv.Error:
        return []
    return [[cell.strip() for cell in row] for row in rows if len(row) == width]


def _share_of_width(sample: Sequence[str], delimiter: str, width: int) -> float:
    """The share of the first records that have as many cells as the header."""
    try:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter)]
    except csv.Error:
        return 0
    return widths.count(width) / len(widths) if widths else 0


def _check_names(file_name: str, names: Sequence[str]) -> None:
    if "" in names:
        found = f"column {names.index('') + 1} of the header has no name"
        raise UnreadableFile(file_name, found, "name the column or remove it")
    refuse_long_names(file_name, names)
    refuse_repeated(file_name, names)
