"""The first request after a start, to each page's address: under a policy that refuses, no patient is shown."""

import os
from urllib.parse import parse_qsl

import pytest
from knocking import open_window
from playwright.sync_api import expect
from serving import serve, settle, visit

from lib.ui.access import PAGE_PERMISSIONS

pytestmark = pytest.mark.browser
IS_PROOF = os.environ.get("PROVE") == "1"
PATIENT, QUEUE = "patient?patient=3", "review_queue?card=watch"
# The default page also stands at the bare address. Each begins a server of its own.
ADDRESSES = ["", PATIENT, *(PAGE_PERMISSIONS if IS_PROOF else ["import_records", "research_export"])]
OF_PATIENTS = ("P-0", "PHQ-9", "dr-", "hillcrest", "lakeside", "riverside")
REFUSED = "may not see this page"


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_stranger_is_sent_no_word_of_a_patient(path, demo_store, tmp_path):
    page, _, query = path.partition("?")
    with serve(demo_store, tmp_path, ACCESS_POLICY="refuse") as address, open_window(address) as window:
        said = window.visit(page, **dict(parse_qsl(query)))
    assert window.titles[-1] == "No access"
    assert REFUSED in said
    assert [word for word in OF_PATIENTS if word in said] == []


@pytest.mark.parametrize("path", ["", PATIENT] if IS_PROOF else [PATIENT])
def test_a_stranger_sees_no_patient(path, demo_store, window, tmp_path):
    with serve(demo_store, tmp_path, ACCESS_POLICY="refuse") as address:
        window.goto(f"{address}/{path}")
        expect(window.get_by_role("heading", name="No access")).to_be_visible()
        settle(window)
        text = window.locator("body").inner_text()
        assert REFUSED in text
        assert not any(word in text for word in OF_PATIENTS)
        assert window.locator('[data-testid="stDataFrame"]').count() == 0


@pytest.mark.parametrize("path", [PATIENT, QUEUE, *(["caseload", "import_records"] if IS_PROOF else [])])
def test_a_deep_link_works_on_the_first_request(path, demo_store, window, tmp_path):
    with serve(demo_store, tmp_path) as address:
        visit(window, f"{address}/{path}")
        expect(window.get_by_text("Decision support for licensed clinicians.")).to_be_visible()
        assert window.url.endswith(path)
        assert window.get_by_text("Page not found").count() == 0
