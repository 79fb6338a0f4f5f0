"""How long a clinician looks at the old screen: from a press until the next page of the queue, or the chart of a patient,
has been painted, and how long a first visit takes. Beside Dash, Panel, Shiny and Datasette with the same rows and figures.

Each round has all of them do everything once, one after the other, so that a busy machine is busy for all. The browser's own
clock is read (screen_watch.js). It judges nothing.

PYTHONPATH=.:tests:tests/bench:tests/browser:tests/clinical python tests/bench/browser.py --patients 2000
"""

import argparse
import os
import platform
import statistics
import sys
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from big_clinic import N_LONG, make_big_clinic
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from screen_data import write_screen_data
from screens import OURS, SCREENS, Screen, Wanted
from serving import ARGUMENTS, find_chromium

from lib import settings
from lib.ui.display import ROWS_A_PAGE

FOLDER = settings.ROOT / "data" / "bench"
WATCH = Path(__file__).with_name("screen_watch.js")
SIZE = {"width": 1440, "height": 900}
FIRST_VISIT, NEXT = "first visit, queue drawn", "next page of the queue"
# A patient whom nobody has opened since the server was started, and the same once more.
OPENED, AGAIN = "row to chart, first look", "row to chart"
LONG_OPENED, LONG_AGAIN = "row to chart, long history, first look", "row to chart, long history"
STEPS = (FIRST_VISIT, NEXT, AGAIN, LONG_AGAIN, OPENED, LONG_OPENED)
AIMS = {FIRST_VISIT: 2_500, NEXT: 250, AGAIN: 400}
# Long histories stand on the first page of the queue; this is the first page of others alone.
OTHERS = -(-N_LONG // ROWS_A_PAGE) + 1


class Visit:
    """A window on one screen, and milliseconds by step. charts: by patient, what the chart consists of."""

    def __init__(self, browser: Browser, screen: Screen, address: str, rows: pd.DataFrame):
        self.browser, self.screen, self.address, self.rows = browser, screen, address, rows
        self.took: dict[str, list[float]] = {}
        self.charts: dict[int, list[int]] = {}
        self.page = self._open_context().new_page()
        self.page.goto(address)
        self._see(1)

    def go_round(self, row: int) -> None:
        """Everything once; row: of the pages whose rows are opened."""
        self._visit_first()
        # Another chart lies between two looks at one: a row that is open already has nothing to draw.
        for step, number in ((OPENED, OTHERS), (LONG_OPENED, 1), (AGAIN, OTHERS), (LONG_AGAIN, 1)):
            for page in range(2, number + 1):
                self._time(NEXT, self.screen.see_table(self._who(page)), lambda: self.screen.turn(self.page))
            self._open(step, number, row)
            self.screen.go_home(self.page, number, self._see)
            self._see(1)

    def forget(self) -> None:
        self.took.clear()

    def _visit_first(self) -> None:
        """By a browser that was never here and keeps nothing of others."""
        context = self._open_context(self.screen.see_table(self._who(1)))
        page = context.new_page()
        page.goto(self.address, wait_until="commit")
        self._note(FIRST_VISIT, page)
        context.close()

    def _open(self, step: str, number: int, row: int) -> None:
        place = self.rows.iloc[(number - 1) * ROWS_A_PAGE + row]
        key = int(place["patient_key"])
        wanted = self.screen.see_chart(key, int(place["n_traces"]))
        self._time(step, wanted, lambda: self.screen.open(self.page, row, key))
        if self.screen.has_chart:
            self.charts[key] = self.page.evaluate("wanted => watch.count(wanted)", wanted)

    def _time(self, step: str, wanted: Wanted, act) -> None:
        self.page.bring_to_front()
        # What the last step still had to do it has done.
        self.page.wait_for_timeout(300)
        self.page.evaluate("wanted => watch.prepare(wanted)", wanted)
        act()
        self._note(step, self.page)

    def _note(self, step: str, page: Page) -> None:
        found = page.wait_for_function("() => window.watch?.took", polling=50, timeout=60_000)
        self.took.setdefault(step, []).append(found.json_value())

    def _see(self, number: int) -> None:
        """Wait for a page of the table."""
        self.page.bring_to_front()
        wanted = self.screen.see_table(self._who(number))
        self.page.evaluate("wanted => watch.seek(wanted)", wanted)
        self.page.wait_for_function("() => window.watch?.took", polling=50, timeout=60_000)

    def _open_context(self, wanted: Wanted | None = None) -> BrowserContext:
        context = self.browser.new_context(viewport=SIZE)
        if wanted:
            context.add_init_script(f"window.firstWanted = {wanted!r}")
        context.add_init_script(path=WATCH)
        return context

    def _who(self, number: int) -> str:
        """The first patient of a page."""
        return str(self.rows["patient"].iloc[(number - 1) * ROWS_A_PAGE]).split(" · ")[0]


def measure(url: str, screens: tuple[Screen, ...], n_rounds: int, folder: Path) -> list[Visit]:
    """After a round that is not counted."""
    rows = write_screen_data(url, folder / "screen.db", (1, OTHERS))
    usable = find_rows(rows)
    with ExitStack() as stack:
        addresses = [stack.enter_context(one.serve(url, folder / "screen.db", folder)) for one in screens]
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=find_chromium(), args=ARGUMENTS
        )
        visits = [Visit(browser, *pair, rows) for pair in zip(screens, addresses, strict=True)]
        for number in range(1 + n_rounds):
            for visit in visits:
                visit.go_round(usable[number % len(usable)])
                last = {step: round(took[-1]) for step, took in visit.took.items()}
                print(
                    f"round {number} of {n_rounds}, {visit.screen.name}: {last}", file=sys.stderr, flush=True
                )
                if not number:
                    visit.forget()
        browser.close()
    return visits


def find_rows(rows: pd.DataFrame) -> list[int]:
    """Of a page, those that are a patient on both pages whose rows are opened."""
    drawn = rows["n_traces"].notna()
    return [
        row
        for row in range(ROWS_A_PAGE)
        if all(drawn.get((page - 1) * ROWS_A_PAGE + row) for page in (1, OTHERS))
    ]


def table_of(visits: list[Visit]) -> str:
    lines = [
        f"{'milliseconds':<42}{'':<11}{'median':>8}{'min':>8}{'max':>8}{'times':>7}{'ours/it':>9}{'aim':>8}"
    ]
    for step in STEPS:
        ours = statistics.median(visits[0].took[step])
        for visit in visits:
            took = visit.took[step]
            middle = statistics.median(took)
            aim = f"{AIMS.get(step, ''):>8}" if visit.screen is OURS else ""
            said = step if visit.screen.has_chart else step.replace("chart", "row’s page")
            lines.append(
                f"{said:<42}{visit.screen.name:<11}{middle:8.0f}{min(took):8.0f}{max(took):8.0f}{len(took):7}"
                f"{ours / middle:9.2f}{aim}"
            )
    return "\n".join(lines)


def say_charts(visits: list[Visit]) -> str:
    """Whether every screen drew the same marks for the same patients."""
    ours = visits[0].charts
    said = []
    for visit in visits[1:]:
        if visit.screen.has_chart:
            n_equal = sum(visit.charts.get(key) == marks for key, marks in ours.items())
            said.append(f"{visit.screen.name} {n_equal} of {len(ours)}")
    return "charts of as many traces and points as ours: " + (", ".join(said) or "nobody was asked")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patients", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=8, help="of each step; the median is printed")
    names = [screen.name for screen in SCREENS[1:]]
    parser.add_argument("--peers", nargs="*", choices=names, default=names)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the store is kept")
    options = parser.parse_args()
    settings.keep_memory_together()
    url = make_big_clinic(options.folder, options.patients)
    screens = (OURS, *(screen for screen in SCREENS[1:] if screen.name in options.peers))
    with TemporaryDirectory() as folder:
        visits = measure(url, screens, options.rounds, Path(folder))
    print(
        f"{options.patients:,} patients. Python {platform.python_version()}, Streamlit {version('streamlit')}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n"
    )
    print(table_of(visits))
    print(say_charts(visits))


if __name__ == "__main__":
    main()
