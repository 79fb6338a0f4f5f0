"""The page Explore: every section says where its numbers come from, and small counts are told to few."""

import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR

from lib import settings
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.counting import count
from lib.clinical.outcomes.measures import MISSING_FAILS
from lib.clinical.outcomes.response_measures import build_measures
from lib.research.criteria import Criteria, Criterion
from lib.research.explore.describing import describe_people
from lib.services import explore, stores
from lib.services.access import ROLES, Actor, Role
from lib.ui import access
from lib.ui.explore.page import SECTIONS

RESEARCHER = Actor("a researcher", ROLES[Role.RESEARCHER])


@pytest.fixture(scope="module")
def studied(demo_url):
    return explore.read_studied(ACTOR, stores.open_store(ACTOR, demo_url), Criteria((Criterion("begun"),)))


def plain(test) -> str:
    return words(test).replace("\\", "")


def test_every_section_shows_its_numbers_where_they_come_from_and_their_code(open_page, demo_url, studied):
    for section in SECTIONS:
        test = open_page("explore", demo_url, section=section)
        said = plain(test)
        assert f"{len(studied)} people who have begun a course" in said
        if section != "model":
            assert f"Data version {studied.drawn.data_version}, as of" in said and "Policy version 1." in said
            assert f"Software version {settings.software_version()}" in said
            assert "pd.read_csv" in test.code[0].value
    asked = Asked(0, "session_4", studied.policy)
    counted = count(build_measures(asked)["response"], studied.facts, MISSING_FAILS)
    assert f"{counted.met} of {counted.total}" in said and "worst case" in said and "unless more than" in said
    test = run(test.button(key="explore-rules").click())
    assert column(test, "Counts")[0] == f"{counted.met} of {counted.total}"

    test = open_page("explore", demo_url, section="model")
    assert "Fitting takes a few seconds" in plain(test) and not test.code
    test = run(test.button(key="explore-fit").click())
    assert [one.value for one in test.success] == ["The model converged."]
    assert "There is no comparison group" in plain(test) and "smf.mixedlm" in test.code[0].value
    assert test.query_params["fit"] == "yes"

    test = open_page("explore", demo_url, section="people", by="sex")
    table = describe_people(studied, studied.part("sex", 0), 0)
    assert column(test, "All") == table["All"].tolist() and column(test, "female") == table["female"].tolist()
    test = open_page("explore", demo_url, section="change")
    assert column(test, "Totals", 1) == ["Observed cases", "Carried forward: a sensitivity"]


def test_whoever_may_not_see_patients_gets_no_small_count(open_page, demo_url, monkeypatch):
    monkeypatch.setattr(access, "actor", lambda: RESEARCHER)
    for section in SECTIONS:
        test = open_page("explore", demo_url, section=section, by="dose", fit="yes", rules="yes")
        assert "people who have begun a course" in plain(test)
    test = open_page("explore", demo_url, section="people", by="protocol")
    for group in test.dataframe[0].value.columns[2:]:
        cells = column(test, group)
        assert not any(0 < int(one.split()[0]) < 11 for one in cells if "%" in one)
    assert "too few" in "".join(column(test, test.dataframe[0].value.columns[-1])) or "<11" in str(
        test.dataframe[0].value
    )
