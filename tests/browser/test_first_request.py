"""The first request after a start, to each page's address: under a policy that refuses, no patient is shown."""

import pytest
from playwright.sync_api import expect
from serving import serve, settle, visit

from lib.ui.access import PAGE_PERMISSIONS

pytestmark = pytest.mark.browser
# The default page also stands at the bare address.
ADDRESSES = ["", *PAGE_PERMISSIONS, "patient?patient=1"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_stranger_sees_no_patient(path, demo_store, page, tmp_path):
    with serve(demo_store, tmp_path, ACCESS_POLICY="refuse") as address:
        page.goto(f"{address}/{path}")
        expect(page.get_by_role("heading", name="No access")).to_be_visible()
        settle(page)
        text = page.locator("body").inner_text()
        assert "may not see this page" in text
        assert not any(word in text for word in ("P-0", "PHQ-9", "dr-", "hillcrest", "lakeside", "riverside"))
        assert page.locator('[data-testid="stDataFrame"]').count() == 0


@pytest.mark.parametrize(
    "path", ["patient?patient=3", "caseload", "review_queue?card=watch", "import_records"]
)
def test_a_deep_link_works_on_the_first_request(path, demo_store, page, tmp_path):
    with serve(demo_store, tmp_path) as address:
        visit(page, f"{address}/{path}")
        expect(page.get_by_text("Decision support for licensed clinicians.")).to_be_visible()
        assert page.url.endswith(path)
        assert page.get_by_text("Page not found").count() == 0
