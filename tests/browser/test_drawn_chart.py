"""How often the browser draws a patient's chart: the most costly thing on the page."""

import pytest
from serving import settle, visit

pytestmark = pytest.mark.browser
# By line of the chart, how often its course was written.
COUNT = """
    const write = Element.prototype.setAttribute, counts = new Map();
    Element.prototype.setAttribute = function (name, value) {
        if (name === 'd' && this.matches('.scatterlayer .js-line')) counts.set(this, (counts.get(this) ?? 0) + 1);
        return write.call(this, name, value);
    };
    window.mostWritten = () => Math.max(...counts.values());
    window.allWritten = () => [...counts.values()].reduce((sum, n) => sum + n);
    window.axis = () => document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range.join();
"""


def test_a_patients_chart_is_drawn_once_and_again_when_it_changes(address, page):
    page.add_init_script(COUNT)
    visit(page, f"{address}/patient?patient=1")
    page.locator(".js-plotly-plot .scatterlayer .js-line").first.wait_for(state="attached")
    page.wait_for_timeout(500)
    settle(page)
    assert page.evaluate("mostWritten()") == 1
    written, axis = page.evaluate("[allWritten(), axis()]")
    page.get_by_role("radio", name="6 weeks").or_(page.get_by_text("6 weeks", exact=True)).first.click()
    page.wait_for_timeout(500)
    settle(page)
    assert page.evaluate("allWritten()") > written and page.evaluate("axis()") != axis
