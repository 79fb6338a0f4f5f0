"""A clinic's export of another system in a real browser: asked, mapped, imported; known the next day; and cancelled half-way."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from serving import serve, settle, visit
from ui_foreign import write_export
from ui_stores import ACTOR, make_clinic, patients

from lib.services import imports, stores

pytestmark = pytest.mark.browser
N_ROWS = 60_000
MADE_UP = "These files hold made-up patients only: this store is for practice"


@pytest.fixture
def clinic(tmp_path) -> str:
    return make_clinic(tmp_path, {"patients.csv": patients("01,AB", "02,CD", "03,EF")}, is_practice=True)


def put(page: Page, name: str, data: bytes) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": data}
    page.locator('[data-testid="stFileUploader"] input[type=file]').set_input_files([file])
    expect(page.get_by_role("heading", name="Dry run")).to_be_visible(timeout=60_000)
    settle(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Page, word: str) -> None:
    """A box or an option by its whole text, once the page before is gone."""
    option = page.get_by_text(word, exact=True)
    expect(option).to_have_count(1)
    option.click()


def taken(clinic: str) -> list[str]:
    past = imports.read_imports(ACTOR, stores.open_store(ACTOR, clinic))
    return [f"{name}: {kind}" for name, kind in zip(past["file_name"], past["kind"], strict=True)]


def asked(page: Page) -> Locator:
    return page.get_by_role("heading", name="To be answered")


def test_an_export_is_asked_about_once_and_known_the_next_day(clinic, page, tmp_path):
    with serve(clinic, tmp_path) as address:
        visit(page, f"{address}/import_records")
        put(page, "north 2026-02-20.csv", write_export())
        expect(page.get_by_text("the file looks like this")).to_be_visible()
        press(page, "Read it like this")
        expect(page.get_by_text("Columns of which nothing is known (2)")).to_be_visible()
        press(page, "These columns mean this")
        expect(page.get_by_role("button", name="These columns mean this")).to_have_count(0)
        choose(page, "milligrams")
        press(page, "Read it like this")
        expect(asked(page)).to_have_count(0)
        choose(page, MADE_UP)
        press(page, "Import 1 file")
        expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
        expect(page.get_by_text("What do its columns mean?")).to_be_visible()
        settle(page)
        assert taken(clinic)[:2] == [
            "north 2026-02-20.csv: dosing_sessions",
            "north 2026-02-20.csv: assessments",
        ]

        put(page, "north 2026-02-21.csv", write_export(until=1))
        expect(asked(page)).to_have_count(0)
        expect(page.get_by_text("Read as confirmed by dr-test on")).to_be_visible()

        page.get_by_role("button", name="Remove north 2026-02-21.csv").click()
        put(page, "north 2026-02-22.csv", write_export(extra=("lot",)))
        expect(page.get_by_text("have changed since dr-test confirmed")).to_be_visible()
        press(page, "Read it by the same mapping")
        expect(asked(page)).to_have_count(0)
        assert page.complaints == [] and page.strangers == []


def test_a_cancelled_import_leaves_nothing(clinic, page, tmp_path):
    start = datetime(2000, 1, 1, tzinfo=UTC)
    times = [f"{start + timedelta(hours=2 * n):%Y-%m-%dT%H:%M}" for n in range(N_ROWS)]
    rows = [f"0{n % 3 + 1},{time},100" for n, time in enumerate(times)]
    data = "\n".join(["patient_id,started_at,dose_mg", *rows]).encode()
    with serve(clinic, tmp_path) as address:
        visit(page, f"{address}/import_records")
        put(page, "sessions.csv", data)
        choose(page, MADE_UP)
        settle(page)
        press(page, "Import 1 file")
        expect(page.get_by_text(f"sessions.csv, {N_ROWS:,} rows")).to_be_visible()
        press(page, "Cancel")
        expect(page.get_by_text("Cancelled. Nothing of sessions.csv was taken.")).to_be_visible(
            timeout=60_000
        )
        settle(page)
        assert taken(clinic) == ["patients.csv: patients"]
        # The files are still there, and a second press imports them.
        press(page, "Import 1 file")
        expect(page.get_by_role("heading", name="Receipt")).to_be_visible(timeout=60_000)
        assert taken(clinic) == ["sessions.csv: dosing_sessions", "patients.csv: patients"]
