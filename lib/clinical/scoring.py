"""From the answers on a form to its total, its bounds and what is known of item 9."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.clinical.instruments import BY_CODE, ITEM_9, MAX_ANSWER, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Bools, Ints


@dataclass(frozen=True)
class Scores:
    """Arrays, one entry a form. `total`, `low`, `high`, `item_9` are NONE where there is none.

    total: 0–27 or 0–21; with up to two items missing floor(n × mean + ½) (Kroenke 2010; Arrieta 2017), otherwise NONE.
    low, high: the sum with every missing item answered 0, and answered 3; equal to the total of a complete form.
    answered_sum, n_missing: of the items; of a totals-only form the total, and 0.
    item_9: the answer to PHQ-9 item 9; NONE where blank or not asked: it is never filled in.
    """

    total: Ints
    low: Ints
    high: Ints
    is_prorated: Bools
    answered_sum: Ints
    n_missing: Ints
    has_items: Bools
    item_9: Ints

    @property
    def is_valid(self) -> Bools:
        return self.total != NONE

    @property
    def is_item_9_blank(self) -> Bools:
        """Items were given and item 9 is among the missing; only meaningful for PHQ-9."""
        return self.has_items & (self.item_9 == NONE)


def score_forms(instrument: Ints, items: NDArray, file_total: Ints, policy: Policy) -> Scores:
    """Score PHQ-9 and GAD-7 forms.

    instrument: codes of instruments.py. items: shape (forms, 9), NONE or any negative number where blank; columns beyond the
    instrument's last item are not read. file_total: the file's own total, used alone only when all items are blank.
    """
    n_items = np.array([one.n_items for one in BY_CODE])[instrument]
    max_missing = np.array([policy.scoring.phq9_max_missing, policy.scoring.gad7_max_missing])[instrument]
    is_answered = (items >= 0) & (np.arange(items.shape[1]) < n_items[:, None])
    n_answered = is_answered.sum(axis=1)
    answered_sum = np.where(is_answered, items, 0).sum(axis=1)
    has_items = n_answered > 0
    n_missing = np.where(has_items, n_items - n_answered, 0)
    # floor(n × sum / answered + ½) in whole numbers
    prorated = (2 * n_items * answered_sum + n_answered) // np.maximum(2 * n_answered, 1)
    total = np.where(has_items, np.where(n_missing <= max_missing, prorated, NONE), file_total)
    is_valid = total != NONE
    low = np.where(has_items, answered_sum, file_total)
    return Scores(
        total=total,
        low=np.where(is_valid, low, NONE),
        high=np.where(is_valid, low + MAX_ANSWER * n_missing, NONE),
        is_prorated=is_valid & (n_missing > 0),
        answered_sum=low,
        n_missing=n_missing,
        has_items=has_items,
        item_9=np.where((instrument == PHQ9.code) & is_answered[:, ITEM_9], items[:, ITEM_9], NONE),
    )
