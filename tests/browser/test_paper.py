"""On paper: the one page is drawn when its button is pressed, and a page that is printed loses nothing at its right edge."""

import pypdf
import pypdfium2
import pytest
from playwright.sync_api import expect
from serving import visit

pytestmark = pytest.mark.browser


def test_the_button_gives_one_page_of_the_patient_on_the_screen(address, page):
    visit(page, f"{address}/patient?patient=8")
    patient_id = page.get_by_role("heading", level=1).inner_text().split(" · ")[0]
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="One page (PDF)").click()
    pdf = pypdf.PdfReader(download.value.path())
    assert download.value.suggested_filename == "one-page-8.pdf"
    assert len(pdf.pages) == 1 and len(pdf.pages[0].images) == 1
    assert f"{patient_id} · " in pdf.pages[0].extract_text()
    assert page.strangers == []


@pytest.mark.parametrize("width", [1440, 1900])
def test_a_printed_patient_is_not_cut_off(width, address, page):
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, f"{address}/patient?patient=8")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    expect(page.get_by_text("as of").first).to_be_visible()
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    # What stands rightmost in the chart, beside the latest score.
    rights = [right for paper in document for right in right_edges(paper, "within measurement error")]
    assert len(rights) == 2 and max(rights) < 1


def right_edges(paper: pypdfium2.PdfPage, words: str) -> list[float]:
    """Where these words end on a sheet, as a share of its width."""
    text = paper.get_textpage()
    search, found = text.search(words), []
    while place := search.get_next():
        start, count = place
        found.append(max(text.get_charbox(n)[2] for n in range(start, start + count)) / paper.get_width())
    return found
