"""Voiding a record: who, why, and what follows from it being gone."""

from datetime import UTC, date, datetime

import pytest
from built_stores import copy_of
from clinic_files import ACTOR, to_csv

from lib.services import _clock, caseload, imports, one_page, records, review, stores
from lib.services.access import Actor, NotPermittedError, Permission
from lib.services.errors import NotFoundError, Store, StoreError
from lib.store.records import read_frame, read_record_table
from lib.store.tables import RECORDS

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
FORM = {"patient_id": "ann", "instrument": "PHQ-9", "assessed_at": "2026-03-10T09:00"}
WHY = "filled in by another patient"


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setattr(_clock, "now", lambda: NOW)
    return copy_of("records", tmp_path / "clinic.sqlite", begin)


def begin(url: str) -> Store:
    """Ann of clinic north: a baseline, a dose, and one follow-up that was corrected from 9 to 4."""
    store = stores.create_store(ACTOR, url, are_clinics_open=True)
    take(store, [{"patient_id": "ann", "clinic_id": "north"}, {"patient_id": "bob", "clinic_id": "south"}])
    take(store, [{"patient_id": "ann", "started_at": "2026-02-02T09:00", "dose_mg": "100"}])
    take(store, [{**FORM, "assessed_at": "2026-02-01", "total": "18"}, {**FORM, "total": "9"}])
    take(store, [{**FORM, "total": "4"}])
    return store


def take(store: Store, rows: list[dict[str, str]]) -> None:
    (receipt,) = imports.import_files(ACTOR, store, [("rows.csv", to_csv(rows))])
    assert receipt.is_complete


def record_of(store: Store, kind: str, **said: str | int) -> int:
    with store.read() as connection:
        rows = read_record_table(connection, kind, None)
    for name, value in said.items():
        rows = rows[rows[name] == value]
    (record,) = rows["id"]
    return int(record)


def latest(store: Store) -> list[str]:
    status = caseload.read_status(ACTOR, store)
    return [str(total) for total in status.loc[status["instrument"] == "PHQ-9", "latest_total"]]


def test_a_voided_form_is_gone_with_all_its_versions(store):
    assert latest(store) == ["4"]
    records.void_record(ACTOR, store, "assessments", record_of(store, "assessments", total=4), WHY)
    assert latest(store) == ["<NA>"]


def test_a_voided_dosing_session_takes_its_course_along(store):
    records.void_record(ACTOR, store, "dosing_sessions", record_of(store, "dosing_sessions"), WHY)
    status = caseload.read_status(ACTOR, store)
    assert set(status["reason"]) == {"no dosing session"} and set(status["n_dosing_sessions"]) == {0}


def test_it_stays_in_the_store_with_who_when_and_why(store):
    records.void_record(ACTOR, store, "assessments", record_of(store, "assessments", total=4), f" {WHY} ")
    with store.read() as connection:
        rows = read_frame(connection, RECORDS["assessments"].select())
    voided = rows[rows["withdrawn_at"].notna()]
    assert sorted(voided["total"]) == [4, 9] and set(voided["is_current"]) == {0}
    said = {(row.withdrawn_by, row.withdrawn_why, row.withdrawn_at) for row in voided.itertuples()}
    assert said == {(ACTOR.name, WHY, int(NOW.timestamp()))}


def test_an_item_9_of_a_voided_form_is_still_flagged(store):
    items = {f"item_{n}": "2" for n in range(1, 10)}
    take(store, [{**FORM, "assessed_at": "2026-03-15", **items}])
    records.void_record(ACTOR, store, "assessments", record_of(store, "assessments", item_9=2), WHY)
    assert latest(store) == ["4"]
    flags = caseload.read_flags(ACTOR, store)
    since = flags.loc[flags["rule"] == "suicidality_item_9", "since"]
    assert [day.date() for day in since] == [date(2026, 3, 15)]


@pytest.mark.parametrize("why", ["", "  \n"])
def test_a_reason_is_asked_for(store, why):
    with pytest.raises(StoreError, match="why"):
        records.void_record(ACTOR, store, "assessments", record_of(store, "assessments", total=4), why)
    assert latest(store) == ["4"]


def test_what_is_not_there_not_in_sight_or_voided_already_is_not_found_in_the_same_words(store):
    form = record_of(store, "assessments", total=4)
    south = Actor("south", frozenset(Permission), frozenset({"south"}))
    tries = [
        (ACTOR, "assessments", 999_999),
        (ACTOR, "no such kind", form),
        (south, "assessments", form),
    ]
    said = set()
    for actor, kind, record in tries:
        with pytest.raises(NotFoundError) as error:
            records.void_record(actor, store, kind, record, WHY)
        said.add(str(error.value))
    records.void_record(ACTOR, store, "assessments", form, WHY)
    with pytest.raises(NotFoundError) as error:
        records.void_record(ACTOR, store, "assessments", form, WHY)
    assert {str(error.value)} == said


def test_an_actor_of_the_clinic_may_and_one_without_the_right_may_not(store):
    form = record_of(store, "assessments", total=4)
    others = frozenset(Permission) - {Permission.VOID_RECORDS}
    with pytest.raises(NotPermittedError):
        records.void_record(Actor("north", others, frozenset({"north"})), store, "assessments", form, WHY)
    north = Actor("north", frozenset({Permission.VOID_RECORDS}), frozenset({"north"}))
    records.void_record(north, store, "assessments", form, WHY)
    assert latest(store) == ["<NA>"]


def test_the_same_row_in_a_later_file_is_a_new_record(store):
    """Whoever voided it, and then sends it again, means it."""
    records.void_record(ACTOR, store, "assessments", record_of(store, "assessments", total=4), WHY)
    take(store, [{**FORM, "total": "4", "mode": "web"}])
    assert latest(store) == ["4"]


ZEROS = {f"item_{n}": "0" for n in range(1, 10)}
SENT = {**FORM, **ZEROS, "item_9": "2"}
# What was done to the form, and what the paper says of item 9 while the flag is open.
REPLACED = {
    "corrected": ({**FORM, **ZEROS}, "0 on 10 Mar 2026 (denied"),
    "left blank": ({**FORM, **ZEROS, "item_9": ""}, "not answered on"),
    "voided": (None, ""),
}


@pytest.mark.parametrize(("correction", "in_force"), REPLACED.values(), ids=REPLACED)
def test_an_answer_that_is_not_in_force_any_more_is_on_the_page_as_in_the_queue(store, correction, in_force):
    take(store, [SENT])
    if correction:
        take(store, [correction])
    else:
        records.void_record(ACTOR, store, "assessments", record_of(store, "assessments", item_9=2), WHY)
    people = review.read_caseload(ACTOR, store).set_index("patient_id")["patient_key"]
    sheet = one_page.read_sheet(ACTOR, store, int(people["ann"]))
    assert any("Item 9 positive (2)" in flag.evidence for flag in sheet.flags)
    said = "tem 9 of forms that were corrected or taken back: 2 on 10 Mar 2026"
    for words in (sheet.sentence, dict(sheet.facts)["Item 9"]):
        assert said in words and in_force in words


def test_an_answer_that_a_correction_repeats_is_said_once(store):
    take(store, [SENT])
    take(store, [{**SENT, "item_1": "1"}])
    people = review.read_caseload(ACTOR, store).set_index("patient_id")["patient_key"]
    assert "corrected" not in one_page.read_sheet(ACTOR, store, int(people["ann"])).sentence
