"""Bytes to physical lines of text. An encoding is known or asked for, never guessed; control characters stay in their line."""

import codecs
import re
from dataclasses import dataclass

from lib.intake.choices import Choices, NeedsChoice, Question
from lib.intake.lines import Lines
from lib.intake.other_formats import refuse_other_formats
from lib.intake.unreadable import UnreadableFile, name_lines

ENCODING = "encoding"
_UTF_8 = "UTF-8"
_ENCODINGS = {
    "windows-1252": ("cp1252", "Windows-1252 (Western Europe, America)"),
    "shift-jis": ("cp932", "Shift-JIS (Japanese)"),
    "gb18030": ("gb18030", "GB18030 (Chinese)"),
}
# Control characters other than tab and line ends, and (as surrogates) bytes that are not UTF-8 in a format that keeps them apart.
_DAMAGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
# A few accented letters, or marks of typography, in a row: what text of the West has between its plain letters.
_WESTERN = re.compile(
    rb"[\xc0-\xd6\xd8-\xf6\xf8-\xfe\x80\x85\x91-\x97\x99\xa0\xa3\xa7-\xab\xae\xb0\xb2-\xb5\xb7\xba-\xbd]{1,3}"
)
# Half of a pair of UTF-16, written as if it were a letter of UTF-8.
_HALF_LETTER = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_KANA = re.compile("[\u3040-\u30ff]")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
# UTF-8 that was read as Windows-1252 and written as UTF-8 again: é has become Ã©.
_TWICE = re.compile("[\u00c3\u00c2][\u00a0-\u00bf\u0152\u0153\u0160\u0161\u017d\u017e\u2013-\u2122\u20ac]")
_ODD_LETTER = re.compile(r"[^\W\d_]?[^\x00-\x7f][^\W\d_]?")
_N_EXAMPLES = 5


@dataclass(frozen=True)
class Decoded:
    """encoding: its name in words · damaged: the positions of lines with control characters"""

    lines: Lines
    encoding: str
    damaged: frozenset[int]
    warnings: tuple[str, ...] = ()


def decode_lines(file_name: str, data: bytes, choices: Choices) -> Decoded:
    """Raises UnreadableFile for what is no text and for text that is damaged, NeedsChoice where the encoding has to be asked."""
    refuse_other_formats(file_name, data)
    utf_8, encoding = _decode(file_name, data, choices)
    lines = Lines(utf_8)
    if all(map(str.isspace, lines.blocks())):
        raise UnreadableFile(file_name, "the file is empty", "export it again with a header line")
    if b"\0" in utf_8:
        line = next(number for number, line in enumerate(lines, start=1) if "\0" in line)
        found = f"line {line:,} has a NUL character, which no text has"
        raise UnreadableFile(file_name, found, "export it again as “CSV UTF-8”")
    warnings = [] if utf_8.isascii() else _find_decoded_twice(lines)
    if encoding.startswith("UTF-16"):
        warnings.append(
            f"The file is in {encoding}, not UTF-8: it was read so, by the mark at its beginning."
        )
    damaged = (
        [position for position, line in enumerate(lines) if is_damaged(line)]
        if any(map(is_damaged, lines.blocks()))
        else []
    )
    return Decoded(lines, encoding, frozenset(damaged), tuple(warnings))


def is_damaged(text: str) -> bool:
    """Whether it has control characters, or bytes that are not UTF-8."""
    # Nearly all text is plain, which is known in a quarter of the time that the search takes.
    return not text.replace("\n", "").isprintable() and _DAMAGE.search(text) is not None


def name_damage(line: str) -> str:
    """Says what is wrong with a damaged line."""
    found = _DAMAGE.search(line)
    if found and found.group() >= "\ud800":
        return "The line has bytes that are not UTF-8: save the file as UTF-8 and send it again."
    code = ord(found.group()) if found else 0
    return f"The line has a control character (U+{code:04X}): remove it where the file was made."


def show_line(line: str) -> str:
    """The text of a line with its damage made visible, so that it can be stored and shown anywhere."""
    return _DAMAGE.sub(_visible, line.rstrip("\r\n"))


def _visible(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code - 0xDC00 if code >= 0xDC00 else code:02x}"


def _decode(file_name: str, data: bytes, choices: Choices) -> tuple[bytes, str]:
    """The text in UTF-8 without a mark, and how it was encoded; as bytes, as a text would be a long file's size once more."""
    for mark, codec, encoding in (
        (b"\xff\xfe", "utf-16-le", "UTF-16 (little-endian)"),
        (b"\xfe\xff", "utf-16-be", "UTF-16 (big-endian)"),
    ):
        if data.startswith(mark):
            return _decode_strictly(file_name, data[2:], codec, encoding).encode(), encoding
    # Text in UTF-16 without a mark: every second byte of plain letters is NUL.
    if data[:4096].count(0) * 4 > len(data[:4096]):
        found = "this is text in UTF-16 without a mark, or no text at all"
        raise UnreadableFile(file_name, found, "save it as “CSV UTF-8”")
    try:
        # Of plain ASCII there is nothing to find out.
        if not data.isascii():
            data.decode("utf-8-sig")
        return data.removeprefix(codecs.BOM_UTF8), _UTF_8
    except UnicodeDecodeError as error:
        suggested = _suggest(data)
        if not suggested:
            raise _undecodable(file_name, data, error, _UTF_8) from None
    if choices.get(ENCODING) in _ENCODINGS:
        codec, encoding = _ENCODINGS[choices[ENCODING]]
        return _decode_strictly(file_name, data, codec, encoding).encode(), encoding
    raise NeedsChoice(file_name, _ask(data, suggested))


def _decode_strictly(file_name: str, data: bytes, codec: str, encoding: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise _undecodable(file_name, data, error, encoding) from None


def _undecodable(file_name: str, data: bytes, error: UnicodeDecodeError, encoding: str) -> UnreadableFile:
    bad = data[error.start : error.start + 1].hex().upper()
    line = data.count(b"\n", 0, error.start) + 1
    found = f"byte {error.start + 1:,} (hexadecimal {bad}, in line {line:,}) is not {encoding}"
    return UnreadableFile(file_name, found, "correct it where the file was made, or export it as “CSV UTF-8”")


def _suggest(data: bytes) -> str:
    """The encoding that the bytes look like, "" where they look like UTF-8 that was damaged, or like nothing."""
    if _HALF_LETTER.search(data):
        return ""
    runs = set(_HIGH_BYTES.findall(data))
    if all(map(_WESTERN.fullmatch, runs)):
        return "" if any(map(_is_utf_8, runs)) else "windows-1252"
    for key, letters in (("shift-jis", _KANA), ("gb18030", _EAST_ASIAN)):
        try:
            text = data.decode(_ENCODINGS[key][0])
        except UnicodeDecodeError:
            continue
        n_foreign = sum(not letter.isascii() for letter in text)
        if len(letters.findall(text)) * 4 >= n_foreign:
            return key
    return ""


def _is_utf_8(run: bytes) -> bool:
    try:
        return bool(run.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _ask(data: bytes, suggested: str) -> Question:
    codec, words = _ENCODINGS[suggested]
    text = show_line(data.decode(codec, errors="replace").replace("\n", " "))
    # Letters enough to tell an encoding by, and no sentence of a patient.
    letters = dict.fromkeys(found.group() for found in _ODD_LETTER.finditer(text))
    return Question(
        key=ENCODING,
        text=f"Its letters are not in UTF-8; they look like {words}. Say in which encoding it was saved.",
        options={key: words for key, (_, words) in _ENCODINGS.items()},
        suggested=suggested,
        examples=tuple(letters)[:_N_EXAMPLES],
    )


def _find_decoded_twice(lines: Lines) -> list[str]:
    if not any(not block.isascii() and _TWICE.search(block) for block in lines.blocks()):
        return []
    found = [number for number, line in enumerate(lines, start=1) if _TWICE.search(line)]
    return [
        f"Accented letters stand as two (é as Ã©) in {name_lines(found)}: they were decoded twice before the file came "
        "here, and are kept as they stand."
    ]
