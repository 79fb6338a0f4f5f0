"""The PostgreSQL of one run of the tests: started when the first test asks for it, one for all processes; every store that a test
gets is a database of its own, a copy of one that was built once."""

import fcntl
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from lib.services.errors import Store

SCRIPT = Path(__file__).parent / "postgresql.sh"
# Which database new stores of tests lie in; without it SQLite.
_ASKED = "TESTS_STORE"
_numbers = count(1)


def is_asked_for() -> bool:
    return os.environ.get(_ASKED) == "postgresql"


@contextmanager
def asked_for(engine: str) -> Iterator[None]:
    """Within it, new stores of tests lie in this database: sqlite or postgresql."""
    before = os.environ.get(_ASKED)
    os.environ[_ASKED] = engine
    try:
        yield
    finally:
        if before is None:
            del os.environ[_ASKED]
        else:
            os.environ[_ASKED] = before


def address(folder: Path, *settings: str) -> str:
    """Of the server whose files are in the folder, without a database's name; started if it is not there yet."""
    said = folder / "postgresql.url"
    with (folder / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            # The server does not hold on to what its starter has open.
            command = [
                "bash",
                str(SCRIPT),
                "start",
                str(folder.parent / f"{folder.name}-postgresql"),
                *settings,
            ]
            said.write_text(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return said.read_text().strip().rpartition("/")[0]


def stop(folder: Path) -> None:
    if (folder / "postgresql.url").exists():
        command = ["bash", str(SCRIPT), "stop", str(folder.parent / f"{folder.name}-postgresql")]
        subprocess.run(command, check=True)


def new_database(server: str, *, like: str = "template0") -> str:
    """The address of a new database, a copy of another one that nobody is connected to."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE {like}")
    return f"{server}/{name}"


def copy_of(folder: Path, digest: str, build: Callable[[str], Store]) -> str:
    """The address of a copy of the store that `build` makes, which is built once in a run."""
    server, name = address(folder), f"built_{digest}"
    finished = folder / f"{name}.postgresql"
    with (folder / f"{digest}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            _run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            _run(server, f"CREATE DATABASE {name} TEMPLATE template0")
            build(f"{server}/{name}")
            # Whoever built it may have opened it more than once, and what is copied is open to nobody.
            _run(server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            finished.touch()
    return new_database(server, like=name)


def _run(server: str, statement: str) -> None:
    plain = server.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
        connection.execute(statement)
