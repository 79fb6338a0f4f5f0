"""The receipt that says what became of a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from lib.intake.choices import Choices, Question
from lib.services._audit import About
from lib.services._quarantined import may_hold_item_9
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
    def n_item_9(self) -> int:
        """Rows that were not taken and may hold an item 9: no export has them, and a clinician ends them."""
        return 0 if self.problems is None else int(may_hold_item_9(self.problems).sum())

    @property
    def is_complete(self) -> bool:
        """Whether every row was taken or known already."""
        return self.is_taken and self.counts.n_held + self.counts.n_rejected == 0


def name_receipts(receipts: Sequence[Receipt]) -> About:
    """How the audit says what became of one file: by its imports, its outcomes and counts, and never by its name."""
    keys = [receipt.import_key for receipt in receipts if receipt.import_key is not None]
    counted = ("n_rows", "n_new", "n_changed", "n_held", "n_rejected")
    totals = {name: sum(getattr(receipt.counts, name) for receipt in receipts) for name in counted}
    outcomes = sorted({receipt.outcome.replace(" ", "-") for receipt in receipts})
    subject = f"import:{min(keys)}" if keys else None
    return {"subject": subject, "detail": totals | {"outcomes": outcomes, "n_imports": len(keys)}}
