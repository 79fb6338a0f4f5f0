"""How fast many assessments leave as a file, beside pandas' own to_csv of the same rows, and in how much memory: `make bench`.

It measures and prints; it judges nothing.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from import_files import ROOT, run, write_files

from lib.research.choices import Privacy
from lib.services import exports, imports, stores
from lib.services.access import local_actor
from lib.services.exports import Order

ACTOR = local_actor("bench")
ORDER = Order(("assessments",), privacy=Privacy.IDENTIFIED)
# What is timed; of pandas, once with its own types, where a missing answer makes a column of decimals.
EXPORT, PLAIN, TYPED = (
    "export, from the store",
    "pandas to_csv, read by pandas",
    "pandas to_csv, typed by the export",
)
# Memory is measured of a few and of all: what streams takes the same.
FEW = 4


def make_store(folder: Path, n_forms: int) -> str:
    """A store of so many forms, in a folder that is there; its address."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'clinic.sqlite'}"
    store = stores.create_store(ACTOR, url)
    instruments = ["PHQ-9", "GAD-7"]
    stores.init_clinic(ACTOR, store, "main", name="Main", time_zone="UTC", instruments=instruments)
    files = [(path.name, path.read_bytes()) for path in write_files(folder, n_forms)]
    imports.import_files(ACTOR, store, files)
    store.engine.dispose()
    return url


def take_time(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds that passed, and those of the processor, which a machine that is shared tells more fairly."""
    began, worked = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - began, time.process_time() - worked


def measure_speed(url: str, folder: Path, n_runs: int) -> dict[str, tuple[float, float]]:
    """Seconds, and seconds of the processor, of the export, from the store to the file, and of pandas' to_csv of the same rows,
    in memory already: as pandas itself reads them, and with the types that the export gives them. The best of some runs of each,
    one after the other."""
    store = stores.open_store(ACTOR, url)
    with exports.open_export(ACTOR, store, ORDER) as export:
        typed = pd.concat(export.tables[0].read(), ignore_index=True)
    typed.to_csv(folder / "pandas.csv", index=False)
    plain = pd.read_csv(folder / "pandas.csv", dtype={"patient_id": str})
    seconds: dict[str, list[tuple[float, float]]] = {EXPORT: [], PLAIN: [], TYPED: []}
    for number in range(n_runs):
        out = folder / f"out-{number}"
        seconds[EXPORT].append(take_time(partial(exports.write_folder, ACTOR, store, ORDER, out)))
        for name, rows in ((PLAIN, plain), (TYPED, typed)):
            seconds[name].append(take_time(partial(rows.to_csv, folder / "pandas.csv", index=False)))
    return {
        name: (min(passed for passed, _ in taken), min(worked for _, worked in taken))
        for name, taken in seconds.items()
    }


def measure_memory(url: str, folder: Path) -> float:
    """MB of `python -m lib export`, at their highest."""
    words = ("export", "--database", url, "--class", "identified", "--tables", "assessments", folder)
    return run((sys.executable, "-m", "lib", *words))[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    os.chdir(ROOT)
    load = os.getloadavg()[0]
    with TemporaryDirectory() as name:
        folder = Path(name)
        # In a process of its own: one that is started has at least as much memory, by the system's count, as who starts it.
        with ProcessPoolExecutor(1, get_context("spawn")) as other:
            sizes = {"few": options.forms // FEW, "every": options.forms}
            few, every = (other.submit(make_store, folder / name, n).result() for name, n in sizes.items())
        memory = [measure_memory(url, folder / f"memory-{place}") for place, url in enumerate((few, every))]
        seconds = measure_speed(every, folder, options.runs)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} before\n")
    print(
        f"{options.forms:,} assessments{'':<28}{'s':>8}{'rows/s':>12}{'of pandas':>11}{'CPU s':>8}{'of pandas':>11}"
    )
    for name, (taken, worked) in seconds.items():
        of_passed, of_worked = (seconds[name][at] / seconds[EXPORT][at] for at in (0, 1))
        beside, by_cpu = ("", "") if name == EXPORT else (f"{of_passed:.2f}", f"{of_worked:.2f}")
        rate = options.forms / taken
        print(f"{name:<44}{taken:8.3f}{rate:12,.0f}{beside:>11}{worked:8.3f}{by_cpu:>11}")
    print(f"\nMB of the export: {memory[0]:.0f} of a quarter of them, {memory[1]:.0f} of all")


if __name__ == "__main__":
    main()
