"""What axe finds on every page, and what a keyboard and a screen reader reach: nothing of ours is in anybody's way."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from serving import settle, visit

from lib.ui.access import PAGE_PERMISSIONS
from lib.ui.patient_sections import SECTIONS

pytestmark = pytest.mark.browser
IS_PROOF = os.environ.get("PROVE") == "1"
PATIENT = "patient?patient=8"
PATHS = [
    *("" if page == "review_queue" else page for page in PAGE_PERMISSIONS),
    *(f"{PATIENT}&section={section}" for section in SECTIONS),
]
# What Streamlit 1.67 draws by itself: rule, and a part of the element. All of it is minor. Anything else fails.
STREAMLITS_OWN = {
    # A table of st.dataframe has columns of buttons and pictures, and a column without a heading has an empty one.
    ("empty-table-header", 'role="columnheader"'),
    # The place that files are dropped on.
    ("presentation-role-conflict", 'data-testid="stFileUploaderDropzone"'),
}
# Those of axe's standard rules that the scheme can change.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
# The mark on made-up data lies over everything, so that axe could not tell any text's ground; it has 4 % of the ink.
WITHOUT_MARK = '[data-testid="stMain"]::after {display: none !important;}'


def check(page: Page, scheme: str = "light") -> list[str]:
    """What axe finds beside Streamlit's own: how bad, rule, element, and what is wrong. In the dark, by default, of colours:
    everything else is as it is in the light."""
    page.add_style_tag(content=WITHOUT_MARK)
    of_colours = {"runOnly": OF_COLOURS} if scheme == "dark" and not IS_PROOF else {}
    # Every element that is well would be described too: most of the work.
    found = Axe().run(page, options={"resultTypes": ["violations"], **of_colours}).response["violations"]
    return [
        f"{one['impact']} {one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
        if not any(one["id"] == rule and part in node["html"] for rule, part in STREAMLITS_OWN)
    ]


def look(page: Page, url: str, scheme: str) -> None:
    """The page, with everything on it drawn."""
    page.emulate_media(color_scheme=scheme)
    visit(page, url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if PATIENT in url:
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
    for table in page.locator('[data-testid="stDataFrame"]:visible').all():
        table.locator("canvas").first.wait_for(state="attached")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_of_ours(path, scheme, address, window):
    look(window, f"{address}/{path}", scheme)
    assert check(window, scheme) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_form_that_closes_a_flag(scheme, address, page):
    look(page, f"{address}/{PATIENT}", scheme)
    page.get_by_text("Close this flag").first.click()
    expect(page.get_by_role("button", name="Close the flag")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Close the flag").click()
    expect(page.get_by_text("Choose one of the reasons.")).to_be_visible()
    settle(page)
    assert check(page, scheme) == []


def test_axe_sees_what_would_be_in_the_way(address, page):
    """The check itself: a picture without words and pale words are found."""
    look(page, f"{address}/how_it_works", "light")
    page.evaluate(
        """() => document.querySelector('[data-testid="stMain"]').insertAdjacentHTML('afterbegin',
            '<img src="data:,"><p style="color: #CCC; background: #FFF">pale</p>')"""
    )
    found = " ".join(check(page))
    assert "image-alt" in found and "color-contrast" in found


def test_the_chart_is_a_figure_that_says_what_it_shows(address, page):
    look(page, f"{address}/{PATIENT}", "light")
    figure = page.get_by_role("figure").first
    assert "PHQ-9" in (figure.get_attribute("aria-label") or "")
    expect(page.get_by_text(figure.get_attribute("aria-label") or "-").first).to_be_visible()


def test_every_table_of_records_has_words_and_a_file(address, page):
    """A table is drawn on a canvas: its name is said, and its rows are offered as CSV."""
    look(page, f"{address}/{PATIENT}&section=sessions", "light")
    assert page.locator(".st-key-section-sessions-8").get_by_role("button", name="CSV").count() >= 1
    assert page.locator('[data-testid="stDataFrame"]').count() >= 1


# Where the focus is, as a screen reader would name it.
FOCUSED = """() => {
    const one = document.activeElement;
    const label = one.labels && one.labels.length ? one.labels[0].innerText : '';
    return (one.getAttribute('aria-label') || label || one.innerText || '').trim();
}"""


def names_by_tab(page: Page, most: int) -> list[str]:
    names = []
    for _ in range(most):
        page.keyboard.press("Tab")
        names.append(page.evaluate(FOCUSED))
    return names


def test_the_keyboard_reaches_the_cards_then_the_filters(address, page):
    look(page, f"{address}/", "light")
    names = names_by_tab(page, 20)
    wanted = ["Safety now", "Dose review", "Watch", "Not seen", "Search", "Clinic", "Clinician"]
    places = [next((n for n, name in enumerate(names) if word in name), None) for word in wanted]
    assert None not in places, names
    assert places == sorted(places)


def test_the_keyboard_reaches_what_can_be_done_with_a_patient(address, page):
    look(page, f"{address}/{PATIENT}", "light")
    names = " | ".join(names_by_tab(page, 30))
    assert all(word in names for word in ("Review queue", "One page (PDF)", "Close this flag", "all"))
