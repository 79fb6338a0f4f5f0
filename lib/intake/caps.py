"""How large a file, a row or a cell may be. What is larger is refused before any work is done on it."""

from collections.abc import Sequence

from lib.intake.unreadable import UnreadableFile

# Of a file that comes through the browser: it is held in memory beside everybody else's. The command line has no such limit.
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
MAX_UPLOAD_ROWS = 200_000
# Of every file. The widest honest exports (whole REDCap projects) have some hundreds of columns.
MAX_COLUMNS = 1_000
# Of a column's name. A whole question with all that stands around it has some 200 letters; a name is compared with every other.
MAX_NAME = 1_000
# Of a cell that is kept; a cell beyond the second limit breaks its row.
MAX_TEXT = 32_000
MAX_CELL = 131_072

_REMEDY = (
    "split it into smaller files, or use the command line (python -m lib import), which has no such limit"
)


class TooLarge(UnreadableFile):
    """A file that comes by another way: by the command line, or in parts."""


def refuse_large_upload(file_name: str, n_bytes: int) -> None:
    """Raises TooLarge."""
    if n_bytes > MAX_UPLOAD_BYTES:
        found = f"the file has {n_bytes:,} bytes, and an upload at most {MAX_UPLOAD_BYTES:,}"
        raise TooLarge(file_name, found, _REMEDY)


def refuse_long_upload(file_name: str, n_rows: int) -> None:
    """Raises TooLarge."""
    if n_rows > MAX_UPLOAD_ROWS:
        found = f"the file has {n_rows:,} rows, and an upload at most {MAX_UPLOAD_ROWS:,}"
        raise TooLarge(file_name, found, _REMEDY)


def refuse_wide_file(file_name: str, n_columns: int) -> None:
    """Raises UnreadableFile."""
    if n_columns > MAX_COLUMNS:
        found = f"the header has {n_columns:,} columns, and a file at most {MAX_COLUMNS:,}"
        raise UnreadableFile(file_name, found, "export only the columns that are needed")


def refuse_long_names(file_name: str, names: Sequence[str]) -> None:
    """names: the header's cells. Raises UnreadableFile."""
    long = next((place for place, name in enumerate(names, 1) if len(name) > MAX_NAME), 0)
    if long:
        found = (
            f"the name of column {long} has {len(names[long - 1]):,} letters, and a name at most {MAX_NAME:,}"
        )
        raise UnreadableFile(file_name, found, "give it a short name")
