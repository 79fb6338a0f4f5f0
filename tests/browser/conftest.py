"""A browser, a served demo clinic, and a window that notes what it should not see."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from serving import ARGUMENTS, serve
from ui_stores import make_demo


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory) -> str:
    return make_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def address(demo_store, tmp_path_factory) -> Iterator[str]:
    """The demo clinic, served."""
    with serve(demo_store, tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A window of its own, which notes requests to other hosts and errors of the console."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.strangers, page.complaints = [], []
    page.on("request", lambda request: _note_stranger(page, request.url))
    page.on("console", lambda message: _note_complaint(page, message))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def _note_complaint(page: Page, message: ConsoleMessage) -> None:
    """An error of the console. At /patient Streamlit first looks for its own end points below that address, and finds none."""
    address = message.location["url"]
    is_probe = re.fullmatch(r"http://localhost:\d+/\w+/_stcore/(health|host-config)", address)
    if message.type == "error" and not is_probe:
        page.complaints.append(f"{message.text} {address}")


def _note_stranger(page: Page, url: str) -> None:
    if not url.startswith(("http://localhost:", "ws://localhost:", "data:", "blob:")):
        page.strangers.append(url)
