"""Quick switching between patients, in a real browser: what is on the page belongs to one of them, and so does what is saved."""

import os
import re
from collections.abc import Iterator
from random import Random

import pytest
import ui_stores
from playwright.sync_api import Page, expect
from serving import IDLE, serve, settle, visit

from lib.clinical.sentence import describe_course
from lib.services import patients, review, stores
from lib.services.errors import Store
from lib.store.records import read_record_table

pytestmark = pytest.mark.browser
IS_PROOF = os.environ.get("PROVE") == "1"
N_SWITCHES = 200 if IS_PROOF else 16
# How one goes on and how long after it the button is pressed: by default some pairs.
SOME_WAYS = [("Next", 0), ("Next", 60), ("address", 0), ("back", 60), ("back", 250)]
EVERY_WAY = [(way, pause_ms) for way in ("Next", "address", "back") for pause_ms in (0, 60, 250)]
WAYS = EVERY_WAY if IS_PROOF else SOME_WAYS
NAMES = [f"case-{letter}" for letter in "abcdef"]
FILES = {
    "patients.csv": ui_stores.patients(*(f"{name},{name[-1].upper()}X" for name in NAMES)),
    "dosing_sessions.csv": ui_stores.sessions(*((name, 40 + n, 100 + n) for n, name in enumerate(NAMES))),
    "assessments.csv": ui_stores.phq9(
        *((name, 41 + n, "222222220") for n, name in enumerate(NAMES)),
        *((name, 2 + n, f"2222222{n % 3}0") for n, name in enumerate(NAMES)),
    ),
}
# Whose everything is, read in one moment: identity above the page and on the form, the chart's words, the keys. What Streamlit
# marks as left over from the page before is greyed out, and not yet replaced.
SEEN = """() => {
    const fresh = one => !one.closest('[data-stale="true"]');
    const all = what => [...document.querySelectorAll(what)].filter(fresh);
    const keys = all('[data-testid="stElementContainer"][class*="st-key-"]').flatMap(one => [...one.classList])
        .map(name => /^st-key-(?:chart|next|previous|entry-.*|.*-flag)-(\\d+)$/.exec(name))
        .filter(Boolean).map(found => found[1]);
    const words = what => all(what).map(one => one.innerText);
    const tables = '[class*="st-key-assessments-"] [data-testid="glide-cell-0-0"]';
    return {
        address: new URLSearchParams(location.search).get('patient'), keys: [...new Set(keys)],
        header: words('.st-key-patient-header h1'),
        form: words('[class*="st-key-entry-form"] p').filter(text => text.startsWith('Recording for')),
        save: words('[class*="-save-"] button'),
        chart: all('.stPlotlyChart').map(one => one.getAttribute('aria-label')),
        tables: [...document.querySelectorAll(tables)].map(one => one.innerText),
    };
}"""
# What is seen once a page stands that is the address's, in the same moment.
STANDS = f"""() => {{
    const seen = ({SEEN})();
    const stands = ({IDLE})() && seen.keys.length > 0 && seen.chart.length > 0 && (seen.form.length > 0 || seen.tables.length > 0)
        && (!seen.address || seen.keys.includes(seen.address));
    return stands && seen;
}}"""
PRESS_LAST = """label => [...document.querySelectorAll('.st-key-queue-place button')]
    .filter(one => one.innerText.includes(label) && !one.disabled).at(-1)?.click()"""
# The same, at every frame of every document; frames in which two patients are mixed are told.
WATCH = f"""(() => {{
    const seen = {SEEN};
    const look = () => {{
        const now = document.body ? seen() : {{keys: []}};
        if (now.keys.length > 1) window.tellMixed(JSON.stringify(now));
        requestAnimationFrame(look);
    }};
    look();
}})()"""


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> str:
    return ui_stores.make_clinic(tmp_path_factory.mktemp("switching"), FILES, is_practice=True)


@pytest.fixture(scope="module")
def store(url) -> Store:
    return stores.open_store(ui_stores.ACTOR, url)


@pytest.fixture(scope="module")
def clinic(url, tmp_path_factory) -> Iterator[str]:
    with serve(url, tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="module")
def queue(store) -> list[int]:
    rows = review.read_queue(ui_stores.ACTOR, store).rows
    return [int(key) for key in rows["patient_key"]]


def expected(store: Store, patient_key: int) -> dict[str, str]:
    """What the page of a patient says, as the services have it."""
    page = patients.read_patient(ui_stores.ACTOR, store, patient_key)
    last = page.history.assessments["on"].iloc[-1]
    return {
        "identity": page.headline.identity,
        "short": page.history.patient_id,
        "chart": describe_course(page.history, page.policy),
        "last form": f"{last.day}\u00a0{last:%b}\u00a0{last.year}",
    }


@pytest.fixture
def page(page) -> Page:
    """So high that the whole form stands in it."""
    page.set_viewport_size({"width": 1440, "height": 2200})
    return page


def address_of(clinic: str, patient_key: int, section: str) -> str:
    return f"{clinic}/patient?patient={patient_key}&section={section}&enter=event"


def go_on(page: Page, address: str, way: str) -> None:
    """To another patient, without waiting for anything."""
    if way == "address":
        page.goto(address, wait_until="commit")
    elif way == "back":
        # The page's own way: Playwright's asks Chromium for its history, which has none between two documents.
        page.evaluate("history.back()")
    else:
        # For a moment there may be two of them, the old patient's and the new one's: whichever is pressed, one page comes.
        page.evaluate(PRESS_LAST, way)


def assert_one_patient(page: Page, store: Store) -> None:
    seen = page.wait_for_function(STANDS, polling=50, timeout=90_000).json_value()
    wanted = expected(store, int(seen["address"]))
    assert seen["keys"] == [seen["address"]]
    assert seen["header"] == [wanted["identity"]]
    assert seen["chart"] == [wanted["chart"]]
    assert all(f"Recording for {wanted['short']} · " in form for form in seen["form"])
    assert all(f"for {wanted['short']} · " in label for label in seen["save"])
    assert all(text.startswith(wanted["last form"]) for text in seen["tables"])


def test_everything_on_the_page_belongs_to_one_patient(clinic, store, queue, page):
    chance = Random(5)
    mixed: list[str] = []

    def tell(frame: str) -> None:
        mixed.append(frame)

    page.expose_function("tellMixed", tell)
    page.add_init_script(WATCH)
    visit(page, address_of(clinic, queue[0], "record"))
    for _ in range(N_SWITCHES):
        way = chance.choices(["Next", "Previous", "back", "address"], [5, 3, 1, 1])[0]
        section = chance.choice(["record", "forms"])
        go_on(page, address_of(clinic, chance.choice(queue), section), way)
        # Some are switched again before the page has come.
        page.wait_for_timeout(chance.choice([0, 0, 40, 120]))
        if chance.random() < 0.5:
            if "patient=" not in page.url:
                # Back beyond the first page.
                visit(page, address_of(clinic, chance.choice(queue), section))
            assert_one_patient(page, store)
            assert mixed == []
    assert page.complaints == []


def events(store: Store) -> dict[str, set[int]]:
    """By its text, whose an event is."""
    with store.read() as connection:
        rows = read_record_table(connection, "events", None, ("text",))
    return {text: set(group["patient_key"]) for text, group in rows.groupby("text")}


@pytest.mark.parametrize(("way", "pause_ms"), WAYS)
def test_a_form_that_is_filled_for_one_patient_is_never_saved_on_another(
    way, pause_ms, clinic, store, queue, page
):
    text = f"typed before {way} and {pause_ms} ms"
    first, second = queue[:2]
    if way == "back":
        visit(page, address_of(clinic, second, "record"))
        page.get_by_role("button", name="Previous").click()
        expect(page).to_have_url(re.compile(f"patient={first}&"))
        settle(page)
    else:
        visit(page, address_of(clinic, first, "record"))
    type_event(page, first, text)
    form = f"[class*='entry-events-new-'][class*='-{first}']"
    expect(page.locator(f"{form} input[type=date]")).to_have_value(ui_stores.day(1))
    expect(page.locator(f"{form} [role=combobox]")).to_have_value(text)
    place = page.locator(f"[class*='-save-'][class*='-{first}']").get_by_role("button").bounding_box()
    assert place
    go_on(page, address_of(clinic, second, "record"), way)
    page.wait_for_timeout(pause_ms)
    page.mouse.click(place["x"] + 20, place["y"] + 10)
    page.wait_for_timeout(500)
    # Pressed just after Next, the button may have been the first patient's still: then their page stays, address and all.
    assert_one_patient(page, store)
    assert events(store).get(text, {first}) == {first}
    if page.evaluate(SEEN)["address"] == str(second):
        expect(page.locator(f"[class*='-text-'][class*='-{second}'] input")).to_have_value("")


def type_event(page: Page, patient_key: int, text: str) -> None:
    type_day(page, f"[class*='entry-events-new-on-'][class*='-{patient_key}']")
    words = page.locator(f"[class*='entry-events-new-text-'][class*='-{patient_key}'] input")
    words.click()
    words.fill(text)
    words.press("Enter")
    settle(page)


def type_day(page: Page, where: str) -> None:
    """Yesterday, a part of the date at a time."""
    year, month, day = ui_stores.day(1).split("-")
    page.locator(f"{where} [role=spinbutton]").first.click()
    page.keyboard.type(f"{year}{month}{day}", delay=30)
    # Typing opens the calendar, which would lie over what comes below.
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    settle(page)


def test_a_phq9_that_is_entered_with_item_9_stands_in_the_queue_at_once(clinic, store, queue, page):
    last = queue[-1]
    visit(page, f"{clinic}/patient?patient={last}&section=record&enter=assessment")
    page.locator(f".st-key-entry-assessments-new-instrument-0-{last}").get_by_text("PHQ-9").click()
    form = "st-key-entry-assessments-PHQ-9"
    expect(page.get_by_text("0 so far, 0 of 9 items answered")).to_be_visible()
    settle(page)
    answers = ["1 several days"] * 8 + ["2 more than half the days"]
    for number, answer in enumerate(answers, 1):
        page.locator(f".{form}-item_{number}-0-{last}").get_by_text(answer).click()
        expect(
            page.get_by_text(f"{number} of 9 items answered" if number < 9 else "Total 10 of 27, moderate")
        ).to_be_visible()
    expect(page.get_by_text("Item 9 positive (2). Same-day clinician contact")).to_be_visible()
    type_day(page, f".{form}-date-0-{last}")
    page.locator(f".{form}-time-0-{last} input").fill("09:05")
    page.get_by_role("button", name="Save the assessment for case-").click()
    expect(page.get_by_text("Stored for case-")).to_be_visible()
    name = expected(store, last)["short"]
    page.get_by_role("link", name="Review queue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review queue")
    settle(page)
    expect(page.locator('.st-key-queue-table [data-testid="glide-cell-1-0"]')).to_contain_text(name)
    assert page.complaints == [] and page.strangers == []
