"""Ranges of patients, spread over the workers of a Dask scheduler: it deals them out, and again where a worker has died."""

from collections.abc import Iterator, Sequence

from lib.services._recomputing import Done, Task, do_on_worker
from lib.store.engine import StoreError

# Whoever starts scheduler and workers together is not refused; nobody waits for a worker that nobody started.
WAITS_S = 60


def spread_tasks(scheduler: str, tasks: Sequence[Task]) -> Iterator[Done]:
    """In the order in which they are done. Raises StoreError, or what a task raised, where it cannot go on."""
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise StoreError("--scheduler needs Dask: pip install -r requirements-cluster.txt") from error
    with Client(scheduler, timeout=WAITS_S) as client:
        try:
            client.wait_for_workers(1, timeout=WAITS_S)
        except TimeoutError as error:
            raise StoreError(f"The scheduler at {scheduler} has no worker: docs/scaling.md") from error
        # What a task writes is the same each time it is done, and never a thing to remember.
        futures = client.map(do_on_worker, tasks, pure=False)
        for _, done in as_completed(futures, with_results=True):
            yield done
