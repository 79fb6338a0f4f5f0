"""Files that are no text whatever they are called: told by their first bytes, refused, and never unpacked."""

from lib.intake.unreadable import UnreadableFile

_SIGNATURES = (
    (b"PK\x03\x04", "a compressed file (zip)", "unpack it and choose the CSV file inside"),
    (b"PK\x05\x06", "an empty compressed file (zip)", "choose the CSV file itself"),
    (b"\x1f\x8b", "a compressed file (gzip)", "unpack it and choose the CSV file inside"),
    (b"BZh", "a compressed file (bzip2)", "unpack it and choose the CSV file inside"),
    (b"\xfd7zXZ\x00", "a compressed file (xz)", "unpack it and choose the CSV file inside"),
    (b"\x28\xb5\x2f\xfd", "a compressed file (zstd)", "unpack it and choose the CSV file inside"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (7z)", "unpack it and choose the CSV file inside"),
    (b"Rar!", "a compressed file (rar)", "unpack it and choose the CSV file inside"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save it as “CSV UTF-8”"),
    (b"%PDF", "a PDF document", "export the data as CSV"),
    (b"SQLite format 3\x00", "a database", "export the table as CSV"),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml")
_START = 4096


def refuse_other_formats(file_name: str, data: bytes) -> None:
    """Raises UnreadableFile."""
    start = data[:_START]
    if start.startswith(b"PK\x03\x04") and (b"xl/" in data or b"[Content_Types].xml" in start):
        raise UnreadableFile(file_name, "this is an Excel workbook", "save the sheet as “CSV UTF-8”")
    for signature, found, remedy in _SIGNATURES:
        if start.startswith(signature):
            raise UnreadableFile(file_name, f"this is {found}, not a CSV file", remedy)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        remedy = "export the data as CSV (a page of a sign-in saved by mistake looks like this)"
        raise UnreadableFile(file_name, "this is a web page or XML, not a CSV file", remedy)
