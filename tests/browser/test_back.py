"""Browser Back, reload and a link that is sent lose nothing of what a clinician chose on the way through the queue."""

import re

import pytest
from playwright.sync_api import Page, expect
from serving import settle, visit
from tables import press, rows

pytestmark = pytest.mark.browser
CHOSEN = "section=items&range=6-weeks&show=recall"


def heading(page: Page):
    return page.get_by_role("heading", level=1)


def shows(page: Page, who: str, chosen: str = CHOSEN) -> None:
    """The patient, under the filters, the range, the layer and the section that were chosen."""
    expect(heading(page)).to_contain_text(f"{who} · ")
    expect(page).to_have_url(re.compile(f"card=dose-review&clinic=lakeside&{chosen}$"))
    settle(page)
    expect(page.get_by_role("heading", name=re.compile(r"^Items \("))).to_be_visible()


@pytest.fixture
def on_the_way(address, page) -> list[str]:
    """The queue is filtered, its first patient opened, and a section, a range and a layer are chosen; who is listed."""
    visit(page, f"{address}/?card=dose-review&clinic=lakeside")
    listed = [who.split(" · ")[0] for who in rows(page, 1)]
    press(page, 0)
    expect(heading(page)).to_contain_text(f"{listed[0]} · ")
    for place, words, word in (
        ("section", "Items", "section=items"),
        ("range", "6 weeks", "range=6-weeks"),
        ("show", "14-day recall", "show=recall"),
    ):
        settle(page)
        page.locator(f".st-key-{place}").get_by_text(words).click()
        expect(page).to_have_url(re.compile(word))
    settle(page)
    shows(page, listed[0])
    return listed


def test_next_keeps_what_was_chosen_and_back_returns_to_each_step(on_the_way, page):
    page.get_by_role("button", name="Next").click()
    shows(page, on_the_way[1])
    page.go_back()
    shows(page, on_the_way[0])
    page.go_back()
    shows(page, on_the_way[0], "section=items&range=6-weeks")
    # Opening a row leaves two steps in the browser's history: both are the queue.
    for _ in range(4):
        if heading(page).inner_text() == "Review queue":
            break
        page.go_back()
        page.wait_for_timeout(500)
        settle(page)
    expect(heading(page)).to_have_text("Review queue")
    assert [who.split(" · ")[0] for who in rows(page, 1)] == on_the_way


def test_reload_and_a_link_that_is_sent_show_the_same(on_the_way, page, browser):
    page.reload()
    shows(page, on_the_way[0])
    other = browser.new_context().new_page()
    other.goto(page.url)
    shows(other, on_the_way[0])
    other.context.close()


def test_the_keyboard_leads_to_the_neighbours(on_the_way, page):
    page.keyboard.press("Alt+n")
    shows(page, on_the_way[1])
    page.keyboard.press("Alt+p")
    shows(page, on_the_way[0])


def test_the_way_back_is_the_page_of_the_list_with_the_patient(address, page):
    visit(page, f"{address}/?page=2")
    listed = rows(page, 1)
    press(page, 0)
    expect(heading(page)).to_contain_text(f"{listed[0].split(' · ')[0]} · ")
    settle(page)
    page.go_back()
    expect(heading(page)).to_have_text("Review queue")
    settle(page)
    assert rows(page, 1) == listed
    page.go_forward()
    expect(heading(page)).to_contain_text(f"{listed[0].split(' · ')[0]} · ")
    settle(page)
    to_queue = page.get_by_test_id("stMain").get_by_role("link", name="Review queue")
    expect(to_queue).to_have_attribute("href", re.compile(r"\?page=2$"))
    # The one before stands at the end of the page before.
    page.get_by_role("button", name="Previous").click()
    expect(to_queue).to_have_attribute("href", "")
