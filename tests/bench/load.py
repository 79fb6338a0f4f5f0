"""Clinicians at work on one server: each filters the queue, turns its page, opens a patient and looks at outcomes, and reads for
some seconds after each. How long the script takes as they see it, errors, and the server's memory, for each number of them.

PYTHONPATH=.:tests:tests/bench:tests/browser:tests/clinical python tests/bench/load.py --patients 100000 --clinicians 20 50
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from big_clinic import make_big_clinic
from clinic_files import ACTOR
from serving import serve
from visitor import Visitor, arrive

from lib import settings
from lib.services import review, stores

FOLDER = settings.ROOT / "data" / "bench"
QUEUE, FILTERED, NEXT, PATIENT, OUTCOMES = "queue", "filter", "next page", "patient", "outcomes"
STEPS = (FILTERED, NEXT, PATIENT, NEXT, PATIENT, OUTCOMES)
CARDS = ("safety-now", "dose-review", "watch", "not-seen")
ALL = "all"


@dataclass
class Work:
    """answers: by step, milliseconds from asking until the last message is here, once everybody has come."""

    thinks: float
    patients: list[int]
    clinics: list[str]
    stop: Event = field(default_factory=Event)
    has_begun: Event = field(default_factory=Event)
    answers: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def go_on(self, address: str, number: int) -> None:
        """One clinician in one session, until it is over."""
        chance = random.Random(number)
        try:
            with arrive(address, Path(os.devnull)) as visitor:
                self._ask(visitor, QUEUE, "review_queue", {})
                for step, page, words in self._steps(chance):
                    if self.stop.wait(chance.uniform(0.5, 1.5) * self.thinks):
                        return
                    self._ask(visitor, step, page, words)
        except Exception as error:
            self.errors.append(f"clinician {number}: {type(error).__name__} {error}"[:200])

    def _ask(self, visitor: Visitor, step: str, page: str, words: dict[str, object]) -> None:
        took = visitor.ask(page, **words)
        if self.has_begun.is_set() and not self.stop.is_set():
            self.answers.setdefault(step, []).append(took)

    def _steps(self, chance: random.Random) -> Iterator[tuple[str, str, dict[str, object]]]:
        """From any of the steps on: fifty who all opened a patient at once, and then all the outcomes, were a wave."""
        chosen: dict[str, object] = {}
        number = 1
        for step in islice(cycle(STEPS), chance.randrange(len(STEPS)), None):
            if step == FILTERED:
                chosen, number = {"card": chance.choice(CARDS), "clinic": chance.choice(self.clinics)}, 1
                yield step, "review_queue", chosen
            elif step == NEXT:
                number += 1
                yield step, "review_queue", chosen | {"page": number}
            elif step == PATIENT:
                yield step, "patient", chosen | {"patient": chance.choice(self.patients)}
            else:
                yield step, "clinic_outcomes", {}


def memory_mb(process: int) -> float:
    """What it holds of the machine's memory."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def processor_s(process: int) -> float:
    parts = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def run(url: str, n_clinicians: int, options: argparse.Namespace, folder: Path) -> Work:
    """A server of its own; what it takes is printed."""
    store = stores.open_store(ACTOR, url)
    queue = review.read_queue(ACTOR, store).rows
    work = Work(
        options.think,
        [int(key) for key in queue["patient_key"].dropna().unique()],
        sorted(queue["clinic_id"].unique()),
    )
    with serve(url, folder) as address:
        (process,) = map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
        # Somebody was here before: what all share is loaded, and their session is over.
        with arrive(address, Path(os.devnull)) as first:
            for page in ("review_queue", "clinic_outcomes"):
                first.ask(page)
            first.ask("patient", patient=work.patients[0])
        time.sleep(2)
        before = memory_mb(process)
        people = [Thread(target=work.go_on, args=(address, number)) for number in range(n_clinicians)]
        for one in people:
            one.start()
            time.sleep(options.think / n_clinicians)
        time.sleep(2 * options.think)
        work.has_begun.set()
        begun, spent = time.monotonic(), processor_s(process)
        time.sleep(60 * options.minutes)
        took, spent = time.monotonic() - begun, processor_s(process) - spent
        after = memory_mb(process)
        work.stop.set()
        for one in people:
            one.join()
    report(work, n_clinicians)
    n_looks = sum(map(len, work.answers.values()))
    print(
        f"memory: {before:.0f} MB before anybody came, {after:.0f} MB in all, "
        f"{(after - before) / n_clinicians:.1f} MB a session\n"
        f"the server had {spent / took:.2f} processors, {1000 * spent / max(n_looks, 1):.0f} ms of them a look; "
        f"load of the machine {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return work


def report(work: Work, n_clinicians: int) -> None:
    print(f"\n{n_clinicians} clinicians, {work.thinks:g} s between two looks, {len(work.errors)} errors")
    print(f"{'':12}{'looks':>8}{'p50 ms':>10}{'p95 ms':>10}{'most':>10}")
    every = [one for answers in work.answers.values() for one in answers]
    for step, answers in {**work.answers, ALL: every}.items():
        if len(answers) > 1:
            # Inclusive: of few looks the slowest one, and nothing beyond it.
            parts = statistics.quantiles(answers, n=20, method="inclusive")
            print(f"{step:12}{len(answers):8,}{parts[9]:10.0f}{parts[18]:10.0f}{max(answers):10.0f}")
    for error in work.errors[:10]:
        print(error)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--clinicians", type=int, nargs="+", default=[20, 50])
    parser.add_argument("--think", type=float, default=5.0, metavar="SECONDS")
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where big stores are kept")
    options = parser.parse_args()
    # As `python -m lib serve` and `make run` do.
    settings.keep_memory_together()
    url = make_big_clinic(options.folder, options.patients)
    with TemporaryDirectory() as folder:
        works = [run(url, n_clinicians, options, Path(folder)) for n_clinicians in options.clinicians]
    return int(any(work.errors for work in works))


if __name__ == "__main__":
    sys.exit(main())
