"""A shared store worked out anew by one process, by one Dask worker, by two, and by two of whom one is killed; and its histories
in bulk. What each run keeps must be the same, row for row. It judges no time.

PYTHONPATH=.:tests:tests/bench:tests/browser:tests/clinical python tests/bench/recompute.py --patients 10000
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd
import shared_server
from big_clinic import make_big_clinic
from clinic_files import ACTOR
from dask_cluster import Cluster, start_cluster
from load import FOLDER, processor_s

from lib.services import recomputing, stores
from lib.services._histories import load_histories
from lib.services._refresh import current_policy
from lib.services.errors import Store
from lib.store import bulk, derived
from lib.store._known_rows import WORKED_OUT
from lib.store.derived_tables import flag_log, standing
from lib.store.people import read_keys
from lib.store.records import read_frame

# Many for each worker, so that none waits long for another at the end of a step.
PATIENTS_A_PART = 500
TABLES = (*WORKED_OUT, flag_log)


def read_kept(store: Store) -> list[pd.DataFrame]:
    with store.read() as connection:
        return [read_frame(connection, table.select()) for table in TABLES]


def measure(
    store: Store,
    cluster: Cluster | None,
    processes: Sequence[int],
    report: Callable[[str, float], None] = lambda _, __: None,
) -> str:
    """Seconds: wall, and of the processor of the busiest process; of all parts together, computing with reading, and writing."""
    spent = [processor_s(process) for process in processes]
    begun = time.perf_counter()
    scheduler = cluster.address if cluster else ""
    done = recomputing.recompute(ACTOR, store, scheduler, part_size=PATIENTS_A_PART, report=report)
    took = time.perf_counter() - begun
    busiest = max(
        processor_s(process) - before
        for process, before in zip(processes, spent, strict=True)
        if Path(f"/proc/{process}/stat").exists()
    )
    return f"{took:10.1f}{busiest:12.1f}{done.computing:12.1f}{done.writing:12.1f}"


def measure_cluster(store: Store, n_workers: int, folder: Path, *, kills_one: bool = False) -> str:
    with start_cluster(store.url, n_workers, folder) as cluster:
        alive = list(range(n_workers))

        def follow(step: str, share: float) -> None:
            if kills_one and share > 0.3 and len(alive) == n_workers:
                cluster.kill(alive.pop())

        return measure(store, cluster, [one.pid for one in cluster.workers], follow)


def measure_bulk(store: Store) -> None:
    """Whole histories out by COPY, and kept rows in."""
    with store.trial() as connection:
        policy, everyone = current_policy(connection), read_keys(connection)
        rows = read_frame(connection, standing.select())
        ways = {
            "versions of forms, read whole": lambda: len(bulk.read_form_versions(connection, None)),
            "histories of everybody, read and scored": lambda: len(
                load_histories(connection, policy, None).phq9_forms
            ),
            "rows of standing, taken out and put in": lambda: (
                derived.replace_rows(connection, standing, everyone, rows),
                len(rows),
            )[1],
        }
        for name, way in ways.items():
            begun, spent = time.perf_counter(), time.process_time()
            n_rows = way()
            took, spent = time.perf_counter() - begun, time.process_time() - spent
            print(f"{name:42}{n_rows:10,} rows{took:8.2f} s{spent:8.2f} s of this process", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the files of big clinics are kept")
    parser.add_argument("--store", default="", metavar="URL", help="a shared store that is there already")
    options = parser.parse_args()
    # A shared store has no file beside it.
    os.environ.setdefault("AUDIT_KEY", "5" * 64)
    # PostgreSQL's own user reads its files here.
    folder = Path(mkdtemp(prefix="recompute-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        url = options.store
        if not url:
            stack.callback(shared_server.stop, folder)
            url = make_big_clinic(
                options.folder, options.patients, shared_server.new_database(shared_server.address(folder))
            )
        store = stores.open_store(ACTOR, url)
        measure_bulk(store)
        print(f"{'':28}{'wall s':>10}{'busiest s':>12}{'computing':>12}{'writing':>12}", flush=True)
        runs = {
            "one process": lambda: measure(store, None, [os.getpid()]),
            "one worker": lambda: measure_cluster(store, 1, folder),
            "two workers": lambda: measure_cluster(store, 2, folder),
            "two workers, one killed": lambda: measure_cluster(store, 2, folder, kills_one=True),
        }
        kept: list[pd.DataFrame] = []
        for name, run in runs.items():
            said, found = run(), read_kept(store)
            kept = kept or found
            is_same = all(one.equals(other) for one, other in zip(found, kept, strict=True))
            print(f"{name:28}{said}   {'the same rows' if is_same else 'OTHER ROWS'}", flush=True)
            if not is_same:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
