"""The receipt that says what became of a file."""

from dataclasses import dataclass, field

import pandas as pd

from lib.intake.choices import Choices, Question
from lib.services._taking import FileCounts
from lib.store import imports as store_imports

# The outcome of a file that is to come by another way, and is not remembered.
TOO_LARGE = "too large"


@dataclass(frozen=True)
class Receipt:
    """What became of one file, as far as it brought one kind of record. outcome: accepted, already imported, held (it shrank, and
    nothing of it was taken), refused, too large (for an upload), or needs an answer (to the questions); problems: columns of
    lib.intake's problems; choices: the answers that it was read with."""

    file_name: str
    sha256: str
    outcome: str
    message: str
    actor: str
    is_dry_run: bool = False
    kind: str = ""
    import_key: int | None = None
    counts: FileCounts = field(default_factory=FileCounts)
    problems: pd.DataFrame | None = None
    unknown_columns: tuple[str, ...] = ()
    read_as: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    choices: Choices = field(default_factory=dict)

    @property
    def is_taken(self) -> bool:
        return self.outcome in (store_imports.ACCEPTED, "already imported")

    @property
    def is_complete(self) -> bool:
        """Whether every row was taken or known already."""
        return self.is_taken and self.counts.n_held + self.counts.n_rejected == 0
