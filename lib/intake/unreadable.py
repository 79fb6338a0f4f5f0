"""A file that is not read, and why; and what a file's own words look like where they are said again."""

_LONGEST_NAME = 80
_LONGEST_VALUE = 40


class UnreadableFile(ValueError):  # noqa: N818 - a name that says what it is about, as a reader would
    """A file of which no row can be read. Its sentence names the file, what was found, and what to do."""

    def __init__(self, file_name: str, found: str, remedy: str) -> None:
        super().__init__(f"{show_name(file_name)}: {found}. Nothing was read; {remedy}.")


def show_name(file_name: str) -> str:
    """A file's name on one line, without what does not print."""
    return "".join(letter if letter.isprintable() else "?" for letter in file_name)[:_LONGEST_NAME]


def shorten(text: str, longest: int = _LONGEST_VALUE) -> str:
    """The beginning of a text, marked as one where it is longer."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def name_lines(lines: list[int], most: int = 5) -> str:
    """`line 3`, `lines 3, 7 and 9`, or `lines 3, 7, 9, 11, 12 and 40 more`."""
    if len(lines) == 1:
        return f"line {lines[0]}"
    shown = [str(line) for line in lines[:most]]
    rest = [f"{len(lines) - most:,} more"] if len(lines) > most else [shown.pop()]
    return f"lines {', '.join(shown)} and {rest[0]}"
