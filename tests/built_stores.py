"""Stores that many tests begin with: each is built once in a run of the tests, and every test gets a copy of its own.

What is built may depend on the day and on the policy, never on who asks: the key names all that it depends on.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import shared_server

from lib import settings
from lib.services import _clock
from lib.services.errors import Store

# Where the processes of one run find what any of them has built; the first one names it and removes it.
_FOLDER = "TESTS_BUILT_STORES"


def open_shared_folder() -> Path | None:
    """The folder of this run, if this process is the one that made it."""
    if _FOLDER in os.environ:
        return None
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="built-stores-")
    return Path(os.environ[_FOLDER])


def close_shared_folder(folder: Path) -> None:
    os.environ.pop(_FOLDER, None)
    shared_server.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


def copy_of(key: object, path: Path, build: Callable[[str], Store]) -> Store:
    """The store that `build` makes at the address it is given, at `path`. key: what it is and all that it depends on, but for the
    day and the policy file."""
    # The bench is no run of tests.
    if _FOLDER not in os.environ:
        return build(f"sqlite:///{path}")
    policy = settings.POLICY_FILE.read_bytes()
    digest = sha256(repr((key, _clock.now().date(), sha256(policy).digest())).encode()).hexdigest()[:24]
    if shared_server.is_asked_for():
        return Store(shared_server.copy_of(Path(os.environ[_FOLDER]), digest, build))
    shutil.copyfile(_built(digest, build), path)
    return Store(f"sqlite:///{path}")


def _built(digest: str, build: Callable[[str], Store]) -> Path:
    folder = Path(os.environ[_FOLDER])
    finished = folder / f"{digest}.sqlite"
    if finished.exists():
        return finished
    with (folder / f"{digest}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            unfinished = folder / f"{digest}-unfinished.sqlite"
            # The last connection that closes leaves everything in the file itself.
            build(f"sqlite:///{unfinished}").engine.dispose()
            assert not unfinished.with_name(unfinished.name + "-wal").exists()
            unfinished.rename(finished)
    return finished
