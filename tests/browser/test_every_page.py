"""Every page, light and dark, wide and narrow: no error, no request to another host, the standing words, nothing cut off."""

import pytest
from playwright.sync_api import expect
from serving import settle, visit

pytestmark = pytest.mark.browser
PAGES = {
    "": "Review queue",
    "patient?patient=8": "open flag",
    "patient?patient=8&section=steps": "some rebound is expected",
    "patient?patient=8&section=exposure": "Population estimate, not a measured level.",
    "caseload": "Caseload",
    "case_conference": "Discussed, of",
    "dosing_next": "A record without a warning is not a clearance",
    "import_records": "Import",
    "data_quality": "Possible duplicate persons (",
    "data_quality?check=item_9_blank": "Is item 9 answered wherever other items are?",
    "clinic_outcomes?behind=response": "Behind response, PHQ-9",
    "clinic_outcomes?section=change": "no score to compare",
    "clinic_outcomes?section=time": "Time to the first confirmed response",
    "clinic_outcomes?section=groups": "by group",
    "clinic_outcomes?section=published": "Claims of vendors",
    "clinic_outcomes?section=dose": "Benefit and burden",
    "clinic_outcomes?section=quality": "not certified",
    "monthly_pack": "Monthly pack",
    "operations?rows=step:4": "Who is under way is counted neither as gone on nor as left.",
    "operations?part=safety": "of the others nobody knows",
    "cohort": "Consent to research is asked first, of every cohort",
    "verify_export": "Nothing has left for research from this store.",
    "explore": "they were not drawn by lot",
    "explore?section=missing": "Missing by baseline severity",
    "rules?rule=non_improver": "Two looks, so that one bad week asks for nothing.",
    "rules?part=budget": "What would have fired, not what would have happened",
    "how_it_works": "As the source pages tell it",
}
WITHOUT_TABLES = (
    "how_it_works",
    "case_conference",
    "monthly_pack",
    "cohort",
    "verify_export",
    "explore?section=missing",
    *(f"clinic_outcomes?section={section}" for section in ("change", "time", "groups", "dose")),
)
STANDING_LINE = (
    "Decision support for licensed clinicians. Not live monitoring. Flags ask for review; review does not mean raise. "
    "Compounded ketamine is not FDA-approved for these uses."
)
# No table's columns are wider than what is seen of them.
TABLES_FIT = """() => [...document.querySelectorAll('.dvn-scroller')].every(one => one.scrollWidth <= one.clientWidth)"""
# The bottom of a list's first row stands above the line that stays at the foot of the page.
FIRST_ROW_IS_SEEN = """() => ['queue-table', 'people-table'].every(name => {
    const table = document.querySelector(`.st-key-${name} [data-testid="stDataFrame"]`);
    const foot = document.querySelector('[data-testid="stBottom"]').getBoundingClientRect().top;
    return !table || table.getBoundingClientRect().top + 34 + 58 <= foot;
})"""


# As the reader's machine changes while the page is open: one visit shows all four.
LOOKS = ((1440, "light"), (1440, "dark"), (800, "dark"), (800, "light"))


@pytest.mark.parametrize("path", PAGES)
def test_page(path, address, window):
    window.set_viewport_size({"width": 1440, "height": 900})
    visit(window, f"{address}/{path}")
    for width, scheme in LOOKS:
        window.emulate_media(color_scheme=scheme)
        window.set_viewport_size({"width": width, "height": 900})
        look_at(window, path)
    assert window.strangers == []
    assert window.complaints == []


def look_at(window, path):
    settle(window)
    expect(window.get_by_text(STANDING_LINE)).to_be_visible()
    expect(window.get_by_text("data to").first).to_be_visible()
    expect(window.get_by_text("Synthetic data: made-up patients").first).to_be_visible()
    expect(window.get_by_text(PAGES[path]).first).to_be_visible()
    if path.partition("&")[0] not in WITHOUT_TABLES:
        window.locator('[data-testid="stDataFrame"] canvas').first.wait_for(state="attached")
    assert window.locator('[data-testid="stException"]').count() == 0
    # Nothing stands beyond the right edge of the window, or of its table.
    window.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
    window.wait_for_function(TABLES_FIT)
    window.wait_for_function(FIRST_ROW_IS_SEEN)
