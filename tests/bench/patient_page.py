"""How long the patient page takes: `make bench`. It measures and prints; it judges nothing."""

import argparse
import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from big_clinic import LONG, N_LONG, make_big_clinic
from clinic_files import ACTOR
from serving import serve
from timed_server import PARTS, RUN
from visitor import ANSWER, Timing, Visitor, arrive

from lib.services import stores
from lib.store import derived
from lib.store.engine import Store
from lib.ui.patient_sections import SECTIONS

ROOT = Path(__file__).resolve().parents[2]

# long-00 is the first patient of the first file.
FIRST_LONG, FIRST_OTHER = 1, N_LONG + 1
Rows = dict[str, list[Timing]]


def measure(url: str, n_runs: int) -> Rows:
    """By what was done, what each run took."""
    store = stores.open_store(ACTOR, url)
    with TemporaryDirectory() as folder:
        timings = Path(folder) / "timings.jsonl"
        command = [sys.executable, str(ROOT / "tests" / "bench" / "timed_server.py"), str(timings)]
        with (
            serve(url, Path(folder), command) as address,
            arrive(address, timings) as visitor,
        ):
            return dict(_measure(visitor, store, n_runs))


def _measure(visitor: Visitor, store: Store, n_runs: int) -> Iterator[tuple[str, list[Timing]]]:
    def open_each(first: int, n: int) -> list[Timing]:
        return [visitor.visit("patient", patient=first + number) for number in range(n)]

    yield "the first page after a start", open_each(FIRST_LONG, 1)
    yield "long history, first open", open_each(FIRST_LONG + 1, min(n_runs, N_LONG - 1))
    yield "long history, again", _repeat(lambda: visitor.visit("patient", patient=FIRST_LONG), n_runs)
    for slug in SECTIONS:
        yield (
            f"  again, section “{slug}”",
            _repeat(lambda slug=slug: visitor.visit("patient", patient=FIRST_LONG, section=slug), n_runs),
        )
    yield "another patient, first open", open_each(FIRST_OTHER, n_runs)
    yield "another patient, again", open_each(FIRST_OTHER, n_runs)
    yield (
        "long history, records changed",
        _repeat(lambda: visitor.visit("patient", patient=FIRST_LONG), n_runs, lambda: _change(store)),
    )


def _repeat(
    run: Callable[[], Timing], n_runs: int, before: Callable[[], None] = lambda: None
) -> list[Timing]:
    """Once unmeasured, so that what is kept is kept; then measured."""
    run()
    timings = []
    for _ in range(n_runs):
        before()
        timings.append(run())
    return timings


def _change(store: Store) -> None:
    """Something is saved by somebody else; whatever was kept for the state before is out of date."""
    with store.write() as connection:
        derived.write_about(connection, bench=str(os.urandom(8).hex()))


def report(rows: Rows) -> str:
    """The table: milliseconds as median, and from the shortest to the longest run."""
    done = [f"{'milliseconds of the script':<34}{'median':>8}{'min':>8}{'max':>8}{'runs':>6}{'answer':>8}"]
    for name, runs in rows.items():
        took = [run[RUN] for run in runs]
        answer = statistics.median(run[ANSWER] for run in runs)
        done.append(
            f"{name:<34}{statistics.median(took):8.1f}{min(took):8.1f}{max(took):8.1f}{len(runs):6}{answer:8.1f}"
        )
    parts = [f"\n{'of it, median':<34}{'again':>8}{'first':>8}{'changed':>8}"]
    shown = [rows[f"long history, {which}"] for which in ("again", "first open", "records changed")]
    for name in (*PARTS, RUN):
        medians = [statistics.median(run.get(name, 0) for run in runs) for runs in shown]
        parts.append(f"{name:<34}" + "".join(f"{median:8.1f}" for median in medians))
    return "\n".join([*done, *parts])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=40, help="of each kind; the median is printed")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "data" / "bench", help="where the store is kept"
    )
    options = parser.parse_args()
    url = make_big_clinic(options.folder, options.patients)
    n_forms = LONG["PHQ-9"] + LONG["GAD-7"]
    print(
        f"{options.patients:,} patients; a long history is {n_forms} assessments and {LONG['dosing_sessions']} "
        f"dosing sessions. Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n"
    )
    print(report(measure(url, options.runs)))


if __name__ == "__main__":
    main()
