"""Whom coverage is asked about, and how far a rule reaches for each of them: counted by place, so that one patient costs one."""

from dataclasses import dataclass

import numpy as np

from lib.clinical.runs import find_in
from lib.clinical.segments import NONE, Bools, Ints


@dataclass(frozen=True)
class People:
    """keys: of patients, sorted, each once. Whatever is counted has an entry for each of them, in this order."""

    keys: Ints

    @property
    def n(self) -> int:
        return len(self.keys)

    def place(self, patient: Ints) -> Ints:
        """Where each of these patients stands; NONE of whoever is not asked about."""
        return find_in(self.keys, patient)

    def count(self, patient: Ints) -> Ints:
        """How many rows each has. patient: row by row, whose it is."""
        place = self.place(patient)
        return np.bincount(place[place != NONE], minlength=self.n)


@dataclass(frozen=True)
class Reach:
    """Of one rule, an entry a patient asked about: whether it is asked of the patient, how many of the things that it reads now
    are known of how many (n_known, n_needed), and the n of N that is shown (n_recorded of n_records)."""

    is_asked: Bools
    n_known: Ints
    n_needed: Ints
    n_recorded: Ints
    n_records: Ints


def simple_reach(is_asked: Bools, n_known: Ints, n_needed: Ints | int) -> Reach:
    """Of a rule whose n of N is what it reads now."""
    known, needed = n_known.astype(np.int64), np.broadcast_to(n_needed, n_known.shape)
    return Reach(is_asked, known, needed, known, needed)
