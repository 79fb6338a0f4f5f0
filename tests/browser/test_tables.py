"""Tables fit: no column stands beyond the right edge, and the first row is seen without scrolling."""

import pytest
from serving import visit

pytestmark = pytest.mark.browser
TABLES = {
    "": "queue-table",
    "?card=dose-review": "queue-table",
    "caseload": "people-table",
    "patient?patient=8": "",
    "import_records": "",
}
# Of each table: how much wider its columns are than what is seen of them.
OVERHANG = (
    """() => [...document.querySelectorAll('.dvn-scroller')].map(one => one.scrollWidth - one.clientWidth)"""
)
# The bottom of a table's first row, and the top of the line that stays at the foot of the page.
FIRST_ROW = """key => [
    document.querySelector(`.st-key-${key} [data-testid="stDataFrame"]`).getBoundingClientRect().top + 34 + 58,
    document.querySelector('[data-testid="stBottom"]').getBoundingClientRect().top,
]"""


@pytest.mark.parametrize("width", [1440, 800])
@pytest.mark.parametrize("path", TABLES)
def test_nothing_is_cut_off(path, width, address, page):
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, f"{address}/{path}")
    page.locator('[data-testid="stDataFrame"] canvas').first.wait_for()
    page.wait_for_function(f"({OVERHANG})().every(overhang => overhang <= 0)")
    if TABLES[path]:
        row, foot = page.evaluate(FIRST_ROW, TABLES[path])
        assert row <= foot
