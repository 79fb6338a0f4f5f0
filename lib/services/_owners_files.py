"""Files beside a store that only its owner may read: written to the end, and on the disk before anything goes on."""

import os
from pathlib import Path


def append(path: Path, text: str) -> None:
    """At the end of the file, which is made if there is none."""
    _write(path, text, os.O_APPEND)


def write_new(path: Path, text: str) -> None:
    """Raises FileExistsError rather than to write over anything."""
    _write(path, text, os.O_EXCL)


def _write(path: Path, text: str, how: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
