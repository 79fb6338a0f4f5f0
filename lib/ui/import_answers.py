"""What somebody has answered about the files of this visit: for these bytes under this name, and for no others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

import streamlit as st

from lib.intake.choices import Choices, Question

_ANSWERS, _SAID = "import-answers", "import-said"
# What a file shows of itself as a whole; the suggestion is chosen until somebody chooses otherwise. What decides about a patient,
# a dose or an answer is never chosen beforehand.
_OF_THE_FILE = (
    "encoding",
    "delimiter",
    "header_line",
    "sheet",
    "date_order",
    "date_digits",
    "day_number",
    "month_names",
)


@dataclass(frozen=True)
class OfferedFile:
    name: str
    data: bytes = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return sha256(self.data).hexdigest()

    @property
    def key(self) -> str:
        """Of its widgets and answers: the same bytes under two names are two files."""
        return key_of(self.name, self.digest)


def key_of(name: str, digest: str) -> str:
    """Of a file by its name and the SHA-256 of its bytes."""
    return sha256(f"{name}\0{digest}".encode(errors="replace")).hexdigest()[:16]


def read_answers(file: OfferedFile) -> Choices:
    """The answers of now."""
    answers: dict[str, Choices] = st.session_state.get(_ANSWERS, {})
    return answers.get(file.key, {})


def keep_answers(file: OfferedFile, answers: Choices) -> None:
    """Beside those that were given before."""
    known = st.session_state.get(_ANSWERS, {})
    st.session_state[_ANSWERS] = {**known, file.key: {**known.get(file.key, {}), **answers}}


def ask_again(file: OfferedFile, keys: Sequence[str]) -> None:
    """An empty answer asks anew, also where one of an earlier file is remembered."""
    keep_answers(file, dict.fromkeys(keys, ""))


def is_of_the_file(question: Question) -> bool:
    """Whether its suggestion may be chosen beforehand."""
    return question.key.partition(":")[0] in _OF_THE_FILE


def note_said(key: str, said: Mapping[str, str]) -> None:
    """What was asked and answered in words, for the receipt. key: of the file; said: answer by question."""
    known = st.session_state.get(_SAID, {})
    st.session_state[_SAID] = {**known, key: {**known.get(key, {}), **said}}


def read_said(key: str) -> Mapping[str, str]:
    """Answer by question, in words. key: of the file."""
    said: dict[str, dict[str, str]] = st.session_state.get(_SAID, {})
    return said.get(key, {})
