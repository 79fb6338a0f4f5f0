"""Two clinics at once on one server, in two real browsers: neither gets a word of the other, whatever is kept for both."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from clinic_files import ACTOR
from playwright.sync_api import Browser, Page
from serving import SIGN_IN, serve, settle, visit
from signing import add, sign_in
from wordy_clinics import fill

from lib.services import stores
from lib.services.access import Role
from lib.services.errors import Store
from lib.ui.patient_sections import SECTIONS

pytestmark = pytest.mark.browser
# By clinic its physician: each text of a clinic has the clinic's name in it, and both clinics have the same records.
CLINICS = {"alder": "ann", "birch": "bob"}
SHOWN = SECTIONS if os.environ.get("PROVE") == "1" else ("review", "sessions", "context")
PAGES = (
    *("", "?search=note", "caseload", "dosing_next", "case_conference", "operations", "data_quality"),
    *("clinic_outcomes?behind=response", "monthly_pack"),
    # The first clinic's patient and the other one's: one of the two readers is told that there is nobody.
    *(f"patient?patient={key}&section={section}" for section in SHOWN for key in (1, 3)),
)

# Some of what each reader has to be told of the own clinic: silence would prove nothing.
OWN = (
    "patient id",
    "conference note",
    "decision note",
    "addendum",
    "absent",
    "adverse_events.term",
    "contacts.outcome",
)


@pytest.fixture(scope="module")
def clinics(tmp_path_factory) -> Iterator[tuple[str, Store]]:
    folder = tmp_path_factory.mktemp("two")
    store = stores.create_store(ACTOR, f"sqlite:///{folder / 'two.sqlite'}", is_practice=True)
    keys = [fill(store, clinic, lambda context, clinic=clinic: f"{clinic} {context}") for clinic in CLINICS]
    assert keys == [1, 3]
    for clinic, name in CLINICS.items():
        add(store, name, Role.PHYSICIAN, clinics=[clinic])
    with serve(store.url, folder, SIGN_IN) as address:
        yield address, store


@contextmanager
def open_browser(browser: Browser, address: str, token: str) -> Iterator[Page]:
    """A browser of its own, which keeps all that it is told over its websocket."""
    context = browser.new_context()
    context.add_cookies([{"name": "session", "value": token, "url": address}])
    page, told = context.new_page(), []
    page.told = told

    def keep(frame: str | bytes) -> None:
        told.append(frame if isinstance(frame, bytes) else frame.encode())

    page.on("websocket", lambda socket: socket.on("framereceived", keep))
    yield page
    context.close()


def test_neither_is_told_a_word_of_the_other(clinics, browser):
    """The same pages with the same filters at the same moment, to and fro."""
    address, store = clinics
    tokens = [sign_in(store, name).token for name in CLINICS.values()]
    with open_browser(browser, address, tokens[0]) as ann, open_browser(browser, address, tokens[1]) as bob:
        readers, found, heard = (
            {"alder": (ann, "birch"), "birch": (bob, "alder")},
            [],
            dict.fromkeys(CLINICS, b""),
        )
        for number, path in enumerate(PAGES):
            order = list(CLINICS) if number % 2 else list(CLINICS)[::-1]
            for clinic in order:
                readers[clinic][0].goto(f"{address}/{path}", wait_until="commit")
            for clinic in order:
                page, other = readers[clinic]
                settle(page)
                # Drawn when it is opened.
                page.evaluate("document.querySelector('.st-key-leave-cover button')?.click()")
                settle(page)
                told = b"".join(page.told)
                page.told.clear()
                heard[clinic] += told
                drawn = page.content().replace(path.replace("&", "&amp;"), "").encode()
                found += [
                    (path, clinic, what[at - 80 : at + 80])
                    for what in (told, drawn)
                    if (at := what.find(other.encode())) >= 0
                ]
                assert b"Decision support for licensed clinicians" in told, (path, clinic)
        assert found == [], "\n".join(map(str, found))
        for clinic, told in heard.items():
            assert [what for what in OWN if f"{clinic} {what}".encode() not in told] == []


def test_a_download_comes_through_the_gate_and_is_kept_nowhere(clinics, browser):
    address, store = clinics
    with open_browser(browser, address, sign_in(store, "ann").token) as page:
        visit(page, f"{address}/caseload")
        button = page.get_by_test_id("stDownloadButton").get_by_role("button").first
        with page.expect_download() as download:
            button.click()
        assert "alder patient id" in download.value.path().read_text("utf-8-sig")
        kept = page.evaluate(
            "url => fetch(url).then(got => got.headers.get('cache-control'))", download.value.url
        )
        assert kept == "no-store"
