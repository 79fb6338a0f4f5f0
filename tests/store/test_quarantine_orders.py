"""Whatever becomes of rows that wait, in whatever order, what is kept of a patient is what a full recomputation gives."""

import os
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from clinic_files import ACTOR
from store.clinic_imports import at
from store.ledger import kept
from store.merge_clinic import WORDS, MergeClinic, form

from lib.services import closing, quarantine, review
from lib.services._refresh import refresh
from lib.services.errors import StoreError
from lib.services.quarantine import Correction
from lib.store._known_rows import WORKED_OUT

SEEDS = range(40 if os.environ.get("PROVE") else 2)
N_STEPS, NAMES = 25, ("ann", "bob", "cid")


class QuarantineClinic(MergeClinic):
    def __init__(self, folder: Path, chance: Random):
        super().__init__(folder, *NAMES)
        self.chance = chance

    def bring_forms(self) -> None:
        """A total that contradicts the items, or an answer that nobody can read, holds a row."""
        days = self.chance.sample(range(60), 3)
        self.offer(*(self._form(self.chance.choice(NAMES), self._day(days_ago)) for days_ago in days))

    def correct(self) -> None:
        row = self.chance.choice(self._waiting())
        changes = {"total": "", "item_9": self.chance.choice("0012")}
        changes |= self.chance.choice(
            [{}, {"patient_id": self.chance.choice(NAMES)}, {"assessed_at": self._day(1)}]
        )
        quarantine.correct(ACTOR, self.store, Correction((row,), changes, "asked the clinic"))

    def set_aside(self) -> None:
        quarantine.set_aside(ACTOR, self.store, [self.chance.choice(self._waiting())], "a test form")

    def put_back(self) -> None:
        rows = quarantine.read_set_aside(ACTOR, self.store)["id"].tolist()
        quarantine.put_back(ACTOR, self.store, [self.chance.choice(rows)])

    def close_unreadable(self) -> None:
        rows = review.read_queue(ACTOR, self.store).rows["held_row_key"].dropna().tolist()
        closing.close_unreadable(ACTOR, self.store, int(self.chance.choice(rows)), WORDS)

    def assert_kept_rows_are_complete(self, done: list[str]) -> None:
        with at(self.now), self.store.trial() as connection:
            before = [kept(connection, table) for table in WORKED_OUT]
            refresh(connection, self.now.date(), None)
            after = [kept(connection, table) for table in WORKED_OUT]
        for table, one, other in zip(WORKED_OUT, before, after, strict=True):
            assert one.equals(other), f"{table.name} after {', '.join(done)}"

    def _waiting(self) -> list[int]:
        return quarantine.read_quarantine(ACTOR, self.store)["id"].tolist()

    def _day(self, days_ago: int) -> str:
        return f"{self.now.date() - timedelta(days=days_ago)}"

    def _form(self, name: str, day: str) -> dict[str, str]:
        item_9 = self.chance.choice(["0", "0", "1", "x"])
        return form(name, day, 0) | {"item_9": item_9, "total": self.chance.choice(["", "27"])}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_becomes_of_rows_that_wait_keeps_what_a_full_recomputation_gives(tmp_path, seed):
    chance, done = Random(seed), []
    clinic = QuarantineClinic(tmp_path, chance)
    steps = [clinic.bring_forms, *[clinic.correct] * 3, clinic.set_aside, clinic.put_back]
    for step in [clinic.bring_forms, *chance.choices([*steps, clinic.close_unreadable], k=N_STEPS)]:
        with clinic.tick():
            try:
                step()
            except (StoreError, IndexError):
                # It is refused, or nothing waits.
                continue
        done.append(step.__name__)
        clinic.assert_kept_rows_are_complete(done)
    assert "correct" in done
