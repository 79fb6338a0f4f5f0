"""How long an import of new forms takes by how many are stored already: `make bench`. It measures and prints; it judges nothing.

The stores take turns, so that a busy machine is busy for each; each file brings one form to each of so many patients. They are
spread over the clinics of the first store, so that the same is touched in each and only what is stored differs; then over all.
"""

import argparse
import itertools
import os
import platform
import statistics
import time
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from big_store import ACTOR, FORMS_A_PATIENT, make_big_store, name_patient

from lib.services import imports
from lib.store.engine import Store

ROOT = Path(__file__).resolve().parents[2]
Seconds = tuple[float, float]
_ROW = "{:<28}{:>16}{:>9}{:>9}{:>15}{:>9}"


def write_new_forms(n_patients: int, n_new: int, salt: int) -> bytes:
    """assessments.csv with a PHQ-9 of yesterday for every so-manieth of the first patients; salt: no two files have a form in
    common."""
    day = date.today() - timedelta(days=1)
    lines = ["patient_id,instrument,assessed_at," + ",".join(f"item_{n}" for n in range(1, 10))]
    for number in range(n_new):
        patient = 1 + (number * n_patients // n_new + salt) % n_patients
        minute = f"{salt // 60 % 24:02d}:{salt % 60:02d}"
        lines.append(f"{name_patient(patient)},PHQ-9,{day}T{minute},1,2,1,{(number + salt) % 4},0,1,1,2,0")
    return "\n".join([*lines, ""]).encode()


def take_in(store: Store, n_patients: int, n_new: int, salt: int) -> Seconds:
    """Seconds of one import, by the wall's clock and the processor's."""
    data = write_new_forms(n_patients, n_new, salt)
    wall, cpu = time.perf_counter(), time.process_time()
    (receipt,) = imports.import_files(
        ACTOR, store, [(f"new-{salt}.csv", data)], takes_shrunk=True, are_made_up=True
    )
    seconds = time.perf_counter() - wall, time.process_time() - cpu
    assert receipt.counts.n_new == n_new, receipt
    return seconds


def measure(
    stores: dict[int, Store], n_patients: dict[int, int], n_new: int, salts: Iterable[int]
) -> dict[int, Seconds]:
    """By size the median of the rounds, one to a salt, after a first that is not counted. n_patients: by size, over whom a file
    is spread."""
    rounds = [
        {size: take_in(store, n_patients[size], n_new, salt) for size, store in stores.items()}
        for salt in salts
    ][1:]
    return {size: tuple(statistics.median(one[size][k] for one in rounds) for k in (0, 1)) for size in stores}


def print_table(name: str, found: dict[int, Seconds]) -> None:
    (first_wall, first_cpu), *_ = found.values()
    print("\n" + _ROW.format(name, "stored before", "wall s", "cpu s", "of the first", "by cpu"))
    for size, (wall, cpu) in found.items():
        ratios = f"{wall / first_wall:.2f}", f"{cpu / first_cpu:.2f}"
        print(_ROW.format("", f"{size:,} forms", f"{wall:.2f}", f"{cpu:.2f}", *ratios))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, nargs="+", default=[500_000, 10_000_000], help="stored before")
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "data" / "bench", help="where the stores are kept"
    )
    options = parser.parse_args()
    stores = {size: make_big_store(options.folder, size) for size in options.forms}
    every = {size: size // FORMS_A_PATIENT for size in stores}
    alike = dict.fromkeys(stores, min(every.values()))
    # Hundredths of a second: a file takes longer than that, so a later run on the same stores shares no salt with this one.
    salts = itertools.count(int(time.time() * 100) % 100_000_000)
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(
        f"Python {platform.python_version()}, {cores} cores, load {load:.1f}; {options.rounds} rounds,",
        end="",
    )
    print(f" {options.new:,} new forms each")
    for name, patients in (("patients of as many clinics", alike), ("patients of all clinics", every)):
        print_table(name, measure(stores, patients, options.new, itertools.islice(salts, 1 + options.rounds)))


if __name__ == "__main__":
    main()
