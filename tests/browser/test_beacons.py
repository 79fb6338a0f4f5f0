"""Text from outside that would fetch a picture, be a link or run, in every place where such text comes from: it is words on a
screen and nothing more. Without the gate's content policy, which would hide what is not escaped."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from clinic_files import ACTOR
from playwright.sync_api import Page
from serving import serve, settle, visit
from wordy_clinics import fill

from lib.services import stores

pytestmark = pytest.mark.browser
# By its path, each page that shows texts from outside.
PATHS = (
    *(
        "",
        "caseload",
        "case_conference",
        "operations",
        "cohort",
        "explore",
        "research_export",
        "monthly_pack",
    ),
    *("import_records", "data_quality", "audit", "users"),
    *(f"patient?patient=1&section={section}" for section in ("review", "sessions", "exposure", "context")),
)
# Contexts that none of these pages shows: they are in files, in the audit's store, or where a person opens one more thing.
KEPT = {
    *(
        "clinic name",
        "patients.end_reason",
        "courses.end_reason",
        "dosing_sessions.formulation",
        "legal hold",
    ),
    *("dose_orders.clinician_id", "dose_orders.reason", "cohort note"),
}
# What the browser made of a text: something that has an address or runs, an icon, a formula.
MADE_OF_IT = """() => {
    const named = [...document.querySelectorAll('*')].flatMap(one => [...one.attributes]
        .filter(a => /^(href|src|xlink:href|srcset|action|data|poster|style|on.*)$/.test(a.name))
        .filter(a => a.value.includes('/beacon/') || a.value.includes('javascript:'))
        .map(a => `${one.tagName} ${a.name}=${a.value.slice(0, 80)}`));
    const drawn = [...document.querySelectorAll('[data-testid="stIconMaterial"], .katex')]
        .filter(one => /bolt|beacon/.test(one.textContent)).map(one => one.outerHTML.slice(0, 120));
    return [...named, ...drawn];
}"""

# Some places are drawn by the server once they are open: until it has answered they are empty, and the page is as still as after.
IS_DRAWN = """() => document.querySelectorAll('[data-testid="stPopoverButton"]').length
    === document.querySelectorAll('[data-testid="stPopoverBody"]').length
    && [...document.querySelectorAll('[data-testid="stExpanderDetails"], [data-testid="stPopoverBody"]')]
        .every(one => one.querySelector('[data-testid="stElementContainer"]'))"""


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[str, list[str]]]:
    """A listener on this machine: its address, and what it was asked for."""
    paths: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def contexts(asked, tmp_path_factory) -> Iterator[tuple[str, list[str]]]:
    """The address of a clinic full of beacons, and the contexts in the order of their numbers."""
    folder, contexts = tmp_path_factory.mktemp("beacons"), []

    def say(context: str) -> str:
        if context not in contexts:
            contexts.append(context)
        url = f"{asked[0]}/beacon/{contexts.index(context)}."
        return (
            f'![x]({url}) <img src="{url}"> [a](javascript:alert(1)) [b]({url}) :material/bolt: '
            rf"$\href{{{url}}}{{x}}$ <a href='{url}'>c</a> {url}"
        )

    store = stores.create_store(ACTOR, f"sqlite:///{folder / 'clinic.sqlite'}", is_practice=True)
    fill(store, say("clinic id"), say)
    with serve(store.url, folder) as address:
        yield address, contexts


def open_everything(page: Page) -> None:
    """What is folded, and each list that hangs on a button, is drawn."""
    page.evaluate(
        "document.querySelectorAll('[data-testid=\"stExpander\"] details:not([open]) summary').forEach(one => one.click())"
    )
    page.evaluate(
        "document.querySelectorAll('[data-testid=\"stPopoverButton\"]').forEach(one => one.click())"
    )
    page.wait_for_function(IS_DRAWN, timeout=30_000)
    settle(page)


def test_no_text_is_more_than_words(contexts, asked, page):
    address, names = contexts
    told: list[bytes] = []
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framereceived", lambda said: told.append(said if isinstance(said, bytes) else said.encode())
        ),
    )
    shown: dict[str, list[str]] = {name: [] for name in names}
    found: list[tuple[str, list[str]]] = []
    for path in PATHS:
        visit(page, f"{address}/{path}")
        open_everything(page)
        found += [(path, made) for made in page.evaluate(MADE_OF_IT)]
        said = b"".join(told)
        told.clear()
        for number, name in enumerate(names):
            if f"/beacon/{number}.".encode() in said or rf"/beacon/{number}\.".encode() in said:
                shown[name].append(path)
    assert found == [], "\n".join(sorted({f"{where} {made}" for where, made in found}))
    assert asked[1] == [] and page.strangers == []
    assert {name for name, where in shown.items() if not where} == KEPT
    assert len(names) - len(KEPT) >= 26
    # The check itself: a picture and a link that were drawn would have been seen, and asked for.
    page.evaluate(
        f"document.body.insertAdjacentHTML('beforeend', '<a href={asked[0]}/beacon/a><img src={asked[0]}/beacon/b></a>')"
    )
    page.wait_for_function("document.querySelector('img[src*=beacon]').complete")
    assert len(page.evaluate(MADE_OF_IT)) == 2 and asked[1] == ["/beacon/b"]
