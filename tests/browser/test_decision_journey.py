"""From a flag to what happened next, in a real browser: a decision is signed, days pass, a score is imported, the loop closes.

In a store for practice, which takes files of made-up patients and signatures without a sign-in.
"""

import os
import re
import sys
from datetime import date
from pathlib import Path

import pytest
import ui_stores
from playwright.sync_api import Page, expect
from serving import serve, settle, visit
from tables import press, rows

from lib import settings
from lib.clinical.decision_answers import CHECKS
from lib.clinical.decision_words import NOT_A_CAUSE
from lib.clinical.wording import say_day
from lib.services.errors import Store

pytestmark = pytest.mark.browser
DAYS_BACK = 20
EARLIER = (sys.executable, str(Path(__file__).with_name("earlier_server.py")), str(DAYS_BACK))
# ann's PHQ-9 stays at 18 over five doses.
FILES = {
    "patients.csv": ui_stores.patients("ann,AB", "bob,CD"),
    "dosing_sessions.csv": ui_stores.sessions(*(("ann", ago, 100) for ago in (60, 53, 46, 39, 32))),
    "assessments.csv": ui_stores.phq9(*(("ann", ago, "333333000") for ago in (61, 40, 25))),
}


def type_day(page: Page, place: str, ago: int) -> None:
    """A part of the date at a time."""
    page.locator(f"{place} [role=spinbutton]").first.click()
    page.keyboard.type(ui_stores.day(ago).replace("-", ""), delay=30)
    # Typing opens the calendar, which would lie over what comes below.
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    settle(page)


def say_ago(days: int) -> str:
    return say_day(date.fromisoformat(ui_stores.day(days)))


def choose(page: Page, name: str, word: str) -> None:
    page.locator(f"[class*='st-key-decision-{name}-']").get_by_text(word, exact=True).click()
    settle(page)


def write(page: Page, name: str, text: str) -> None:
    field = page.locator(f"[class*='st-key-decision-{name}-'] input")
    field.fill(text)
    field.press("Tab")
    settle(page)


def fill_decision(page: Page) -> None:
    choose(page, "options", "Step up")
    choose(page, "reasons", "Efficacy")
    write(page, "old_dose", "100")
    write(page, "new_dose", "150")
    for name in CHECKS:
        choose(page, name, "yes")
    choose(page, "instrument", "PHQ-9")
    choose(page, "kind", "falls by at least")
    write(page, "points", "5")
    type_day(page, "[class*='st-key-decision-review_by-']", DAYS_BACK - 14)


@pytest.fixture(scope="module")
def signed(tmp_path_factory, browser) -> str:
    """The store after a physician has gone from the queue to a signature, twenty days ago."""
    folder = tmp_path_factory.mktemp("signed")
    url = ui_stores.make_clinic(folder, FILES, is_practice=True)
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    with serve(url, folder, EARLIER, PYTHONPATH=str(settings.ROOT)) as address:
        visit(page, address)
        press(page, [who.startswith("ann") for who in rows(page, 1)].index(True))
        expect(page.get_by_role("heading", level=1)).to_contain_text("ann · AB")
        settle(page)
        page.get_by_role("button", name="Open dose review").click()
        settle(page)
        page.get_by_role("button", name="Start review").click()
        expect(page.get_by_text("in review by dr-test since").first).to_be_visible()
        settle(page)
        fill_decision(page)
        write(page, "initials", "CD")
        write(page, "birth_year", "1980")
        page.get_by_role("button", name="Sign for").click()
        expect(page.get_by_text("Nothing was signed: look at whose page this is.")).to_be_visible()
        write(page, "initials", "AB")
        page.get_by_role("button", name="Sign for").dblclick()
        expect(
            page.get_by_text(
                re.compile(r"Saved at .*, \d\d:\d\d:\d\d UTC by dr-test, unverified local user\.")
            )
        ).to_be_visible()
        expect(page.get_by_text("Decisions (1)")).to_be_visible()
        expect(
            page.get_by_text(f"Decided; follow-up from {say_ago(DAYS_BACK - 14)} on").first
        ).to_be_visible()
    page.context.close()
    return url


# Both sides of the limit stand in tests/clinical/test_decisions.py; on the screen one of them, and both under PROVE.
SIDES = {"fallen by 5": ("333310000", "target met"), "fallen by 4": ("333320000", "target not met")}
SHOWN = list(SIDES)[: None if os.environ.get("PROVE") == "1" else 1]


@pytest.mark.parametrize(("answers", "outcome"), [SIDES[side] for side in SHOWN], ids=SHOWN)
def test_a_follow_up_score_closes_the_loop(signed, answers, outcome, page, tmp_path):
    url = ui_stores.copy_store(Store(signed), tmp_path)
    files = {
        "dosing_sessions.csv": ui_stores.sessions(("ann", 15, 150)),
        "assessments.csv": ui_stores.phq9(("ann", 2, answers)),
    }
    with serve(url, tmp_path) as address:
        visit(page, address)
        assert "ann" in rows(page, 1)[0]
        expect(page.locator(".st-key-queue-table").get_by_text("Follow-up due since").first).to_be_attached()
        visit(page, f"{address}/import_records")
        page.locator("input[type=file]").set_input_files(
            [{"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in files.items()]
        )
        expect(page.get_by_role("button", name="Import 2 files")).to_be_disabled()
        page.get_by_text("These files hold made-up patients only").click()
        page.get_by_role("button", name="Import 2 files").click()
        expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
        visit(page, f"{address}/patient?patient=1&section=review")
        closed = page.get_by_text(f"Closed on {say_ago(2)}: {outcome}").first
        expect(closed).to_be_visible()
        total = sum(map(int, answers))
        expect(
            page.get_by_text(f"PHQ-9 {total} on {say_ago(2)}, after 1 dosing session since the decision.")
        ).to_be_visible()
        expect(page.get_by_text(NOT_A_CAUSE).first).to_be_visible()
        settle(page)
        assert page.strangers == [] and page.complaints == []
