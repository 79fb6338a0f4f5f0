"""What only a person can say of a whole file: which encoding, which order of day and month, which column means what."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.intake.grid import Grid

# Answers by the key of their question; remembered with the source that they were given for.
Choices = Mapping[str, str]
NO_CHOICES: Choices = MappingProxyType({})
# Ends the key of a question that is asked although it was answered: the file contradicts the answer.
AGAIN = "!"
_BINDING = re.compile(r" #[0-9a-f]{16}$")


def bind_answer(answer: str, seen: Iterable[str]) -> str:
    """An answer that holds for what was seen when it was given. A file that shows something else is asked about anew."""
    digest = sha256("\x1f".join(seen).encode(errors="surrogatepass")).hexdigest()
    return f"{answer} #{digest[:16]}"


def show_answer(answer: str) -> str:
    """An answer without what it is bound to."""
    return _BINDING.sub("", answer)


@dataclass(frozen=True)
class Question:
    """key: `encoding`, `delimiter`, `header_line`, `date_order:COLUMN`, `unit:COLUMN`, `mapping` …; with a `!` at its end where
    the file contradicts what was said before, and `sheet`, the answers hold for what was seen only · options: what may be
    answered, with the words for it · suggested: the option that the file makes likely, "" for none · examples: the file's own"""

    key: str
    text: str
    options: Mapping[str, str] = field(default_factory=dict)
    suggested: str = ""
    examples: tuple[str, ...] = ()


class NeedsChoice(Exception):  # noqa: N818 - as UnreadableFile
    """A file that is read when somebody has answered these questions. Nothing of it is taken before."""

    def __init__(self, file_name: str, *questions: Question, grid: "Grid | None" = None) -> None:
        """grid: what could be read so far, so that whoever answers can look at it."""
        said = " ".join(question.text for question in questions)
        super().__init__(f"{file_name}: {said} Nothing was taken.")
        self.file_name, self.questions, self.grid = file_name, questions, grid
