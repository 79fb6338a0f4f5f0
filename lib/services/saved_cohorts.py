"""Cohorts that were saved with the state of the data: listed, loaded, and held against one another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.research.cohort import Cohort, Drawn
from lib.research.comparison import Comparison, compare_cohorts
from lib.research.criteria import Criteria
from lib.research.criteria_file import parse_criteria, write_criteria
from lib.research.saved_steps import parse_steps, write_steps
from lib.services import _clock
from lib.services._audit import Act, write_entry
from lib.services._cohort_drawing import clinics_in_sight, draw_cohort
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError, Store, StoreError
from lib.store import cohorts
from lib.store.data_version import read_data_version
from lib.store.engine import Transaction


@dataclass(frozen=True)
class SavedCohort:
    """As it was when it was saved. cohort: its people are those of then, some of whom may have withdrawn since; whoever makes
    files asks read_cohort. saved_at: UTC epoch seconds."""

    key: int
    name: str
    version: int
    author: str
    note: str
    saved_at: int
    cohort: Cohort

    @property
    def title(self) -> str:
        return f"{self.name}, version {self.version}"

    def as_file(self) -> str:
        """JSON that says the same next month, and of which state of the data it was said."""
        drawn = self.cohort.drawn
        about = {
            "name": self.name,
            "version": self.version,
            "author": self.author,
            "note": self.note,
            "saved_at": _clock.say_second(self.saved_at),
            "data_version": drawn.data_version,
            "policy_version": drawn.policy_version,
        }
        return write_criteria(self.cohort.criteria, about)


@dataclass(frozen=True)
class LoadedCohort:
    """A saved cohort, and what its criteria give now. since: who entered and who left since it was saved."""

    saved: SavedCohort
    now: Cohort
    since: Comparison

    @property
    def is_same_data(self) -> bool:
        return self.saved.cohort.drawn.data_version == self.now.drawn.data_version


@permitted(Permission.SEE_RESEARCH)
def save_cohort(actor: Actor, store: Store, criteria: Criteria, name: str, note: str = "") -> int:
    """As the next version of its name, with its people, the day, the clinics and the state of the data; returns the version.
    Raises StoreError without a name."""
    title = " ".join(name.split())
    if not title:
        raise StoreError("Give the cohort a name: its versions are told apart under it.")
    with store.write() as connection:
        cohort = draw_cohort(connection, actor, criteria)
        drawn = cohort.drawn
        values = {
            "name": title,
            "author": actor.name,
            "note": note.strip(),
            "criteria": write_criteria(cohort.criteria, indent=None),
            "steps": write_steps(cohort.steps, cohort.patients),
            "data_version": drawn.data_version,
            "as_of": _clock.day_number(drawn.as_of),
            "policy_version": drawn.policy_version,
            "saved_at": _clock.seconds(_clock.now()),
        }
        version = cohorts.add_cohort(connection, values)
        about = {"version": version, "n_patients": len(cohort.patients)}
        write_entry(connection, actor, Act.SAVE_COHORT, detail=about)
    return version


@permitted(Permission.SEE_RESEARCH)
def list_cohorts(actor: Actor, store: Store) -> pd.DataFrame:
    """Saved cohorts whose clinics are all in the actor's sight, the newest first: cohort_key, name, version, author, note, as_of,
    saved_at (UTC epoch seconds), data_version, is_same_data."""
    names = ("name", "version", "author", "note", "as_of", "saved_at", "data_version")
    with store.read() as connection:
        keys, now = clinics_in_sight(connection, actor), read_data_version(connection)
        rows = [row for row in cohorts.read_saved_cohorts(connection) if _is_seen(row, keys)]
    listed = [
        {"cohort_key": row["id"], **{name: row[name] for name in names}, "as_of": _clock.day_of(row["as_of"])}
        for row in rows
    ]
    found = pd.DataFrame(listed, columns=["cohort_key", *names])
    return found.assign(is_same_data=found["data_version"] == now)


@permitted(Permission.SEE_RESEARCH)
def load_cohort(actor: Actor, store: Store, cohort_key: int) -> LoadedCohort:
    """Raises NotFoundError, with the same words for one of another clinic."""
    with store.read() as connection:
        saved = _read_saved(connection, actor, cohort_key)
        now = draw_cohort(connection, actor, saved.cohort.criteria)
    return LoadedCohort(saved, now, compare_cohorts(saved.cohort, now))


@permitted(Permission.SEE_RESEARCH)
def compare_saved(
    actor: Actor, store: Store, before: int, after: int
) -> tuple[SavedCohort, SavedCohort, Comparison]:
    """Two saved cohorts (keys), each as it was when it was saved. Raises NotFoundError."""
    with store.read() as connection:
        first, second = (_read_saved(connection, actor, key) for key in (before, after))
    return first, second, compare_cohorts(first.cohort, second.cohort)


def _is_seen(row: Mapping[str, Any], keys: Mapping[str, int]) -> bool:
    return set(parse_criteria(row["criteria"]).clinics) <= set(keys)


def _read_saved(connection: Transaction, actor: Actor, key: int) -> SavedCohort:
    row = cohorts.read_saved_cohort(connection, key)
    if row is None or not _is_seen(row, clinics_in_sight(connection, actor)):
        raise NotFoundError("No cohort was found at this address.")
    criteria = parse_criteria(row["criteria"], row["name"])
    steps, patients = parse_steps(row["steps"])
    drawn = Drawn(row["data_version"], row["policy_version"], _clock.day_of(row["as_of"]), criteria.clinics)
    about = {name: row[name] for name in ("name", "version", "author", "note", "saved_at")}
    return SavedCohort(int(row["id"]), cohort=Cohort(criteria, drawn, steps, patients), **about)
