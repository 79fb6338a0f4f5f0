"""The same bytes read in another way, answers that are remembered, and whose records a file may bring."""

import pytest
from clinic_files import ACTOR, new_store, to_csv

from lib.services import imports, quarantine, review
from lib.services.access import Actor, Permission
from lib.services.errors import StoreError
from lib.services.imports import Receipt

ITEMS = {f"item_{n}": "1" for n in range(1, 10)}
ANN = [{"patient_id": "ann", "clinic_id": "a"}]


def d_m(day: str, who: str = "ann", item_9: str = "3") -> dict[str, str]:
    return {"patient_id": who, "instrument": "PHQ-9", "assessed_at": day, **ITEMS, "item_9": item_9}


@pytest.fixture
def store(tmp_path):
    store = new_store(tmp_path)
    take(
        store,
        "patients.csv",
        [*ANN, {"patient_id": "bob", "clinic_id": "b"}, {"patient_id": "cas", "clinic_id": "c"}],
    )
    return store


def take(store, name, rows, order: str = "", actor: Actor = ACTOR, **more: str) -> Receipt:
    choices = {"date_order:assessed_at": order} if order else {}
    data = rows if isinstance(rows, bytes) else to_csv(rows)
    said = {name: {**choices, **more}} if choices or more else None
    (receipt,) = imports.import_files(actor, store, [(name, data)], choices=said)
    return receipt


def n_unread(store) -> int:
    return sum("Unreadable form" in why for why in review.read_queue(ACTOR, store).rows["reasons"])


def test_the_same_bytes_in_another_order_of_dates_ask_which_reading_holds(store):
    rows = [d_m("03/04/2026"), d_m("05/06/2026")]
    assert take(store, "f.csv", rows, "dmy").counts.n_new == 2
    asked = take(store, "f.csv", rows, "mdy")
    assert [question.key for question in asked.questions] == ["other_reading"] and n_unread(store) == 1
    imports.undo_import(ACTOR, store, asked.import_key or 2, "the wrong order")
    assert take(store, "f.csv", rows, "mdy").counts.n_new == 2
    assert n_unread(store) == 0


def test_another_part_of_the_same_bytes_is_taken_beside(store):
    rows = [d_m("03/04/2026")]
    take(store, "f.csv", rows, "dmy")
    beside = take(store, "f.csv", rows, "mdy", other_reading="beside")
    assert (beside.outcome, beside.counts.n_new) == ("accepted", 1)
    assert take(store, "f.csv", rows, "mdy").outcome == "already imported"


def test_what_is_offered_without_effect_is_not_remembered(store):
    rows = [d_m("03/04/2026")]
    take(store, "f 2026-04-03.csv", rows, "dmy")
    # The same once more, with another answer that is not taken.
    assert take(store, "f 2026-04-03.csv", rows, "mdy").questions
    take(store, "f 2026-04-04.csv", [d_m("05/06/2026")])
    with store.read() as connection:
        days = (
            connection.exec_driver_sql("SELECT assessed_at_day FROM assessments ORDER BY id").scalars().all()
        )
    # The third of April, and the fifth of June.
    assert days == [20546, 20609]


def test_two_clinics_of_one_system_are_two_sources(store):
    take(store, "clinic_1.csv", [d_m("03/04/2026")], "dmy")
    assert [question.key for question in take(store, "clinic_2.csv", [d_m("03/05/2026")]).questions] == [
        "date_order:assessed_at"
    ]


def test_a_file_that_is_undone_and_asks_again_stands_in_the_queue_again(store):
    rows = [d_m("03/04/2026")]
    assert take(store, "w.csv", rows).questions and n_unread(store) == 1
    key = take(store, "w.csv", rows, "dmy").import_key
    assert n_unread(store) == 0
    imports.undo_import(ACTOR, store, key, "wrong")
    assert take(store, "march.csv", rows).questions and n_unread(store) == 1


def of_clinics(*clinics: str) -> Actor:
    return Actor("steward", frozenset(Permission), clinics=frozenset(clinics))


def whose(store) -> list[str]:
    with store.read() as connection:
        query = "SELECT i.patient_id FROM assessments a JOIN patient_identity i ON i.id = a.patient_key"
        return list(connection.exec_driver_sql(query).scalars())


def test_what_waits_is_never_released_onto_another_clinics_patient(store):
    steward, rows = of_clinics("a", "c"), [d_m("2026-03-01", "bob"), d_m("2026-03-01", "dan")]
    assert take(store, "f.csv", rows, actor=steward).counts.n_held == 2
    assert take(store, "f.csv", rows, actor=steward).counts.n_released == 0
    take(store, "more.csv", [{"patient_id": "dan", "clinic_id": "b"}])
    assert whose(store) == []
    take(store, "own.csv", [{"patient_id": "dan", "clinic_id": "c"}])
    assert whose(store) == ["dan"]


def test_a_correction_reaches_no_other_clinics_patient(store):
    steward = of_clinics("a")
    take(store, "f.csv", [d_m("2026-03-01", "who")], actor=steward)
    (row,) = quarantine.read_quarantine(steward, store)["id"]
    correction = quarantine.Correction((row,), {"patient_id": "bob", "clinic_id": "b"}, "it was bob")
    with pytest.raises(StoreError):
        quarantine.correct(steward, store, correction)
    assert whose(store) == []


def test_records_of_whom_the_file_describes_as_somebody_else_wait_with_the_description(store):
    bundle = b"""{"resourceType": "Bundle", "type": "collection", "entry": [
      {"resource": {"resourceType": "Patient", "id": "x", "identifier": [{"value": "eve"}], "birthDate": "%s"}},
      {"resource": {"resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/x"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]}, "effectiveDateTime": "2026-03-0%d",
        "valueInteger": 9}}]}"""
    imports.import_files(ACTOR, store, [("one.json", bundle % (b"1980-01-01", 1))])
    people, forms = imports.import_files(ACTOR, store, [("two.json", bundle % (b"1991-05-05", 2))])
    assert (people.counts.n_held, forms.counts.n_held, forms.counts.n_new) == (1, 1, 0)


def test_a_refused_file_stands_in_the_queue_although_the_import_is_stopped(store):
    def stop(_: str, __: float) -> None:
        raise KeyboardInterrupt

    files = [("letter.csv", b"%PDF-1.7"), ("f.csv", to_csv([d_m("2026-03-01")]))]
    with pytest.raises(KeyboardInterrupt):
        imports.import_files(ACTOR, store, files, progress=stop)
    assert n_unread(store) == 1 and whose(store) == []
