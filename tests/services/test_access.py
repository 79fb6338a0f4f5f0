"""Who may, and which clinics are in sight."""

import pytest
from access_calls import SERVICES
from clinic_files import ACTOR, new_store, to_csv

from lib.services import caseload, imports, patients, review
from lib.services.access import Actor, NotPermittedError, Permission
from lib.services.errors import NotFoundError

NORTH = Actor("north", frozenset(Permission), frozenset({"north"}))


def test_there_are_services():
    assert len(SERVICES) > 15


@pytest.mark.parametrize(
    "function", [function for _, function in SERVICES], ids=[name for name, _ in SERVICES]
)
def test_a_service_refuses_an_actor_without_its_permission(function):
    others = frozenset(Permission) - {function.permission}
    with pytest.raises(NotPermittedError, match=str(function.permission)):
        function(Actor("somebody", others))


@pytest.fixture(scope="module")
def store(each_database_of_all, tmp_path_factory):
    """Two clinics; each has a patient `7` with an item 9, and a row that waits."""
    store = new_store(tmp_path_factory.mktemp("access"))
    people = [
        {"patient_id": name, "clinic_id": clinic} for clinic in ("north", "south") for name in ("7", clinic)
    ]
    items = {f"item_{n}": "1" for n in range(1, 10)}
    form = {"instrument": "PHQ-9", "assessed_at": "2026-01-05", **items}
    forms = [{**form, "patient_id": "7", "clinic_id": clinic} for clinic in ("north", "south")]
    forms += [{**form, "patient_id": clinic, "item_9": "x"} for clinic in ("north", "south")]
    for clinic in ("north", "south"):
        own = [[row for row in rows if clinic in row.values()] for rows in (people, forms)]
        files = [(f"{clinic} patients.csv", to_csv(own[0])), (f"{clinic} forms.csv", to_csv(own[1]))]
        imports.import_files(ACTOR, store, files)
    return store


def test_lists_show_the_actors_clinic_only(store):
    assert set(review.read_caseload(NORTH, store)["clinic_id"]) == {"north"}
    assert set(review.read_queue(NORTH, store).rows["clinic_id"]) == {"north"}
    assert set(imports.read_held_rows(NORTH, store)["clinic_id"]) == {"north"}
    assert {name.split()[0] for name in imports.read_imports(NORTH, store)["file_name"]} == {"north"}
    assert len(caseload.read_flags(NORTH, store)) == 1 and len(caseload.read_flags(ACTOR, store)) == 2
    assert len(caseload.read_status(NORTH, store)) * 2 == len(caseload.read_status(ACTOR, store))


def test_another_clinics_patient_is_not_found_in_the_words_of_nobody(store):
    everyone = review.read_caseload(ACTOR, store)
    foreign = int(everyone.loc[everyone["clinic_id"] == "south", "patient_key"].iloc[0])
    with pytest.raises(NotFoundError) as of_another_clinic:
        patients.read_patient(NORTH, store, foreign)
    with pytest.raises(NotFoundError) as of_nobody:
        patients.read_patient(NORTH, store, 999_999)
    assert str(of_another_clinic.value) == str(of_nobody.value)
    assert review.read_series(NORTH, store, [foreign]) == {}


def test_the_same_patient_id_in_two_clinics_is_two_people(store):
    sevens = review.read_caseload(ACTOR, store).query("patient_id == '7'")
    assert sorted(sevens["clinic_id"]) == ["north", "south"] and sevens["patient_key"].nunique() == 2
