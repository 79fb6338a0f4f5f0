"""A Dask cluster on this machine: a scheduler and workers, each a process of its own, as docs/scaling.md starts them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from serving import free_port

from lib import settings

DASK = str(Path(sys.executable).with_name("dask"))


@dataclass
class Cluster:
    """workers: their processes; one that is killed does not come back."""

    address: str
    workers: list[subprocess.Popen]

    def kill(self, number: int) -> None:
        self.workers[number].kill()
        self.workers[number].wait()


@contextmanager
def start_cluster(database: str, n_workers: int, folder: Path) -> Iterator[Cluster]:
    """Workers of one thread that read this store."""
    address = f"tcp://127.0.0.1:{free_port()}"
    plain = ["--no-dashboard", "--protocol", "tcp"]
    surroundings = {**os.environ, "DATABASE_URL": database, "PYTHONPATH": str(settings.ROOT)}
    with (folder / "dask.log").open("ab") as log:

        def start(*words: str) -> subprocess.Popen:
            return subprocess.Popen([DASK, *words], cwd=folder, env=surroundings, stdout=log, stderr=log)

        host, port = ["--host", "127.0.0.1"], ["--port", address.rpartition(":")[2]]
        scheduler = start("scheduler", *plain, *host, *port)
        single = ["--nthreads", "1", "--nworkers", "1", "--no-nanny", "--local-directory", str(folder)]
        # What a first task would import.
        single += ["--preload", "lib.services._recomputing"]
        workers = [start("worker", address, *plain, *host, *single) for _ in range(n_workers)]
    try:
        _wait_for_workers(address, n_workers)
        yield Cluster(address, workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def _wait_for_workers(address: str, n_workers: int) -> None:
    from distributed import Client

    for _ in range(600):
        try:
            with Client(address, timeout=1) as client:
                return client.wait_for_workers(n_workers, timeout=60)
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)
