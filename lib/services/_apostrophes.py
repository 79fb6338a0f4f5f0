"""Apostrophes that exports put before what a spreadsheet would run, taken off again where such a file comes back."""

from dataclasses import replace

from lib.intake.table import RawTable
from lib.research.spreadsheet import take_back


def take_off_apostrophes(raw: RawTable) -> RawTable:
    """The table with its texts as they were before they were made safe, and a warning of how many cells that were."""
    texts = {column.name for column in raw.kind.columns if column.type == "text"} & raw.cells.keys()
    changed, n_cells = dict(raw.cells), 0
    for name in texts:
        given = {text: take_back(text) for text in raw.cells[name].distinct if text.startswith("'")}
        given = {safe: text for safe, text in given.items() if safe != text}
        if given:
            n_cells += sum(text in given for text in raw.cells[name])
            changed[name] = raw.cells[name].respelled(given)
    if not n_cells:
        return raw
    said = "An apostrophe before =, +, - or @, as files for spreadsheets have it, was taken off"
    return replace(raw, cells=changed, warnings=(*raw.warnings, f"{said}: {n_cells:,} cells."))
