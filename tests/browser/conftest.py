"""A browser, a served demo clinic, and a window that notes what it should not see."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from serving import ARGUMENTS, serve
from ui_stores import make_demo

SIZE = {"width": 1440, "height": 900}
# A double click on a busy machine took longer than the 5 s that are usual: what comes late has come.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser) -> Iterator[BrowserContext]:
    """One profile for all tests, emptied after each, and a window in it that stays: with the last window of a host goes what its
    process has compiled."""
    context = browser.new_context(viewport=SIZE)
    stays = context.new_page()
    stays.route("http://localhost/", lambda asked: asked.fulfill(body="", content_type="text/html"))
    stays.goto("http://localhost/")
    yield context
    context.close()


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory) -> str:
    return make_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def address(demo_store, tmp_path_factory) -> Iterator[str]:
    """The demo clinic, served: one server for all files, as it is one store."""
    with serve(demo_store, tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def page(context) -> Iterator[Page]:
    """A window of its own, which notes requests to other hosts and errors of the console."""
    with _open_window(context) as page:
        yield page


@pytest.fixture(scope="module")
def only_window(context) -> Iterator[Page]:
    with _open_window(context) as page:
        yield page


@pytest.fixture
def window(only_window) -> Page:
    """One window for all tests of a file that only look: each loads its page anew, and the browser need not read the scripts of
    Streamlit and Plotly again, which is half the work of a page."""
    # What the page before still had to say is said before this test listens.
    only_window.goto("about:blank")
    only_window.strangers.clear()
    only_window.complaints.clear()
    only_window.set_viewport_size(SIZE)
    return only_window


@contextmanager
def _open_window(context: BrowserContext) -> Iterator[Page]:
    others = set(context.pages)
    page = context.new_page()
    page.strangers, page.complaints = [], []
    page.on("request", lambda request: _note_stranger(page, request.url))
    page.on("console", lambda message: _note_complaint(page, message))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    # What a page keeps lies by its server's address.
    kept = {"origin": "/".join(page.url.split("/")[:3]), "storageTypes": "local_storage,indexeddb"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
    for one in set(context.pages) - others:
        one.close()
    context.clear_cookies()


def _note_complaint(page: Page, message: ConsoleMessage) -> None:
    """An error of the console. At /patient Streamlit first looks for its own end points below that address, and finds none."""
    address = message.location["url"]
    is_probe = re.fullmatch(r"http://localhost:\d+/\w+/_stcore/(health|host-config)", address)
    if message.type == "error" and not is_probe:
        page.complaints.append(f"{message.text} {address}")


def _note_stranger(page: Page, url: str) -> None:
    if not url.startswith(("http://localhost:", "ws://localhost:", "data:", "blob:")):
        page.strangers.append(url)
