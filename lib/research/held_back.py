"""Rows that wait in quarantine stand in no file: how many of an export's people, and which may hold an item 9, in words."""

from dataclasses import dataclass

from lib.clinical.small_cells import is_share_hidden
from lib.clinical.wording import count
from lib.research.aggregates import Rounding

_NONE = "No row of these people waits in quarantine"
_LOST = (
    " A flag that stands on such a row alone is lost in another store: see to the rows first, or take them along as the CSV "
    "of the rows that wait (page Import)."
)


@dataclass(frozen=True)
class HeldBack:
    """n_rows of these people wait, n_item_9 of them may hold an item 9: of n_people, of n_people_item_9 of n_people_in_all.
    n_unplaced, n_unplaced_item_9: rows of nobody who is known yet, in the reader's clinics or in none."""

    n_rows: int
    n_item_9: int
    n_people: int
    n_people_item_9: int
    n_people_in_all: int
    n_unplaced: int
    n_unplaced_item_9: int

    @property
    def may_hold_item_9(self) -> bool:
        return self.n_item_9 + self.n_unplaced_item_9 > 0

    @property
    def is_any(self) -> bool:
        return self.n_rows + self.n_unplaced > 0


def say_held(held: HeldBack) -> str:
    """Of rows that leave with names: every count, and what is lost with them."""
    waiting = (
        (held.n_rows, held.n_item_9, "of these people"),
        (held.n_unplaced, held.n_unplaced_item_9, "of nobody who is known yet"),
    )
    said = [f"{count(n, 'row')} {of} ({_say_item_9(n_item_9)})" for n, n_item_9, of in waiting if n]
    if not said:
        return f"{_NONE}."
    lost = _LOST if held.may_hold_item_9 else ""
    return f"In no file, because in quarantine: {' and '.join(said)}.{lost}"


def say_held_of_few(held: HeldBack, rounding: Rounding) -> str:
    """Of what leaves without names: how many people it is true of, and no count that is small or whose rest is."""
    if not held.n_people:
        return f"{_NONE}."
    of_all = _say_people(held.n_people, held.n_people_in_all, rounding)
    item_9 = "none of them may hold an item 9"
    if held.n_people_item_9:
        of_item_9 = _say_people(held.n_people_item_9, held.n_people, rounding)
        item_9 = f"those of {of_item_9} may hold an item 9"
    return f"Rows of {of_all} people wait in quarantine and are in no file; {item_9}."


def _say_item_9(n: int) -> str:
    return f"{n:,} may hold an item 9" if n else "none may hold an item 9"


def _say_people(n: int, total: int, rounding: Rounding) -> str:
    """15, or "some": where it or the rest is too small to be told."""
    return "some" if is_share_hidden(n, total, rounding.limit) else rounding.say(n, False)
