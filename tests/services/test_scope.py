"""Two clinics in one store: what an actor of one of them may not see, close, undo or take back, and in which words it is told."""

import json

import pytest
from clinic_files import ACTOR, new_store, to_csv

from lib.services import caseload, closing, imports, patients, quarantine, review
from lib.services.access import Actor, Permission
from lib.services.errors import NotFoundError, Store, StoreError
from lib.store.records import read_record_table

NORTH = Actor("north", frozenset(Permission), frozenset({"north"}))
NOWHERE = Actor("nowhere", frozenset(Permission), frozenset())
WORDS = closing.Closing("welfare_check", "seen at home")
FORM = {"instrument": "PHQ-9", "assessed_at": "2026-01-05", **{f"item_{n}": "1" for n in range(1, 10)}}


pytestmark = pytest.mark.usefixtures("each_database_of_all")


@pytest.fixture(scope="module")
def store(each_database_of_all, tmp_path_factory) -> Store:
    """In each clinic: a patient with an item 9, one with an unreadable form, a dose, and a row of somebody unknown."""
    store = new_store(tmp_path_factory.mktemp("scope"))
    for clinic in ("north", "south"):
        people = [f"{clinic}-{name}" for name in ("ann", "bob")]
        ann, bob = ({"patient_id": name, "clinic_id": clinic} for name in people)
        stranger = {"patient_id": f"{clinic}-stranger", "clinic_id": clinic}
        files = {
            "patients": [ann, bob],
            "doses": [{**ann, "started_at": "2026-01-06", "dose_mg": "100"}],
            "forms": [{**ann, **FORM}, {**bob, **FORM, "item_9": "x"}, {**stranger, **FORM}],
        }
        imports.import_files(
            ACTOR, store, [(f"{clinic} {name}.csv", to_csv(rows)) for name, rows in files.items()]
        )
    return store


def texts(frame) -> str:
    """All cells of a frame."""
    return "\n".join(map(str, frame.astype(object).to_numpy().ravel()))


READS = {
    "status": lambda actor, store: caseload.read_status(actor, store, all_courses=True),
    "flags": caseload.read_flags,
    "queue": lambda actor, store: review.read_queue(actor, store).rows,
    "caseload": review.read_caseload,
    "imports": imports.read_imports,
    "held rows": imports.read_held_rows,
}


@pytest.mark.parametrize("read", READS)
def test_a_list_has_the_own_clinic_and_not_a_word_of_the_other(store, read):
    seen, everything = (texts(READS[read](actor, store)) for actor in (NORTH, ACTOR))
    assert "north" in seen and "south" not in seen
    assert "south" in everything


@pytest.mark.parametrize("read", READS)
def test_an_actor_of_no_clinic_sees_nobody(store, read):
    found = READS[read](NOWHERE, store)
    assert "north" not in texts(found) and "south" not in texts(found)


def test_the_download_of_held_rows_has_no_word_of_the_other_clinic(store):
    assert b"north-bob" in quarantine.export_quarantine(NORTH, store)
    assert b"south" not in quarantine.export_quarantine(NORTH, store)


def test_freshness_and_cards_count_the_own_clinic(store):
    assert "south" not in review.read_freshness(NORTH, store).text
    counts = [[card.n_patients for card in review.read_queue(actor, store).cards] for actor in (NORTH, ACTOR)]
    assert [2 * own for own in counts[0]] == counts[1]
    n_unread = [review.read_freshness(actor, store).n_unread_rows for actor in (NORTH, ACTOR)]
    assert 2 * n_unread[0] == n_unread[1]


def key_of(store: Store, patient: str) -> int:
    everyone = review.read_caseload(ACTOR, store).set_index("patient_id")
    return int(everyone.loc[patient, "patient_key"])


def refusal(ask, *arguments, **more) -> str:
    with pytest.raises(StoreError) as error:
        ask(*arguments, **more)
    return str(error.value)


def test_a_flag_of_the_other_clinic_cannot_be_closed(store):
    key = key_of(store, "south-ann")
    flags = patients.read_patient(ACTOR, store, key).flags
    seen = flags.loc[flags["rule"] == "suicidality_item_9", "evidence"].iloc[0]
    said = [refusal(closing.close_flag, NORTH, store, who, WORDS, evidence=seen) for who in (key, 999_999)]
    assert said[0] == said[1]
    assert "south-ann" in texts(caseload.read_flags(ACTOR, store))


def test_an_unreadable_form_of_the_other_clinic_cannot_be_closed(store):
    held = imports.read_held_rows(ACTOR, store)
    key = int(held.loc[held["patient_id"] == "south-bob", "id"].iloc[0])
    said = [refusal(closing.close_unreadable, NORTH, store, row, WORDS) for row in (key, 999_999)]
    assert said[0] == said[1]


def test_an_import_of_the_other_clinic_cannot_be_undone(store):
    files = imports.read_imports(ACTOR, store).set_index("file_name")["id"]
    key = int(files["south doses.csv"])
    said = [refusal(imports.undo_import, NORTH, store, one, "wrong") for one in (key, 999_999)]
    assert said[0].replace(str(key), "N") == said[1].replace("999999", "N")


def test_a_patient_of_the_other_clinic_is_not_found(store):
    said = []
    for key in (key_of(store, "south-ann"), 999_999):
        with pytest.raises(NotFoundError) as error:
            patients.read_patient(NORTH, store, key)
        said.append(str(error.value))
    assert said[0] == said[1]
    page = patients.read_patient(NORTH, store, key_of(store, "north-ann"))
    assert page.history.patient_id == "north-ann" and len(page.flags)


def test_an_import_that_brought_rows_to_two_clinics_is_not_undone_by_one(tmp_path):
    store = new_store(tmp_path)
    people = [{"patient_id": "n", "clinic_id": "north"}, {"patient_id": "s", "clinic_id": "south"}]
    forms = [{**one, **FORM} for one in people]
    imports.import_files(ACTOR, store, [("people.csv", to_csv(people)), ("both.csv", to_csv(forms))])
    key = int(imports.read_imports(ACTOR, store).set_index("file_name")["id"]["both.csv"])
    refusal(imports.undo_import, NORTH, store, key, "wrong")
    assert set(caseload.read_status(ACTOR, store)["patient_id"]) == {"n", "s"}


@pytest.mark.parametrize("named", ["north", ""], ids=["a clinic is named", "no clinic is named"])
def test_an_import_is_of_the_clinic_that_its_waiting_rows_came_to(tmp_path, named):
    store = new_store(tmp_path)
    forms = to_csv([{"patient_id": "ann", "clinic_id": named, **FORM}])
    imports.import_files(ACTOR, store, [("o.csv", to_csv([{"patient_id": "x", "clinic_id": "south"}]))])
    imports.import_files(ACTOR, store, [("n.csv", to_csv([{"patient_id": "y", "clinic_id": "north"}]))])
    imports.import_files(ACTOR, store, [("forms.csv", forms)])
    waiting = set(imports.read_imports(NORTH, store)["file_name"])
    assert waiting == ({"n.csv", "forms.csv"} if named else {"n.csv"})
    imports.import_files(ACTOR, store, [("p.csv", to_csv([{"patient_id": "ann", "clinic_id": "north"}]))])
    found = imports.read_imports(NORTH, store).set_index("file_name")["id"]
    assert set(found.index) == {"n.csv", "p.csv", "forms.csv"}
    imports.undo_import(NORTH, store, int(found["forms.csv"]), "the wrong file")
    assert caseload.read_status(NORTH, store).empty


def test_the_same_file_of_another_clinics_steward_is_no_repeat(tmp_path):
    """One patient_id is two people, and neither's item 9 may be taken for the other's."""
    clinics = new_store(tmp_path)
    pairs = [("one", "north"), ("one", "south"), ("two", "east"), ("two", "west")]
    people = [{"patient_id": name, "clinic_id": clinic} for name, clinic in pairs]
    imports.import_files(ACTOR, clinics, [("patients.csv", to_csv(people))])
    stewards = [
        Actor(f"of {both}", frozenset(Permission), frozenset(both))
        for both in (("north", "east"), ("south", "west"))
    ]
    held = to_csv([{"patient_id": "one", **FORM, "total": "27"}])
    for steward in (*stewards, *stewards):
        (receipt,) = imports.import_files(steward, clinics, [("forms.csv", held)])
        flagged = review.read_queue(steward, clinics).rows
        assert flagged["patient_id"].tolist() == ["one"] and flagged["held_row_key"].isna().all()
    assert receipt.outcome == "already imported"
    assert len(review.read_queue(ACTOR, clinics).rows) == 2


@pytest.mark.parametrize(
    ("born", "total"), [("1970-05-05", [20]), ("1990-09-09", [])], ids=["the same", "another"]
)
def test_a_record_that_waited_becomes_nobody_elses(tmp_path, born, total):
    """Its file said when its patient was born, and did not say in which clinic."""
    clinics = new_store(tmp_path)
    people = [{"patient_id": name, "clinic_id": name} for name in ("north", "south")]
    person = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"value": "one"}],
        "birthDate": "1970-05-05",
    }
    about = {"subject": {"reference": "Patient/p"}, "effectiveDateTime": "2026-01-05", "status": "final"}
    code = {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]}
    score = {"resourceType": "Observation", "id": "o", "code": code, "valueInteger": 20, **about}
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": person}, {"resource": score}],
    }
    later = [{"patient_id": "one", "clinic_id": "south", "birth_date": born}]
    files = (
        ("patients.csv", to_csv(people)),
        ("a.json", json.dumps(bundle).encode()),
        ("new.csv", to_csv(later)),
    )
    for file in files:
        imports.import_files(ACTOR, clinics, [file])
    with clinics.read() as connection:
        assert read_record_table(connection, "assessments", None)["total"].tolist() == total
    assert len(imports.read_held_rows(ACTOR, clinics)) == 2 - len(total)
