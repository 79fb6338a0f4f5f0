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


def take_time(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def measure_speed(url: str, folder: Path, n_runs: int) -> tuple[float, float]:
    """Seconds of the export, from the store to the file, and of pandas' to_csv of the same frame, which is in memory already; the
    best of some runs of each, one after the other."""
    store = stores.open_store(ACTOR, url)
    with exports.open_export(ACTOR, store, ORDER) as export:
        rows = pd.concat(export.tables[0].read(), ignore_index=True)
    own, pandas = [], []
    for number in range(n_runs):
        own.append(take_time(lambda: exports.write_folder(ACTOR, store, ORDER, folder / f"out-{number}")))  # noqa: B023
        pandas.append(take_time(lambda: rows.to_csv(folder / "pandas.csv", index=False)))
    return min(own), min(pandas)


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
        own, pandas = measure_speed(every, folder, options.runs)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} before\n")
    print(f"{'':<44}{'s':>8}{'rows/s':>12}{'MB':>8}")
    print(
        f"{f'export of {options.forms:,} assessments':<44}{own:8.3f}{options.forms / own:12,.0f}{memory[1]:8.0f}"
    )
    print(f"{f'export of {options.forms // FEW:,}':<64}{memory[0]:8.0f}")
    print(f"{'pandas to_csv of the same rows, in memory':<44}{pandas:8.3f}{options.forms / pandas:12,.0f}")
    print(f"{'rows/s beside those of pandas':<52}{pandas / own:12.2f}")


if __name__ == "__main__":
    main()
