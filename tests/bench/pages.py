"""How long the pages of a clinic take by how many patients it has: `make bench`. It measures and prints; it judges nothing.

Each page is asked for again and again by one visitor, after a first time that is told apart: that reads what is kept in memory
until the records change.
"""

import argparse
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from big_clinic import N_LONG, make_big_clinic
from serving import serve
from timed_server import PROCESSOR, RUN
from visitor import Visitor, arrive

from lib.ui.outcomes.sections import SECTIONS

ROOT = Path(__file__).resolve().parents[2]
# By what it is called: the page, and what its address says.
PAGES: dict[str, tuple[str, dict[str, object]]] = {
    "queue": ("review_queue", {}),
    "queue, one card": ("review_queue", {"card": "safety-now"}),
    "queue, words searched": ("review_queue", {"search": "long-0"}),
    "patient, a long history": ("patient", {"patient": 1}),
    "patient, another": ("patient", {"patient": N_LONG + 1}),
    "caseload": ("caseload", {}),
    "caseload, words searched": ("caseload", {"search": "long-0"}),
    "dosing next": ("dosing_next", {}),
    "dosing next, a later page": ("dosing_next", {"page": 3}),
    **{
        f"outcomes, {title}": ("clinic_outcomes", {"section": slug, "period": "all"})
        for slug, (title, *_) in SECTIONS.items()
    },
}
Times = tuple[float, float, float, float]


def measure(urls: Sequence[str], n_runs: int) -> list[dict[str, Times]]:
    """By store and page milliseconds of the script: the first time and that by the processor, the median of those after it, and
    of these by the processor. The stores take turns, so that a machine that slows down is slow for each. Another page was drawn
    before, so that the libraries are there."""
    with ExitStack() as stack:
        visitors = [_arrive(stack, url) for url in urls]
        for visitor in visitors:
            visitor.visit("how_it_works")
        found: list[dict[str, Times]] = [{} for _ in urls]
        for name, page in PAGES.items():
            for own, times in zip(found, _visit(visitors, *page, n_runs), strict=True):
                own[name] = times
        return found


def _arrive(stack: ExitStack, url: str) -> Visitor:
    """A visitor of a server of its own."""
    folder = Path(stack.enter_context(TemporaryDirectory()))
    timings = folder / "timings.jsonl"
    command = [sys.executable, str(ROOT / "tests" / "bench" / "timed_server.py"), str(timings)]
    return stack.enter_context(arrive(stack.enter_context(serve(url, folder, command)), timings))


def _visit(visitors: Sequence[Visitor], page: str, address: dict[str, object], n_runs: int) -> list[Times]:
    first = [visitor.visit(page, **address) for visitor in visitors]
    again = [[visitor.visit(page, **address) for visitor in visitors] for _ in range(n_runs)]
    return [
        (
            once[RUN],
            once[PROCESSOR],
            *(statistics.median(one[name] for one in own) for name in (RUN, PROCESSOR)),
        )
        for once, own in zip(first, zip(*again, strict=True), strict=True)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--runs", type=int, default=20, help="of each page; the median is printed")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "data" / "bench", help="where the stores are kept"
    )
    options = parser.parse_args()
    sizes = options.patients
    found = measure([make_big_clinic(options.folder, size) for size in sizes], options.runs)
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {cores} cores, load {load:.1f}; milliseconds of the script\n")
    print(
        f"{'patients':<30}" + "".join(f"{size:>36,}" for size in sizes) + f"{'of the first':>14}{'by cpu':>9}"
    )
    print(f"{'':<30}" + f"{'first':>10}{'cpu':>9}{'again':>9}{'cpu':>8}" * len(sizes))
    for name in PAGES:
        times = [one[name] for one in found]
        ratios = (times[-1][k] / times[0][k] for k in (2, 3))
        said = "".join(f"{first:10.1f}{own:9.1f}{again:9.1f}{cpu:8.1f}" for first, own, again, cpu in times)
        print(f"{name:<30}{said}" + "{:14.2f}{:9.2f}".format(*ratios))


if __name__ == "__main__":
    main()
