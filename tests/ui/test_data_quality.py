"""Data quality: each check with its state and its rows, waivers, and who may be one person."""

import pytest
from ui_pages import column, words
from ui_stores import ACTOR

from lib.clinical.quality_checks import CHECKS
from lib.services import quality, stores


def test_every_check_has_its_row_and_a_state(open_page, demo_url):
    test = open_page("data_quality")
    assert column(test, "Check") == [check.title for check in CHECKS.values()]
    found = quality.read_quality(ACTOR, stores.open_store(ACTOR, demo_url))
    assert [state.split(" ", 1)[1] for state in column(test, "State")] == found.checks["state"].tolist()


@pytest.mark.parametrize("code", CHECKS)
def test_each_check_opens_its_rows(open_page, demo_url, code):
    test = open_page("data_quality", check=code)
    found = quality.read_quality(ACTOR, stores.open_store(ACTOR, demo_url))
    own = found.rows[found.rows["check"] == code]
    assert f"{CHECKS[code].title} ({len(own):,})" in words(test)
    if len(own):
        assert column(test, "What is wrong", 1) == own["what"].tolist()
