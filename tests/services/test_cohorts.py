"""Cohorts over a store: the same people from the same data, consent wherever it was said, no other clinic."""

from datetime import date

import pytest
from clinic_files import ACTOR, new_store, to_csv

from lib.research.criteria import Criteria, Criterion
from lib.services import cohorts, imports, merging, review, saved_cohorts
from lib.services.access import Actor, Permission
from lib.services.errors import NotFoundError, Store, StoreError

NORTH = Actor("north", frozenset(Permission), frozenset({"north"}))
BEGUN = Criteria((Criterion("begun"), Criterion("item_9", ("0",))))
ITEMS = {f"item_{n}": "2" for n in range(1, 9)}
PEOPLE = {
    "yes": {"research_consent": "yes", "clinic_id": "north"},
    "no": {"research_consent": "no"},
    "withdrawn": {"research_consent": "withdrawn"},
    "silent": {},
    "waits": {"research_consent": "yes"},
    "twin": {"research_consent": "withdrawn"},
    "whole": {"research_consent": "yes"},
    "item 9": {"research_consent": "yes"},
}


@pytest.fixture
def store(tmp_path) -> Store:
    """Everybody had a dose on 6 January and a form before it, with an item 9 of 0; `item 9` of 1."""
    store = new_store(tmp_path)
    people = [{"patient_id": name, "clinic_id": "south", **said} for name, said in PEOPLE.items()]
    doses = [
        {"patient_id": name, "started_at": "2026-01-06T10:00", "dose_mg": "100"}
        for name in PEOPLE
        if name != "twin"
    ]
    forms = [
        {
            "patient_id": one["patient_id"],
            "instrument": "PHQ-9",
            "assessed_at": "2026-01-05",
            **ITEMS,
            "item_9": "1" if one["patient_id"] == "item 9" else "0",
        }
        for one in doses
    ]
    # A birth year that cannot be read, and in the same row a withdrawal.
    spoilt = [
        {"patient_id": "waits", "clinic_id": "south", "research_consent": "withdrawn", "birth_year": "x"}
    ]
    files = {"patients": people, "doses": doses, "forms": forms, "later patients": spoilt}
    imports.import_files(ACTOR, store, [(f"{name}.csv", to_csv(rows)) for name, rows in files.items()])
    return store


def names(store: Store, patients) -> set[str]:
    people = review.read_caseload(ACTOR, store).set_index("patient_key")["patient_id"]
    return {people[key] for key in patients}


def key_of(store: Store, name: str) -> int:
    people = review.read_caseload(ACTOR, store).set_index("patient_id")["patient_key"]
    return int(people[name])


def test_consent_counts_wherever_it_was_said(store):
    found = cohorts.read_cohort(ACTOR, store, BEGUN)
    assert names(store, found.patients) == {"yes", "whole"}
    said = {one.words: names(store, one.patients) for one in found.steps[0].exits}
    assert said == {
        "no": {"no"},
        "withdrawn": {"withdrawn", "twin"},
        "a row that waits says otherwise": {"waits"},
        "a yes of a later day": set(),
        "not recorded": {"silent"},
    }
    # The withdrawal of an identity that was merged is that of the one person.
    keys = key_of(store, "twin"), key_of(store, "whole")
    drawn = merging.read_pair(ACTOR, store, *keys)
    merging.merge_patients(ACTOR, store, *keys, "the same person", drawn=drawn)
    assert names(store, cohorts.read_cohort(ACTOR, store, BEGUN).patients) == {"yes"}


def test_a_saved_cohort_gives_the_same_people_until_the_data_change_and_then_says_so(store):
    assert saved_cohorts.save_cohort(ACTOR, store, BEGUN, " First  try ", "for a test") == 1
    key = int(saved_cohorts.list_cohorts(ACTOR, store)["cohort_key"].iloc[0])
    loaded = saved_cohorts.load_cohort(ACTOR, store, key)
    assert loaded.is_same_data and loaded.since.is_same
    assert (
        names(store, loaded.now.patients) == {"yes", "whole"}
        and loaded.saved.cohort.count() == loaded.now.count()
    )
    gone = [{"patient_id": "whole", "clinic_id": "south", "research_consent": "withdrawn"}]
    imports.import_files(ACTOR, store, [("patients.csv", to_csv(gone))])
    loaded = saved_cohorts.load_cohort(ACTOR, store, key)
    assert not loaded.is_same_data and not loaded.since.entered
    assert [(move.why, names(store, move.patients)) for move in loaded.since.left] == [
        ("Consent to research: yes – withdrawn", {"whole"})
    ]
    assert saved_cohorts.save_cohort(ACTOR, store, BEGUN, "First try") == 2
    _, _, found = saved_cohorts.compare_saved(ACTOR, store, key, key + 1)
    assert found == loaded.since
    with pytest.raises(StoreError, match="a name"):
        saved_cohorts.save_cohort(ACTOR, store, BEGUN, "  ")


def test_another_clinics_people_are_nobodys(store):
    own = cohorts.read_cohort(NORTH, store, BEGUN)
    assert names(store, own.patients) == {"yes"} and own.n_start == 1
    saved_cohorts.save_cohort(ACTOR, store, BEGUN, "both")
    saved_cohorts.save_cohort(NORTH, store, BEGUN, "north")
    assert saved_cohorts.list_cohorts(NORTH, store)["name"].tolist() == ["north"]
    assert len(saved_cohorts.list_cohorts(ACTOR, store)) == 2
    for key in (1, 99):
        with pytest.raises(NotFoundError, match="No cohort was found at this address"):
            saved_cohorts.load_cohort(NORTH, store, key)
    with pytest.raises(NotFoundError):
        cohorts.read_cohort(NORTH, store, Criteria(clinics=("south",)))
    # Of somebody with a wider sight it is still the cohort of its own clinics.
    assert saved_cohorts.load_cohort(ACTOR, store, 2).now.n_start == 1


def test_a_day_that_is_past_knows_nothing_later(store):
    early = cohorts.read_cohort(ACTOR, store, BEGUN, date(2026, 1, 5))
    assert early.patients == () and early.criteria.as_of == date(2026, 1, 5)
    outs = {one.words: len(one.patients) for one in early.steps[1].exits}
    assert outs["no dosing session"] == 3


def test_who_may_not_see_patients_is_told_no_small_count(store):
    reader = Actor("a researcher", frozenset({Permission.SEE_RESEARCH}))
    told = cohorts.tell_cohort(reader, store, BEGUN)
    cells = [*told["left"], *told["remaining"]]
    assert not any(cell.isdecimal() and 0 < int(cell) < 11 for cell in cells)
    assert "8" not in told["remaining"].tolist()
