"""Bytes to physical lines of text. What is not a text file is refused; what is damaged in one line stays in that line."""

import io
import re

_OTHER_FORMATS = (
    (b"PK\x03\x04", "a compressed file (zip)", "unpack it and choose the CSV file inside"),
    (b"PK\x05\x06", "an empty compressed file (zip)", "choose the CSV file itself"),
    (b"\x1f\x8b", "a compressed file (gzip)", "unpack it and choose the CSV file inside"),
    (b"BZh", "a compressed file (bzip2)", "unpack it and choose the CSV file inside"),
    (b"\xfd7zXZ\x00", "a compressed file (xz)", "unpack it and choose the CSV file inside"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (7z)", "unpack it and choose the CSV file inside"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save it as “CSV UTF-8”"),
    (b"%PDF", "a PDF document", "export the data as CSV"),
    (b"\xff\xfe", "text in UTF-16", "save it as “CSV UTF-8”"),
    (b"\xfe\xff", "text in UTF-16", "save it as “CSV UTF-8”"),
)
# Control characters other than tab and line ends, and (as surrogates) bytes that are not UTF-8.
_DAMAGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_NAME = 80


class UnreadableFile(ValueError):  # noqa: N818 - a name that says what it is about, as a reader would
    """A file of which no row can be read. Its sentence names the file, what was found, and what to do."""

    def __init__(self, file_name: str, found: str, remedy: str) -> None:
        shown = "".join(character if character.isprintable() else "?" for character in file_name)
        super().__init__(f"{shown[:_LONGEST_NAME]}: {found}. Nothing was read; {remedy}.")


def decode_lines(file_name: str, data: bytes) -> list[str]:
    """The physical lines with their line ends (LF, CRLF or CR).

    Raises UnreadableFile for another format than UTF-8 text, by content, and for a file without any text.
    """
    _refuse_other_formats(file_name, data)
    # Surrogates stand for bytes that are not UTF-8, so that only their own lines are lost.
    text = data.decode("utf-8-sig", errors="surrogateescape")
    if not text.strip():
        raise UnreadableFile(file_name, "the file is empty", "export it again with a header line")
    return io.StringIO(text, newline="").readlines()


def find_damaged_lines(lines: list[str]) -> frozenset[int]:
    """The positions of lines with control characters or with bytes that are not UTF-8."""
    if not _DAMAGE.search("".join(lines)):
        return frozenset()
    return frozenset(position for position, line in enumerate(lines) if _DAMAGE.search(line))


def name_damage(line: str) -> str:
    """Says what is wrong with a damaged line."""
    found = _DAMAGE.search(line)
    if found and found.group() >= "\ud800":
        return "The line has bytes that are not UTF-8: save the file as “CSV UTF-8” and send it again."
    code = ord(found.group()) if found else 0
    return f"The line has a control character (U+{code:04X}): remove it where the file was made."


def show_line(line: str) -> str:
    """The text of a line with its damage made visible, so that it can be stored and shown anywhere."""
    return _DAMAGE.sub(_visible, line.rstrip("\r\n"))


def _visible(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code - 0xDC00 if code >= 0xDC00 else code:02x}"


def _refuse_other_formats(file_name: str, data: bytes) -> None:
    if data.startswith(b"PK\x03\x04") and (b"xl/" in data or b"[Content_Types].xml" in data[:4096]):
        raise UnreadableFile(file_name, "this is an Excel workbook", "save the sheet as “CSV UTF-8”")
    for signature, found, remedy in _OTHER_FORMATS:
        if data.startswith(signature):
            raise UnreadableFile(file_name, f"this is {found}, not a CSV file", remedy)
    start = data[:4096]
    if start.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        remedy = "export the data as CSV (a page of a sign-in saved by mistake looks like this)"
        raise UnreadableFile(file_name, "this is a web page or XML, not a CSV file", remedy)
    # Text in UTF-16 without a mark: every second byte of plain letters is NUL.
    if start.count(0) * 4 > len(start):
        raise UnreadableFile(file_name, "this is text in UTF-16, or no text at all", "save it as “CSV UTF-8”")
