"""How long `python -m lib import` takes of many assessments, and in how much memory: `make bench`. It judges nothing."""

import argparse
import os
import platform
import random
import shutil
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
# A PHQ-9 and a GAD-7 a week, for twelve weeks.
FORMS_A_PATIENT = 24
_FIRST = datetime(2025, 1, 1, 9)


def write_files(folder: Path, n_forms: int, seed: int = 1) -> tuple[Path, Path]:
    """patients.csv and assessments.csv, the same every time."""
    chance = random.Random(seed)
    people, forms = folder / "patients.csv", folder / "assessments.csv"
    ids = [f"P{number:06d}" for number in range(max(n_forms // FORMS_A_PATIENT, 1))]
    people.write_text("\n".join(["patient_id", *ids, ""]))
    with forms.open("w") as file:
        file.write("patient_id,instrument,assessed_at," + ",".join(f"item_{n}" for n in range(1, 10)) + "\n")
        for number in range(n_forms):
            patient, form = divmod(number, FORMS_A_PATIENT)
            at = _FIRST + timedelta(days=7 * (form // 2) + chance.randrange(3), minutes=chance.randrange(600))
            items = chance.choices("0123", k=9) if form % 2 == 0 else [*chance.choices("0123", k=7), "", ""]
            name = "PHQ-9" if form % 2 == 0 else "GAD-7"
            file.write(f"{ids[min(patient, len(ids) - 1)]},{name},{at:%Y-%m-%dT%H:%M},{','.join(items)}\n")
    return people, forms


def run(command: Sequence[str | Path]) -> tuple[float, float]:
    """Seconds, and the highest memory in MB, of a process of its own."""
    began = time.perf_counter()
    process = os.posix_spawn(
        command[0],
        [str(word) for word in command],
        os.environ | {"PYTHONPATH": str(ROOT)},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def measure(folder: Path, n_forms: int) -> list[tuple[str, float, float]]:
    """What was done, seconds, MB."""
    people, forms = write_files(folder, n_forms)
    url = f"sqlite:///{folder / 'clinic.sqlite'}"
    importer = (sys.executable, "-m", "lib", "import", "--database", url)
    os.chdir(ROOT)
    found = [(f"import of {people.name}", *run([*importer, people]))]
    found.append((f"import of {n_forms:,} assessments", *run([*importer, forms])))
    found.append(("the same file once more", *run([*importer, forms])))
    shell = shutil.which("sqlite3")
    if shell:
        plain = folder / "plain.sqlite"
        found.append(
            (
                "sqlite3 .import of the same file",
                *run([shell, plain, "-cmd", ".mode csv", f".import {forms} t"]),
            )
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=1_000_000)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        load = os.getloadavg()[0]
        found = measure(Path(folder), options.forms)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} before\n")
    print(f"{'':<34}{'s':>8}{'rows/s':>10}{'MB':>8}")
    for name, seconds, megabytes in found:
        n_rows = max(options.forms // FORMS_A_PATIENT, 1) if "patients" in name else options.forms
        print(f"{name:<34}{seconds:8.1f}{n_rows / seconds:10,.0f}{megabytes:8.0f}")
    if not shutil.which("sqlite3"):
        print("sqlite3 is not on the PATH: its own .import was not measured")


if __name__ == "__main__":
    main()
