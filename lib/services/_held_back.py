"""Rows that wait for somebody and so stand in no file of an export, counted."""

from collections.abc import Collection

from lib.clinical.policy import Policy
from lib.research.aggregates import Rounding
from lib.research.choices import Privacy
from lib.research.held_back import HeldBack, say_held, say_held_of_few
from lib.services._quarantined import may_hold_item_9
from lib.services._scope import clinic_keys
from lib.services.access import Actor
from lib.store import derived
from lib.store.engine import Transaction
from lib.store.imports import read_held_rows


def count_held_back(connection: Transaction, actor: Actor, patients: Collection[int]) -> HeldBack:
    """patients: keys of those whose records leave. A row that a clinician closed is done with; a row beside which a corrected one
    was taken is not."""
    rows = read_held_rows(connection, clinic_keys(connection, actor))
    rows = rows[~rows["id"].isin(derived.closed_held_rows(connection))]
    own = rows[rows["patient_key"].isin(list(patients))]
    unplaced = rows[rows["patient_key"].isna()]
    with_item_9 = own[may_hold_item_9(own)]
    return HeldBack(
        n_rows=len(own),
        n_item_9=len(with_item_9),
        n_people=int(own["patient_key"].nunique()),
        n_people_item_9=int(with_item_9["patient_key"].nunique()),
        n_people_in_all=len(patients),
        n_unplaced=len(unplaced),
        n_unplaced_item_9=int(may_hold_item_9(unplaced).sum()),
    )


def say_what_is_held(held: HeldBack, privacy: Privacy, policy: Policy) -> str:
    """In words, with the counts that what leaves in this class may tell."""
    if privacy is Privacy.IDENTIFIED:
        return say_held(held)
    smallest = policy.outcomes.smallest_count
    if privacy is Privacy.DEIDENTIFIED:
        smallest = max(smallest, policy.research.smallest_class)
    return say_held_of_few(held, Rounding(smallest, policy.research.round_to))
