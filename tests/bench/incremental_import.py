"""How long an import of new forms takes by how many are stored already: `make bench`. It measures and prints; it judges nothing.

The stores take turns, so that a busy machine is busy for each; each file brings one form to each of so many patients, who are
spread over all clinics.
"""

import argparse
import os
import platform
import statistics
import time
from datetime import date, timedelta
from pathlib import Path

from big_store import ACTOR, FORMS_A_PATIENT, make_big_store, name_patient

from lib.services import imports
from lib.store.engine import Store

ROOT = Path(__file__).resolve().parents[2]
Seconds = tuple[float, float]


def write_new_forms(n_patients: int, n_new: int, salt: int) -> bytes:
    """assessments.csv with a PHQ-9 of yesterday for every so-manieth patient; salt: no two files have a form in common."""
    day = date.today() - timedelta(days=1)
    lines = ["patient_id,instrument,assessed_at," + ",".join(f"item_{n}" for n in range(1, 10))]
    for number in range(n_new):
        patient = 1 + (number * n_patients // n_new + salt) % n_patients
        minute = f"{salt // 60 % 24:02d}:{salt % 60:02d}"
        lines.append(f"{name_patient(patient)},PHQ-9,{day}T{minute},1,2,1,{(number + salt) % 4},0,1,1,2,0")
    return "\n".join([*lines, ""]).encode()


def take_in(store: Store, n_forms: int, n_new: int, salt: int) -> Seconds:
    """Seconds of one import, by the wall's clock and the processor's."""
    data = write_new_forms(n_forms // FORMS_A_PATIENT, n_new, salt)
    wall, cpu = time.perf_counter(), time.process_time()
    (receipt,) = imports.import_files(
        ACTOR, store, [(f"new-{salt}.csv", data)], takes_shrunk=True, are_made_up=True
    )
    seconds = time.perf_counter() - wall, time.process_time() - cpu
    assert receipt.counts.n_new == n_new, receipt
    return seconds


def measure(folder: Path, sizes: list[int], n_new: int, n_rounds: int) -> dict[int, Seconds]:
    """By size the median of the rounds, after a first that is not counted."""
    stores = {size: make_big_store(folder, size) for size in sizes}
    salt = int(time.time()) % 1_000_000
    rounds = [
        {size: take_in(store, size, n_new, salt + number) for size, store in stores.items()}
        for number in range(1 + n_rounds)
    ][1:]
    return {size: tuple(statistics.median(one[size][k] for one in rounds) for k in (0, 1)) for size in sizes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, nargs="+", default=[500_000, 10_000_000], help="stored before")
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "data" / "bench", help="where the stores are kept"
    )
    options = parser.parse_args()
    found = measure(options.folder, options.forms, options.new, options.rounds)
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {cores} cores, load {load:.1f}; {options.rounds} rounds\n")
    print(
        f"{options.new:,} new forms into a store of{'wall s':>12}{'cpu s':>9}{'of the first':>15}{'by cpu':>9}"
    )
    first = found[options.forms[0]]
    for size, (wall, cpu) in found.items():
        print(f"{size:>20,} forms{wall:19.2f}{cpu:9.2f}{wall / first[0]:15.2f}{cpu / first[1]:9.2f}")


if __name__ == "__main__":
    main()
