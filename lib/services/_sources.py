"""How a file is read: with the answers that somebody gives now, or gave before for the same source with the same columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lib.intake.choices import NO_CHOICES, Choices, NeedsChoice, Question
from lib.intake.reading import Reading, read_file
from lib.store.engine import Store
from lib.store.source_choices import SourceChoices, read_source_choices

# Dates, times and counters of copies and of exports: what differs from day to day in the name of one source.
_CHANGING = re.compile(
    r"\([0-9]+\)|(?:19|20)[0-9]{2}(?:[\W_]?[0-9]{1,2}){0,5}|[0-9]{1,2}[\W_][0-9]{1,2}[\W_](?:[0-9]{2}){1,2}|[0-9]{5,}"
)
_BETWEEN = re.compile(r"[\W_]+")
# The answer that goes with the columns it was given for: others ask again.
COLUMNS, _AS_BEFORE = "columns", "\x1f"
# The answer that goes with the bytes it was given for.
BESIDE = "other_reading"
OF_ONE_FILE = (COLUMNS, BESIDE)


@dataclass(frozen=True)
class Answers:
    """given: the answers of now, by file name; remembered: those of before, by name of the source."""

    given: Mapping[str, Choices]
    remembered: Mapping[str, SourceChoices]

    def read(self, file_name: str, data: bytes) -> tuple[Reading, Choices]:
        """The tables of a file, and the answers that they were read with. Raises UnreadableFile and NeedsChoice."""
        given = self.given.get(file_name, NO_CHOICES)
        before = self.remembered.get(name_source(file_name))
        choices = {**(before.choices if before else {}), **given}
        reading = read_file(file_name, data, choices)
        if before and reading.names and "mapping" not in given:
            _ask_about_changes(file_name, reading.names, before.columns, given)
        return reading, choices


def read_answers(store: Store, names: Sequence[str], given: Mapping[str, Choices] | None) -> Answers:
    """What is known of how these files are read."""
    with store.read() as connection:
        remembered = read_source_choices(connection, [name_source(name) for name in names])
    return Answers(given or {}, remembered)


def name_source(file_name: str) -> str:
    """A file's name without dates, times and counters; clinic_1 and clinic_2 are two sources."""
    return _BETWEEN.sub("", _CHANGING.sub("", file_name.casefold()))


def _ask_about_changes(file_name: str, names: Sequence[str], before: Sequence[str], given: Choices) -> None:
    """A mapping is for the columns that it was made for. Raises NeedsChoice for others, until somebody has seen which."""
    added, gone = (
        [name for name in names if name not in before],
        [name for name in before if name not in names],
    )
    answer = _AS_BEFORE.join(sorted(names))
    if (added or gone) and given.get(COLUMNS) != answer:
        said = [
            f"{word}: {', '.join(columns)}." for word, columns in (("New", added), ("Gone", gone)) if columns
        ]
        text = f"The columns of this source have changed since it was mapped. {' '.join(said)}"
        raise NeedsChoice(
            file_name,
            Question(COLUMNS, text, {answer: "Read it by the same mapping; what is new is not taken"}),
        )
