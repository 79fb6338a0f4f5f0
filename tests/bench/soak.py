"""Many people at once for a long time: visitors that go from page to page, and an import a minute. What the server's memory, open
files, threads, the store's log and the server's own log do meanwhile: one line a look, and what it comes to at the end.

PYTHONPATH=.:tests:tests/bench:tests/browser:tests/clinical python tests/bench/soak.py --minutes 30
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from big_clinic import make_big_clinic
from clinic_files import ACTOR, to_csv
from serving import serve
from visitor import arrive

from lib import settings
from lib.services import caseload, stores
from lib.store import derived

PAGES = (
    "",
    "caseload",
    "patient",
    "patient",
    "patient",
    "clinic_outcomes",
    "data_quality",
    "dosing_next",
    "rules",
    "operations",
)
N_PATIENTS = 400
# Seconds: of somebody who reads a page, between two looks at the server, between two imports.
READS, LOOKS, IMPORTS = (2.0, 6.0), 10, 60
# Of the whole time, the part after which everything has been loaded once.
WARM_UP = 0.2


@dataclass
class Soak:
    """answers: milliseconds. looks: seconds since the start, MB in memory, open files, threads, MB of the store's log, bytes of
    the server's."""

    url: str
    patients: list[str]
    stop: Event = field(default_factory=Event)
    answers: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    looks: list[tuple[float, ...]] = field(default_factory=list)
    n_imports: int = 0

    def visit(self, address: str, number: int) -> None:
        """One visitor, who comes back in a new session every twenty pages."""
        chance = random.Random(number)
        while not self.stop.is_set():
            try:
                with arrive(address, Path(os.devnull)) as visitor:
                    for _ in range(20):
                        page = chance.choice(PAGES)
                        words = {"patient": chance.randrange(1, N_PATIENTS)} if page == "patient" else {}
                        self.answers.append(visitor.ask(page, **words))
                        if self.stop.wait(chance.uniform(*READS)):
                            return
            except Exception as error:
                self.err(f"visitor {number}: {type(error).__name__} {error}")
                self.stop.wait(1)

    def bring_in(self, folder: Path) -> None:
        """A form of everybody, of another day each minute."""
        while not self.stop.wait(IMPORTS if self.n_imports else 5):
            day = f"{2000 + self.n_imports // 28}-01-{self.n_imports % 28 + 1:02d}"
            items = {f"item_{n}": "1" for n in range(1, 10)}
            rows = [
                {"patient_id": who, "instrument": "PHQ-9", "assessed_at": day, **items}
                for who in self.patients
            ]
            file = folder / f"{day}.csv"
            file.write_bytes(to_csv(rows))
            command = [sys.executable, "-m", "lib", "import", "--made-up", "--database", self.url, str(file)]
            done = subprocess.run(command, cwd=settings.ROOT, capture_output=True, text=True, check=False)
            self.n_imports += 1
            if done.returncode == 2:
                self.err(f"import of {day}: {done.stderr.strip()}")

    def err(self, what: str) -> None:
        self.errors.append(what[:200])
        print(what[:200], flush=True)

    def look(self, process: int, begun: float, store: Path, log: Path) -> None:
        status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
        wal = store.with_name(f"{store.name}-wal")
        found = (
            time.monotonic() - begun,
            int(status["VmRSS"].split()[0]) / 1024,
            len(os.listdir(f"/proc/{process}/fd")),
            int(status["Threads"]),
            wal.stat().st_size / 1e6 if wal.exists() else 0.0,
            log.stat().st_size,
        )
        self.looks.append(found)
        print(
            "{:6.0f} s  {:7.1f} MB  {:4d} files  {:3d} threads  {:6.2f} MB of log  {:6d} bytes said".format(
                *found
            ),
            flush=True,
        )


def run(minutes: float, n_visitors: int, folder: Path) -> Soak:
    url = make_big_clinic(folder, N_PATIENTS)
    store = stores.open_store(ACTOR, url)
    # The demo takes no files.
    with store.write() as connection:
        derived.write_about(connection, is_practice="yes")
    soak = Soak(url, sorted(set(caseload.read_status(ACTOR, store)["patient_id"])))
    with serve(url, folder) as address:
        (process,) = map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
        begun = time.monotonic()
        people = [Thread(target=soak.visit, args=(address, number)) for number in range(n_visitors)]
        people.append(Thread(target=soak.bring_in, args=(folder,)))
        for one in people:
            one.start()
        while time.monotonic() - begun < 60 * minutes:
            soak.look(process, begun, store.path, folder / "server.log")
            time.sleep(LOOKS)
        soak.stop.set()
        for one in people:
            one.join()
        soak.look(process, begun, store.path, folder / "server.log")
    return soak


def report(soak: Soak) -> int:
    """1 where there was an error, or memory grew by 10 % or more after everything had been loaded once."""
    after = [look for look in soak.looks if look[0] >= WARM_UP * soak.looks[-1][0]]
    third = max(1, len(after) // 3)
    first, last = (statistics.median(look[1] for look in part) for part in (after[:third], after[-third:]))
    growth = 100 * (last / first - 1)
    ordered = sorted(soak.answers)
    print(f"pages {len(ordered):,}, imports {soak.n_imports}, errors {len(soak.errors)}")
    print(
        f"answer: half within {ordered[len(ordered) // 2]:.0f} ms, 95 % within {ordered[int(0.95 * len(ordered))]:.0f} ms"
    )
    print(f"memory after the warm-up: first third {first:.0f} MB, last third {last:.0f} MB, {growth:+.1f} %")
    print(
        f"open files at most {max(look[2] for look in after)}, log of the store at most {max(look[4] for look in after):.1f} MB"
    )
    return int(bool(soak.errors) or growth >= 10)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--visitors", type=int, default=20)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        return report(run(options.minutes, options.visitors, Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
