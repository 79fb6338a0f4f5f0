"""The outside of a workbook: a zip, whose directory is looked at before anything in it is opened."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from lib.intake.unreadable import UnreadableFile

# Ours: an upload of 20 MB unpacks to about 150 MB where it holds a table. A bomb says far more, in its own directory.
_MAX_UNPACKED = 256 * 1024 * 1024
_MAX_MEMBERS = 2_000
# Elements of the parts that are read whole whichever sheet is chosen, as many as take some 15 seconds (measured: 28 and 2 µs
# each). Excel keeps at most 64,000 formats of cells, and no table that is read here has more texts.
_MAX_ELEMENTS = {"xl/styles.xml": 500_000, "xl/sharedStrings.xml": 8_000_000}
_OLD = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
# In UTF-16, as the directory of an encrypted workbook writes it.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=\"([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})\"")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_BLOCK, _OVERLAP = 1 << 20, 200


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an Excel workbook of any age, by content."""
    return data.startswith(_OLD) or (data.startswith(_ZIP) and b"xl/" in data)


def open_archive(file_name: str, data: bytes) -> zipfile.ZipFile:
    """Raises UnreadableFile for an old, encrypted or damaged workbook, one with macros, and one that unpacks to too much."""
    if data.startswith(_OLD):
        is_locked = _ENCRYPTED in data
        found = "this workbook has a password" if is_locked else "this is an old Excel workbook (.xls)"
        remedy = "remove the password" if is_locked else "save it as “Excel Workbook (.xlsx)” or “CSV UTF-8”"
        raise UnreadableFile(file_name, found, remedy)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise damaged(file_name) from None
    members = archive.infolist()
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > _MAX_UNPACKED:
        found = (
            f"the workbook unpacks to more than {_MAX_UNPACKED // 1024 // 1024} MB or {_MAX_MEMBERS:,} parts"
        )
        raise UnreadableFile(file_name, found, "save the one sheet that is needed as “CSV UTF-8”")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile(file_name, "this workbook has a password", "remove the password")
    if any(member.filename.lower().endswith("vbaproject.bin") for member in members):
        found = "this workbook has macros, which are programs"
        raise UnreadableFile(file_name, found, "save it as “Excel Workbook (.xlsx)”, which has none")
    _refuse_full_parts(file_name, archive)
    return archive


def _refuse_full_parts(file_name: str, archive: zipfile.ZipFile) -> None:
    try:
        for name in _MAX_ELEMENTS.keys() & set(archive.namelist()):
            with archive.open(name) as part:
                n_elements = sum(block.count(b"<") for block in iter(lambda: part.read(_BLOCK), b""))
            if n_elements > _MAX_ELEMENTS[name]:
                found = f"{name} of the workbook has more than {_MAX_ELEMENTS[name]:,} elements"
                raise UnreadableFile(file_name, found, "save the one sheet that is needed as “CSV UTF-8”")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise damaged(file_name) from None


def damaged(file_name: str) -> UnreadableFile:
    return UnreadableFile(
        file_name, "the workbook is damaged", "open it in a spreadsheet program and save it again"
    )


def find_merged(archive: zipfile.ZipFile, path: str) -> list[str]:
    """The merged ranges of a sheet, as A1:C1."""
    return [found.group(1).decode() for block in _blocks(archive, path) for found in _MERGED.finditer(block)]


def has_formulas(archive: zipfile.ZipFile, path: str) -> bool:
    return any(_FORMULA.search(block) for block in _blocks(archive, path))


def _blocks(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """A part of the archive piece by piece, each with the end of the one before it."""
    with archive.open(path.lstrip("/")) as part:
        end = b""
        while block := part.read(_BLOCK):
            yield end + block
            end = block[-_OVERLAP:]
