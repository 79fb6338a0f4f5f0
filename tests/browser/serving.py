"""A real server of the dashboard, and what it takes to look at it through a real browser."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Page

from lib import settings

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Windows of one host share a process, and the scripts of Streamlit and Plotly that it has compiled: a visit in a new window
    # takes 1.7 s of the processors, and not 3.0.
    "--process-per-site",
]
RUN = (sys.executable, "-m", "streamlit", "run", "dashboard.py")
# The server for real patients, and where it says that it is well.
SIGN_IN = (sys.executable, "-m", "lib", "serve")
# The script has run, nothing on the page waits for it any more, and nothing moves: a button that slides away between the press
# and the release of the mouse is not clicked.
IDLE = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app && app.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED'
        && !document.querySelector('[data-stale="true"]') && !document.querySelector('[data-testid="stSkeleton"]')
        && document.getAnimations().every(one => one.playState !== 'running');
}"""


def find_chromium() -> str:
    """The browser that tests/setup_chromium.sh found or installed."""
    asked = os.environ.get("CHROMIUM")
    names = [asked] if asked else ["chromium", "chromium-browser", "google-chrome"]
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, "No Chromium: run tests/setup_chromium.sh, or `make test`."
    return found


# Of servers that have ended, for the next: what the browser has read and compiled of a page, it has by the page's address.
_left_ports: list[int] = []


def free_port() -> int:
    return _bind(_left_ports.pop() if _left_ports else 0) or _bind(0)


def _bind(port: int) -> int:
    """The port, or the one that is given for 0; 0 where somebody else has taken it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    return 0


@contextlib.contextmanager
def serve(database: str, folder: Path, run: Sequence[str] = RUN, **environment: str) -> Iterator[str]:
    """A server of the dashboard on a free port; its address. It ends with the block. run: what starts Streamlit;
    SIGN_IN for the server that asks who somebody is."""
    port = free_port()
    is_gated = run == SIGN_IN
    command = [*run, "--port" if is_gated else "--server.port", str(port)]
    values = {**os.environ, "DATABASE_URL": database, "USER": "dr-test", **environment}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=settings.ROOT, env=values, stdout=log, stderr=log)
    address = f"http://localhost:{port}"
    try:
        _wait_for(f"{address}/health" if is_gated else f"{address}/_stcore/health")
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        # Twenty sessions on a busy machine took longer than ten seconds to end.
        process.wait(60)
        _left_ports.append(port)


def _wait_for(address: str, seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        with contextlib.suppress(OSError), urllib.request.urlopen(address):
            return
        time.sleep(0.1)
    raise TimeoutError(address)


def settle(page: Page) -> None:
    page.wait_for_function(IDLE, polling=50, timeout=30_000)


def visit(page: Page, url: str) -> None:
    page.goto(url)
    settle(page)
