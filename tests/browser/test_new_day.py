"""The first visit of a day, in a real browser: the page says what it waits for, and follows by itself."""

import pytest
import ui_stores
from playwright.sync_api import expect
from serving import serve, settle
from sqlalchemy import text
from tables import rows

from lib.services import stores
from lib.services.access import local_actor

pytestmark = pytest.mark.browser
WORDS = "everybody's open flags are being worked out as of today"
FILES = {
    "patients.csv": ui_stores.patients("ann,AB"),
    "dosing_sessions.csv": ui_stores.sessions(*(("ann", ago, 100) for ago in (40, 33, 26, 19, 12))),
    "assessments.csv": ui_stores.phq9(*(("ann", ago, "333333000") for ago in (41, 20, 5))),
}


def test_the_first_visit_of_a_day_says_what_it_waits_for(tmp_path, page):
    url = ui_stores.make_clinic(tmp_path, FILES, is_practice=True)
    store = stores.open_store(local_actor("test"), url)
    with store.write() as connection:
        connection.execute(text("update about set value = '2026-01-01' where name = 'flags_as_of'"))
    with serve(url, tmp_path) as address:
        # Somebody else writes, so that the work takes as long as this test looks.
        with store.write():
            page.goto(address)
            expect(page.get_by_text(WORDS)).to_be_visible()
            assert page.get_by_role("heading", name="Review queue").count() == 0
        expect(page.get_by_role("heading", name="Review queue")).to_be_visible()
        settle(page)
        expect(page.get_by_text(WORDS)).to_have_count(0)
        assert rows(page, 1)[0].startswith("ann")
