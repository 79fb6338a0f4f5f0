"""What is kept of all patients, worked out a range of keys at a time, wherever the store can be reached.

Everything is computed outside of the transaction that writes it, so that ranges wait for each other's writing alone. When
somebody has changed the store in between, a range is computed again where nobody else can write. What it writes is what a refresh
at that moment would write, so a range may be done twice, or by somebody else when its worker has died.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from time import perf_counter

from lib import settings
from lib.clinical.reference import nobody
from lib.services._clock import day_number
from lib.services._derived_rows import Look, derive_part, save_part
from lib.services._histories import load_histories
from lib.services._reference import derive_from, describe_reference, recall_reference
from lib.services._refresh import current_policy
from lib.store import bulk, derived
from lib.store.derived_tables import reference_score
from lib.store.engine import Store, StoreError, Transaction, count_changes
from lib.store.records import read_patients
from lib.store.schema import check_version

# What the store says of a recomputation that has begun: its number; nothing when it is over.
RUNNING = "recomputing"


class Step(StrEnum):
    """Whom courses are held against comes first: with it every patient is looked at."""

    REFERENCE = "whom courses are held against"
    STANDING = "standings and flags"


@dataclass(frozen=True)
class Task:
    """A range of patient keys, both ends in it. run: the number of the recomputation."""

    run: str
    step: Step
    as_of: date
    first: int
    last: int


@dataclass(frozen=True)
class Done:
    """What a range took, in seconds: computing with reading, and writing with waiting for other writers. is_again: the store was
    changed meanwhile, and the range was computed a second time, while writing."""

    n_patients: int
    computing: float
    writing: float
    is_again: bool


def do_task(task: Task, store: Store) -> Done:
    """Raises StoreError where the store knows of no such recomputation, or stands at a later day."""
    begun = perf_counter()
    with store.read() as connection:
        seen, part = count_changes(connection), _read_part(connection, task)
        save = _STEPS[task.step](connection, task, part)
    computed = perf_counter()
    with store.keep() as connection:
        is_again = count_changes(connection) != seen
        if is_again:
            part = _read_part(connection, task)
            save = _STEPS[task.step](connection, task, part)
        save(connection)
    return Done(len(part), computed - begun, perf_counter() - computed, is_again)


def do_on_worker(task: Task) -> Done:
    """The same in another process, in the store that its own surroundings name: no password travels with a task."""
    return do_task(task, _own_store())


@lru_cache(maxsize=1)
def _own_store() -> Store:
    store = Store(settings.database_url(), settings.database_key()).acting_for(None)
    check_version(store)
    return store


def _read_part(connection: Transaction, task: Task) -> list[int]:
    """The keys of its patients."""
    about = derived.read_about(connection)
    if about.get(RUNNING) != task.run:
        raise StoreError("Another recomputation has begun, or DATABASE_URL of a worker names another store.")
    if about.get("flags_as_of", "") > task.as_of.isoformat():
        raise StoreError("The store was brought to a later day meanwhile. Begin again.")
    return sorted(
        read_patients(connection, range(task.first, task.last + 1), with_merged=True)["patient_key"].tolist()
    )


Save = Callable[[Transaction], None]


def _derive_reference(connection: Transaction, task: Task, part: list[int]) -> Save:
    """What these patients bring to it."""
    policy = current_policy(connection)
    brought = nobody()
    if bulk.has_sessions(connection, part):
        brought = derive_from(load_histories(connection, policy, part), day_number(task.as_of), policy)
    rows = describe_reference(brought)
    return lambda writer: derived.replace_rows(writer, reference_score, part, rows)


def _derive_standing(connection: Transaction, task: Task, part: list[int]) -> Save:
    policy = current_policy(connection)
    loaded = load_histories(connection, policy, part)
    look = Look(day_number(task.as_of), policy, recall_reference(connection, loaded.clinic_of, policy))
    rows = derive_part(connection, part, loaded, look)
    return lambda writer: save_part(writer, part, rows, look)


_STEPS = {Step.REFERENCE: _derive_reference, Step.STANDING: _derive_standing}
