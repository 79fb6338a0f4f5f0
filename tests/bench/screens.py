"""The dashboard and its peers as one and the same screen: how each is served, turned, opened and led back to its beginning."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environments import make_environment
from playwright.sync_api import Locator, Page
from serving import RUN, _wait_for, free_port, serve, settle
from tables import HEADER, ROW, middle_of

from lib import settings

PEERS = Path(__file__).with_name("screen_peers")
# The peers are no part of the product: each lives in an environment of its own.
ENVIRONMENTS = settings.ROOT / "data" / "bench"
Wanted = dict[str, Any]


@dataclass(frozen=True)
class Screen:
    """A peer. Its table is made of elements, whose selectors these are; its chart is under the table.

    packages: what is installed; command: what is run in its environment, which is told {port} and {data}; first: of the table's
    first cell that says who a row is; row, following, previous: what is pressed.
    """

    name: str
    packages: tuple[str, ...]
    command: tuple[str, ...]
    first: str
    row: str
    following: str
    previous: str
    has_chart: bool = True

    @contextlib.contextmanager
    def serve(self, url: str, data: Path, folder: Path) -> Iterator[str]:
        """Its address. url: of the clinic's store; data: what was written of it for peers."""
        port = str(free_port())
        python = make_environment(ENVIRONMENTS / f"screen-{self.name.lower()}", self.packages)
        words = [word.format(port=port, data=data) for word in self.command]
        values = {**os.environ, "SCREEN_DATA": str(data), "PORT": port, "PYTHONPATH": str(PEERS)}
        with (folder / f"{self.name}.log").open("wb") as log:
            process = subprocess.Popen([python, *words], cwd=PEERS, env=values, stdout=log, stderr=log)
        address = f"http://localhost:{port}/"
        try:
            _wait_for(address, 60)
            yield address + self.path
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)

    @property
    def path(self) -> str:
        return ""

    def see_table(self, who: str) -> Wanted:
        """What has to be there once a page of the table that begins with this patient is painted."""
        return {"kind": "text", "selector": self.first, "words": who}

    def see_chart(self, patient_key: int, n_traces: int) -> Wanted:
        return {"kind": "chart", "patient": patient_key, "traces": n_traces}

    def turn(self, page: Page) -> None:
        """Press for the next page."""
        press(page.locator(self.following))

    def open(self, page: Page, row: int, patient_key: int) -> None:
        """Press what opens this row of the page, from 0."""
        press(page.locator(self.row).nth(row))

    def go_home(self, page: Page, number: int, see: Callable[[int], None]) -> None:
        """From a page (from 1) back to the first, which nobody times. see: waits until a page is there."""
        for before in reversed(range(1, number)):
            page.locator(self.previous).click()
            see(before)


class Datasette(Screen):
    """Pages of its own, each another document; a row's page has its cells and no chart."""

    @property
    def path(self) -> str:
        return "screen/queue?_size=25"

    def see_chart(self, patient_key: int, n_traces: int) -> Wanted:
        return {"kind": "text", "selector": "body.row td.col-patient_key", "words": str(patient_key)}

    def go_home(self, page: Page, number: int, see: Callable[[int], None]) -> None:
        page.goto(page.url.split("/screen")[0] + f"/{self.path}")


class Dashboard(Screen):
    """Ours, as `make run` serves it: its table is a picture, and a patient has a page."""

    @contextlib.contextmanager
    def serve(self, url: str, data: Path, folder: Path) -> Iterator[str]:
        with serve(url, folder, RUN) as address:
            yield address

    def see_table(self, who: str) -> Wanted:
        return {"kind": "canvas", "words": who.split(" · ", maxsplit=1)[0]}

    def turn(self, page: Page) -> None:
        settle(page)
        super().turn(page)

    def open(self, page: Page, row: int, patient_key: int) -> None:
        settle(page)
        canvas = page.locator('.st-key-queue-table [data-testid="stDataFrame"]')
        canvas.evaluate(
            "(canvas, top) => document.querySelector('[data-testid=stMain]').scrollBy("
            "0, canvas.getBoundingClientRect().top + top - 450)",
            HEADER + ROW * row,
        )
        page.wait_for_timeout(100)
        page.mouse.click(*middle_of(page, row))

    def go_home(self, page: Page, number: int, see: Callable[[int], None]) -> None:
        settle(page)
        if page.locator(".st-key-queue-place").count():
            # It leads to the page of the list with the patient.
            page.locator(".st-key-queue-place").get_by_role("link").click()
            see(number)
            settle(page)
        if number > 1:
            press(page.get_by_role("button", name="Page 1", exact=True))


def press(target: Locator) -> None:
    target.scroll_into_view_if_needed()
    target.click()


OURS = Dashboard("ours", (), (), "", "", '[data-testid="stPaginationNext"]', "")
SCREENS = (
    OURS,
    Screen(
        "Dash",
        ("dash",),
        ("dash_app.py",),
        "tbody tr td:nth-child(2)",
        "tbody tr button",
        "#next",
        "#previous",
    ),
    Screen(
        "Panel",
        ("panel", "plotly"),
        (
            "-m",
            "panel",
            "serve",
            "panel_app.py",
            "--port",
            "{port}",
            "--allow-websocket-origin",
            "localhost:{port}",
        ),
        ".tabulator-row .tabulator-cell[tabulator-field=patient]",
        ".tabulator-row .tabulator-cell[tabulator-field=patient]",
        ".tabulator-page[data-page=next]",
        ".tabulator-page[data-page=prev]",
    ),
    Screen(
        "Shiny",
        ("shiny", "pandas", "plotly", "shinywidgets"),
        ("-m", "shiny", "run", "--port", "{port}", "shiny_app.py"),
        "#queue tbody tr td:first-of-type",
        "#queue tbody tr td:first-of-type",
        "#next",
        "#previous",
    ),
    Datasette(
        "Datasette",
        ("datasette",),
        ("-m", "datasette", "serve", "{data}", "--port", "{port}"),
        "table.rows-and-columns td.col-patient",
        "table.rows-and-columns td.type-pk a",
        "a:has-text('Next page')",
        "",
        has_chart=False,
    ),
)
