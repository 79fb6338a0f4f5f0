"""All that is kept beside the records, worked out anew: on this machine, or spread over a cluster."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from secrets import token_hex

from lib.services._audit import Act, writing
from lib.services._cluster import spread_tasks
from lib.services._histories import PATIENTS_A_PART
from lib.services._quality_records import keep_counts
from lib.services._recomputing import RUNNING, Done, Step, Task, do_task
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.engine import Store, StoreError, Transaction
from lib.store.people import read_keys

__all__ = ["PATIENTS_A_PART"]

Report = Callable[[str, float], None]


@dataclass(frozen=True)
class Recomputed:
    """computing, writing: seconds of all ranges together. n_again: ranges during which somebody changed the store."""

    n_patients: int
    n_parts: int
    n_again: int
    computing: float
    writing: float


@permitted(Permission.MANAGE_STORE)
def recompute(
    actor: Actor,
    store: Store,
    scheduler: str = "",
    *,
    part_size: int = PATIENTS_A_PART,
    report: Report = lambda _, __: None,
) -> Recomputed:
    """Work out anew what is kept of everybody, as a refresh does, and count the day's data quality, while others read and write.
    scheduler: of a Dask cluster, like tcp://host:8786; without one this process does it. report: what is done, and the share.
    Raises StoreError."""
    if scheduler and store.is_sqlite:
        raise StoreError(
            "A store that a cluster's machines share is PostgreSQL; a file is recomputed without --scheduler."
        )
    run, size = token_hex(8), max(part_size, 1)
    with store.write() as connection:
        keys, as_of = read_keys(connection), today(connection)
        derived.write_about(connection, **{RUNNING: run})
    ranges = [keys[start : start + size] for start in range(0, len(keys), size)]
    done: list[Done] = []
    for step in Step:
        tasks = [Task(run, step, as_of, part[0], part[-1]) for part in ranges]
        here = (do_task(task, store) for task in tasks)
        done += _follow(step, spread_tasks(scheduler, tasks) if scheduler and tasks else here, tasks, report)
    of_patients = done[len(ranges) :]
    result = Recomputed(
        sum(one.n_patients for one in of_patients),
        len(ranges),
        sum(one.is_again for one in done),
        sum(one.computing for one in done),
        sum(one.writing for one in done),
    )
    detail = {"n_patients": result.n_patients, "n_parts": result.n_parts}
    with writing(actor, store, Act.RECOMPUTE, detail=detail) as connection:
        _end(connection, run, flags_as_of=as_of.isoformat())
    # With it a day has begun: whoever looks first has nothing to wait for.
    keep_counts(store)
    return result


def _follow(step: Step, results: Iterable[Done], tasks: Sequence[Task], report: Report) -> list[Done]:
    done = []
    report(step.value, 0.0)
    for one in results:
        done.append(one)
        report(step.value, len(done) / len(tasks))
    return done


def _end(connection: Transaction, run: str, **about: str) -> None:
    if derived.read_about(connection).get(RUNNING) != run:
        raise StoreError("Another recomputation has begun meanwhile; it goes on.")
    derived.write_about(connection, **{RUNNING: ""}, **about)
