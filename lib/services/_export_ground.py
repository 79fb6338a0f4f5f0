"""Whose rows an export has, in which order, and a block of patients at a time: what every table of it stands on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from lib import settings
from lib.clinical.policy import Policy
from lib.clinical.segments import Ints
from lib.research.dictionary import Dictionary, parse_dictionary
from lib.research.table import ROWS_A_BLOCK
from lib.services import _clock
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor
from lib.store.asked import MAX_LISTED_PATIENTS
from lib.store.engine import Transaction
from lib.store.records import read_clinics, read_patients

Keys = Sequence[int] | Ints


@dataclass(frozen=True)
class Ground:
    """people: patient_id, clinic_id, clinic_key by patient key, in the order of clinic and patient, which follows from the data
    however they came. day: today, days since 1970-01-01. n_in_scope: everybody in the actor's clinics. zones:
    time zones by clinic_id."""

    connection: Transaction
    actor: Actor
    people: pd.DataFrame
    n_in_scope: int
    policy: Policy
    day: int
    dictionary: Dictionary
    zones: Mapping[str, str]

    def batches(self, counts: "pd.Series[int]") -> Iterator[list[int]]:
        """Patient keys in their order, of whom so many have rows that a block holds them. counts: rows by patient key."""
        batch: list[int] = []
        n_rows = 0
        for key, n_own in zip(self.people.index.tolist(), self.count(counts).tolist(), strict=True):
            if not n_own:
                continue
            if batch and (n_rows + n_own > ROWS_A_BLOCK or len(batch) == MAX_LISTED_PATIENTS):
                yield batch
                batch, n_rows = [], 0
            batch.append(key)
            n_rows += n_own
        if batch:
            yield batch

    def count(self, counts: "pd.Series[int]") -> "pd.Series[int]":
        """Rows of each of these people, 0 where there are none."""
        return counts.reindex(self.people.index, fill_value=0)

    @property
    def one_each(self) -> "pd.Series[int]":
        """A count of one for everybody, for tables with a few rows a patient."""
        return pd.Series(1, index=self.people.index)

    def rank(self, keys: Keys) -> Ints:
        """The place of each patient among the people."""
        return self.people.index.get_indexer(keys)

    def name(self, keys: Keys) -> dict[str, pd.Series]:
        """patient_id and clinic_id of these keys."""
        rank = self.rank(keys)
        return {name: self.people[name].array.take(rank) for name in ("patient_id", "clinic_id")}


def prepare_ground(connection: Transaction, actor: Actor, patients: Sequence[int] | None) -> Ground:
    """patients: keys of a cohort, of which those outside the actor's clinics are left out; None: everybody in them."""
    people = read_patients(connection, clinics=clinic_keys(connection, actor))
    n_in_scope = len(people)
    if patients is not None:
        people = people[people["patient_key"].isin(patients)]
    people = people.sort_values(["clinic_id", "patient_id"]).set_index("patient_key")
    clinics = read_clinics(connection)
    zones = dict(zip(clinics["clinic_id"], clinics["time_zone"], strict=True))
    day = _clock.day_number(today(connection))
    return Ground(
        connection, actor, people, n_in_scope, current_policy(connection), day, read_dictionary(), zones
    )


def read_dictionary() -> Dictionary:
    """The data dictionary as it stands in data/README.md."""
    return parse_dictionary((settings.ROOT / "data" / "README.md").read_text("utf-8"))


def in_blocks(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The same rows, at most ROWS_A_BLOCK at a time."""
    if len(rows) <= ROWS_A_BLOCK:
        yield rows
        return
    for start in range(0, len(rows), ROWS_A_BLOCK):
        yield rows.iloc[start : start + ROWS_A_BLOCK].reset_index(drop=True)
