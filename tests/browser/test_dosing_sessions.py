"""Opening a dosing session in a real browser: the one whose row was pressed, also after sorting, and never another patient's."""

import re

import pytest
from playwright.sync_api import Page, expect
from serving import settle, visit
from tables import cells, middle_of, press, rows

pytestmark = pytest.mark.browser
KEY = 8
TABLE = f"dosing-sessions-{KEY}"
TALL = {"width": 1440, "height": 2400}


def open_sessions(page: Page, address: str) -> None:
    page.set_viewport_size(TALL)
    visit(page, f"{address}/patient?patient={KEY}&section=sessions")


def opened(page: Page):
    return page.get_by_role("heading", name=re.compile("^Session of "))


def test_the_session_of_the_pressed_row_opens_and_closes(address, page):
    open_sessions(page, address)
    wanted = rows(page, 1, TABLE)[1]
    press(page, 1, TABLE)
    expect(opened(page)).to_have_text(f"Session of {wanted}")
    expect(page).to_have_url(re.compile(r"session=\d+"))
    page.reload()
    settle(page)
    expect(opened(page)).to_have_text(f"Session of {wanted}")
    page.locator(f".st-key-close-session-{KEY} button").click()
    expect(opened(page)).to_have_count(0)
    assert page.complaints == [] and page.strangers == []


def test_after_sorting_the_pressed_row_opens(address, page):
    open_sessions(page, address)
    first = rows(page, 1, TABLE)[0]
    x, y = middle_of(page, 0, TABLE)
    page.mouse.click(x + 60, y - 45)
    expect(cells(page, 1, TABLE).first).not_to_have_text(first)
    wanted = rows(page, 1, TABLE)[0]
    press(page, 0, TABLE)
    expect(opened(page)).to_have_text(f"Session of {wanted}")
