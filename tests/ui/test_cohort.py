"""The page Cohort: its numbers are the service's, the address keeps what is asked, and small counts are told to few."""

import json

from ui_pages import column, run, words
from ui_stores import ACTOR, copy_store

from lib.research.criteria_file import parse_criteria
from lib.services import cohorts, saved_cohorts, stores
from lib.services.access import ROLES, Actor, Role
from lib.ui import access

RESEARCHER = Actor("a researcher", ROLES[Role.RESEARCHER])
ASKED = json.dumps({"criteria": [{"of": "begun"}, {"of": "caseness", "instrument": "PHQ-9"}]})


def plain(test) -> str:
    return words(test).replace("\\", "")


def asked_of(test):
    said = test.query_params["criteria"]
    return parse_criteria(said if isinstance(said, str) else said[0])


def test_a_cohort_is_built_saved_loaded_and_compared(open_page, demo_url, tmp_path, monkeypatch):
    url = copy_store(stores.open_store(ACTOR, demo_url), tmp_path)
    store = stores.open_store(ACTOR, url)
    test = open_page("cohort", url, criteria=ASKED)
    counted = cohorts.read_cohort(ACTOR, store, parse_criteria(ASKED)).count()
    said = plain(test)
    for step, n in zip(counted.steps, counted.remaining, strict=True):
        assert f"{step.words} → **{n}**" in said
    assert f"withdrawn {dict(counted.steps[0].reasons)['withdrawn']}" in said
    test = run(test.text_input(key="cohort-name").set_value("Cases"))
    saved = run(test.button(key="cohort-save").click()).success
    assert [one.value.replace("\\", "") for one in saved] == ["Cases, version 1, is saved."]

    test = run(test.selectbox(key="cohort-add").select("sessions"))
    test = run(test.number_input(key="criterion-2-sessions-low").set_value(6))
    asked = asked_of(test)
    assert (asked.asked[2].of, asked.asked[2].low) == ("sessions", 6)
    # What cannot be meant changes nothing, and is said.
    test = run(test.number_input(key="criterion-2-sessions-high").set_value(2))
    assert "from lies above to. Nothing was changed." in "".join(one.value for one in test.warning).replace(
        "\\", ""
    )
    assert asked_of(test) == asked
    test.text_input(key="cohort-name").set_value("Cases")
    run(test.button(key="cohort-save").click())
    assert saved_cohorts.list_cohorts(ACTOR, store)["version"].tolist() == [2, 1]

    test = open_page("cohort", url, section="saved", saved="1")
    assert column(test, "Data") == ["as saved", "as saved"]
    assert any("these are the same people" in one.value for one in test.success)
    said = plain(open_page("explore", url, saved="1"))
    assert f"Cases, version 1: {counted.remaining[-1]} people who have begun a course" in said
    test = open_page("cohort", url, section="compare")
    _, _, found = saved_cohorts.compare_saved(ACTOR, store, 1, 2)
    assert column(test, "Change") == ["left"] and column(test, "Patients") == [
        str(len(found.left[0].patients))
    ]
    assert column(test, "Why") == ["Dosing sessions of the course: 6 or more – below 6"]

    monkeypatch.setattr(access, "actor", lambda: RESEARCHER)
    test = open_page("cohort", url, section="compare")
    assert not any(0 < int(n) < 11 for n in column(test, "Patients") if n.isdecimal())
    assert "Needed for" not in [one.label for one in test.text_input]
    small = [n for step in counted.steps for _, n in step.reasons if 0 < n < 11]
    said = plain(open_page("cohort", url, criteria=ASKED))
    assert small and "<11 leave" in said and not any(f"**{n}**" in said for n in range(1, 11))
