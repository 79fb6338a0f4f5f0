"""How long the page of clinic outcomes takes among many patients: `make bench`. It measures and prints; it judges nothing."""

import argparse
import os
import platform
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from big_clinic import make_big_clinic
from serving import serve
from timed_server import RUN
from visitor import Timing, Visitor, arrive

from lib.ui.outcomes.sections import SECTIONS

ROOT = Path(__file__).resolve().parents[2]


def measure(url: str, n_runs: int) -> dict[str, list[list[Timing]]]:
    """By section: the first run, and those after it. Another page was drawn before, so that the libraries are there."""
    with TemporaryDirectory() as folder:
        timings = Path(folder) / "timings.jsonl"
        command = [sys.executable, str(ROOT / "tests" / "bench" / "timed_server.py"), str(timings)]
        with serve(url, Path(folder), command) as address, arrive(address, timings) as visitor:
            visitor.visit("how_it_works")
            return {slug: _visit(visitor, slug, n_runs) for slug in SECTIONS}


def _visit(visitor: Visitor, slug: str, n_runs: int) -> list[list[Timing]]:
    def visit() -> Timing:
        return visitor.visit("clinic_outcomes", section=slug, period="all")

    return [[visit()], [visit() for _ in range(n_runs)]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=20, help="of each section; the median is printed")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "data" / "bench", help="where the store is kept"
    )
    options = parser.parse_args()
    url = make_big_clinic(options.folder, options.patients)
    print(
        f"{options.patients:,} patients. Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}\n\n{'milliseconds of the script':<34}{'first':>8}{'again':>8}"
    )
    for slug, (first, again) in measure(url, options.runs).items():
        median = statistics.median(run[RUN] for run in again)
        print(f"{SECTIONS[slug][0]:<34}{first[0][RUN]:8.1f}{median:8.1f}")


if __name__ == "__main__":
    main()
