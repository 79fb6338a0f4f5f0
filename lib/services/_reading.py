"""Numbers for readings of the store: what is made from one is kept under its number, and never shown for another."""

from itertools import count

_numbers = count(1)


def next_reading() -> int:
    """A number that no other reading of this process has."""
    return next(_numbers)
