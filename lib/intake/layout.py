"""How a text file lays out its table: which line is the header, and what parts the cells. A doubt is asked about."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lib.intake.aliases import find_meanings
from lib.intake.caps import MAX_CELL, refuse_wide_file
from lib.intake.choices import Choices, NeedsChoice, Question
from lib.intake.kinds import fold_name, is_our_name, is_ours, refuse_repeated
from lib.intake.unreadable import UnreadableFile

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
DELIMITER, HEADER_LINE = "delimiter", "header_line"
# As far as a banner above the header may reach, and as many rows as are looked at to tell delimiters apart.
_N_ABOVE = 15
_N_SAMPLED = 100


@dataclass(frozen=True)
class Layout:
    """`position` counts lines from 0; `names` are the header's cells as given; `sample`: the first lines below it."""

    delimiter: str
    position: int
    names: tuple[str, ...]
    sample: tuple[str, ...]


def read_layout(file_name: str, lines: Sequence[str], damaged: frozenset[int], choices: Choices) -> Layout:
    """Raises UnreadableFile for a header that cannot be read, NeedsChoice where header or delimiter have to be asked for."""
    position = _find_header(file_name, lines, choices)
    if position in damaged:
        found = f"line {position + 1}, the header, has control characters"
        raise UnreadableFile(file_name, found, "remove them where the file was made")
    if len(lines[position]) > MAX_CELL:
        found = f"line {position + 1} has {len(lines[position]):,} characters, which no header has"
        raise UnreadableFile(file_name, found, "export it again with a header line")
    sample = _below(lines, position)
    delimiter, names = _find_delimiter(file_name, lines[position], sample, choices)
    refuse_wide_file(file_name, names)
    _check_names(file_name, names)
    return Layout(delimiter, position, names, sample)


def _find_header(file_name: str, lines: Sequence[str], choices: Choices) -> int:
    filled = list(islice((place for place, line in enumerate(lines) if line.strip()), _N_ABOVE))
    first, *later = filled
    splits = {place: _split_every_way(lines[place]) for place in filled}
    if any(map(is_ours, splits[first].values())):
        return first
    chosen = [place for place in filled if str(place + 1) == choices.get(HEADER_LINE)]
    if chosen:
        return chosen[0]
    likely = next((place for place in later if any(map(_is_our_header, splits[place].values()))), None)
    if likely is None and _is_banner(lines[first], splits[first]):
        widths = Counter(_widest(splits[place]) for place in later)
        width = max(widths, key=lambda width: (widths[width], width), default=1)
        likely = next((place for place in later if _widest(splits[place]) == width > 1), None)
    if likely is None:
        return first
    raise NeedsChoice(file_name, _ask_header(lines, filled, likely))


def _ask_header(lines: Sequence[str], filled: Sequence[int], likely: int) -> Question:
    return Question(
        key=HEADER_LINE,
        text=f"Its first line is not a header; line {likely + 1} looks like one. Say on which line the header stands.",
        options={str(place + 1): f"line {place + 1}" for place in filled},
        suggested=str(likely + 1),
        examples=tuple(f"line {place + 1}: {_describe(lines[place])}" for place in filled),
    )


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


def describe_cells(cells: Sequence[str]) -> str:
    """How many of a row's cells are filled, and which columns they name; none of their own words."""
    meanings = find_meanings([cell for cell in cells if not is_our_name(cell)])
    known = [fold_name(cell) for cell in cells if is_our_name(cell)]
    known += [meaning.column for meaning in meanings.values()]
    names = f", among them names of columns: {', '.join(dict.fromkeys(known))}" if known else ""
    n_filled = sum(map(bool, cells))
    return f"{n_filled} {'cell' if n_filled == 1 else 'cells'}{names}"


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
    refuse_repeated(file_name, names)
