"""A questionnaire while it is being filled in: what its answers come to so far, and what the form would be if it ended here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import ITEM_9, PHQ9, Instrument
from lib.clinical.policy import Policy
from lib.clinical.scoring import score_forms
from lib.clinical.segments import NONE


@dataclass(frozen=True)
class FormSoFar:
    """answered_sum: of the answers given. total: None where the form has none (nothing answered, or too much missing); low, high:
    the totals with every missing item at 0 and at its highest. item_9: of PHQ-9; None where it is not answered."""

    instrument: Instrument
    answered_sum: int
    n_answered: int
    total: int | None
    low: int | None
    high: int | None
    item_9: int | None

    @property
    def n_missing(self) -> int:
        return self.instrument.n_items - self.n_answered

    @property
    def is_item_9_open(self) -> bool:
        """A PHQ-9 whose item 9 has no answer yet."""
        return self.instrument == PHQ9 and self.item_9 is None


def score_so_far(instrument: Instrument, answers: Sequence[int | None], policy: Policy) -> FormSoFar:
    """answers: one an item of the instrument, in its order; None where it is not answered."""
    items = np.full((1, len(ITEM_COLUMNS)), NONE)
    items[0, : len(answers)] = [NONE if answer is None else answer for answer in answers]
    scores = score_forms(np.array([instrument.code]), items, np.array([NONE]), policy)
    found = {
        name: None if values[0] == NONE else int(values[0])
        for name, values in (("total", scores.total), ("low", scores.low), ("high", scores.high))
    }
    return FormSoFar(
        instrument,
        answered_sum=int(scores.answered_sum[0]) if scores.has_items[0] else 0,
        n_answered=sum(answer is not None for answer in answers),
        item_9=answers[ITEM_9] if instrument == PHQ9 else None,
        **found,
    )
