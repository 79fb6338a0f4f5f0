"""A folder into which another system drops files: each is imported once; a log says what became of it, without a word of it."""

import json
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from lib.services import imports
from lib.services.access import Actor
from lib.services.errors import Store, StoreError, UnwritableError

# How long a file has to stay as it is before it is taken for complete.
_SETTLED_S = 2
# What other programs write into before they give a file its name.
_UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".tmp", ".swp", "~")

Sight = tuple[int, int]


@dataclass
class Watch:
    """A folder that is looked at again and again. done: files as they were when they had been dealt with; unanswered: digests of
    those that wait for somebody to say how they are read, which are tried at each look and logged once."""

    actor: Actor
    store: Store
    folder: Path
    log: TextIO
    create_patients: bool = False
    are_made_up: bool = False
    done: dict[Path, Sight] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)

    def look(self) -> int:
        """Import what is new and complete; how many files were dealt with."""
        before = dict(self._see())
        new = {path: sight for path, sight in before.items() if self.done.get(path) != sight}
        if not new:
            return 0
        time.sleep(_SETTLED_S)
        after = dict(self._see())
        files = dict(self._read([path for path, sight in new.items() if after.get(path) == sight]))
        dealt_with = self._import(files) if files else frozenset()
        self.done |= {path: new[path] for path in files if path in dealt_with}
        return len(dealt_with)

    def _see(self) -> Iterator[tuple[Path, Sight]]:
        """Files with size and time of change. What is no plain file of this folder is not followed anywhere."""
        for path in sorted(self.folder.iterdir()):
            if path.name.startswith(".") or path.name.lower().endswith(_UNFINISHED) or path.is_symlink():
                continue
            if path.is_file():
                seen = path.stat()
                yield path, (seen.st_size, seen.st_mtime_ns)

    def _read(self, paths: list[Path]) -> Iterator[tuple[Path, bytes]]:
        for path in paths:
            try:
                yield path, path.read_bytes()
            except OSError as error:
                self._write(path.name, outcome="cannot be read", error=type(error).__name__)

    def _import(self, files: dict[Path, bytes]) -> frozenset[Path]:
        """Together, so that patients come first; those that need not be looked at again."""
        digests = {path: sha256(data).hexdigest() for path, data in files.items()}
        known = imports.find_settled(self.actor, self.store, list(digests.values()))
        receipts = self._take(
            [(path.name, data) for path, data in files.items() if digests[path] not in known]
        )
        waiting = {receipt.sha256 for receipt in receipts if receipt.questions}
        for receipt in receipts:
            if receipt.sha256 not in self.unanswered & waiting:
                # No message and no name of a column, which may be a line of a file without a header.
                counts = {name: n for name, n in vars(receipt.counts).items() if name.startswith("n_")}
                said = {"sha256": receipt.sha256, "kind": receipt.kind, "outcome": receipt.outcome}
                self._write(receipt.file_name, **said, **counts)
        self.unanswered = waiting
        settled = known | {receipt.sha256 for receipt in receipts} - waiting
        return frozenset(path for path, digest in digests.items() if digest in settled)

    def _take(self, offered: list[tuple[str, bytes]]) -> list[imports.Receipt]:
        """One file that makes the importer stumble must not keep back the others; it is tried again at the next look."""
        try:
            return imports.import_files(
                self.actor,
                self.store,
                offered,
                create_patients=self.create_patients,
                are_made_up=self.are_made_up,
            )
        except UnwritableError as error:
            for name, _ in offered:
                self._write(name, outcome="failed", error=type(error).__name__)
            return []
        except StoreError:
            raise
        except Exception as error:
            if len(offered) > 1:
                return [receipt for one in offered for receipt in self._take([one])]
            self._write(offered[0][0], outcome="failed", error=type(error).__name__)
            return []

    def _write(self, file_name: str, **said: str | int) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        print(json.dumps({"at": at, "file": file_name, **said}), file=self.log, flush=True)


def watch(look: Watch, every_s: float, *, once: bool) -> None:
    """Until it is told to stop (SIGTERM, Ctrl-C), which ends after the file at hand. A busy store is asked again later."""
    stopped: list[int] = []
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda number, _: stopped.append(number))
    while not stopped:
        try:
            look.look()
        except (StoreError, OSError) as error:
            if once:
                raise
            print(f"import --watch: {error}", file=sys.stderr)
        if once:
            return
        waited = 0.0
        while waited < every_s and not stopped:
            time.sleep(min(0.5, every_s))
            waited += 0.5
