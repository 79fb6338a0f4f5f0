"""Every page, light and dark, wide and narrow: no error, no request to another host, the standing words, nothing cut off."""

import pytest
from playwright.sync_api import expect
from serving import visit

pytestmark = pytest.mark.browser
PAGES = {
    "": "Review queue",
    "patient?patient=3": "open flag",
    "caseload": "Caseload",
    "import_records": "Import",
}
STANDING_LINE = (
    "Decision support for licensed clinicians. Not live monitoring. Flags ask for review; review does not mean raise. "
    "Compounded ketamine is not FDA-approved for these uses."
)


@pytest.mark.parametrize("width", [1440, 800])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_page(path, scheme, width, address, page):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, f"{address}/{path}")
    expect(page.get_by_text(STANDING_LINE)).to_be_visible()
    expect(page.get_by_text("data to").first).to_be_visible()
    expect(page.get_by_text("Synthetic data: made-up patients").first).to_be_visible()
    expect(page.get_by_text(PAGES[path]).first).to_be_visible()
    assert page.locator('[data-testid="stException"]').count() == 0
    # Nothing stands beyond the right edge of the window.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.strangers == []
    assert page.complaints == []
