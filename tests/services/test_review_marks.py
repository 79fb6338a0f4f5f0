"""What changed since somebody's own last review: marks, what they cover, and what is new after them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import shared_server
from built_stores import copy_of
from clinic_files import ACTOR, to_csv
from sqlalchemy import insert

from lib.clinical.frames import KINDS
from lib.services import _clock, imports, patients, records, review, review_marks, stores
from lib.services.access import Actor, Permission
from lib.services.errors import NotFoundError, Store
from lib.services.review_marks import COMPUTED_TOTAL, CORRECTED, NEW, OLDER_VERSION, WITHDRAWN
from lib.store.derived_tables import review_mark
from lib.store.records import read_frame, read_record_table
from lib.store.review_marks import _TOUCHED

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
OTHER = replace(ACTOR, name="a colleague")
NORTH = Actor("north", frozenset(Permission), frozenset({"north"}))
ITEMS = {f"item_{n}": "1" for n in range(1, 10)}
FORM = {"patient_id": "ann", "instrument": "PHQ-9", "assessed_at": "2026-03-10T09:00"}
DOSE = {"patient_id": "ann", "started_at": "2026-03-12T18:00", "dose_mg": "100"}
EVENT = {"patient_id": "ann", "started_at": "2026-03-12T18:00", "term": "Nausea"}


class Clinic:
    """Ann of clinic north with one form, Bob of clinic south; the clock is the test's."""

    def __init__(self, folder):
        self.now = NOW
        self.store = copy_of("review marks", folder / "clinic.sqlite", self.begin)
        self.now = NOW + timedelta(minutes=2)
        everyone = review.read_caseload(ACTOR, self.store).set_index("patient_id")["patient_key"]
        self.ann, self.bob = int(everyone["ann"]), int(everyone["bob"])

    def begin(self, url: str) -> Store:
        self.store = stores.create_store(ACTOR, url, are_clinics_open=True)
        people = [{"patient_id": "ann", "clinic_id": "north"}, {"patient_id": "bob", "clinic_id": "south"}]
        self.take(people, "people.csv")
        self.take([{**FORM, **ITEMS}], "first.csv")
        return self.store

    def take(self, rows, name="rows.csv"):
        self.now += timedelta(minutes=1)
        (receipt,) = imports.import_files(ACTOR, self.store, [(name, to_csv(rows))])
        return receipt.import_key

    def since(self, actor=ACTOR, patient=None):
        return patients.read_patient(actor, self.store, patient or self.ann).since_review

    def mark(self, actor=ACTOR, drawn=None):
        review_marks.mark_reviewed(actor, self.store, self.ann, drawn or self.since(actor).drawn)

    def said(self, actor=ACTOR):
        """(what, kind), the latest event first."""
        return [(change.what, change.kind) for change in self.since(actor).changes]

    def record(self, kind):
        with self.store.read() as connection:
            return int(read_record_table(connection, kind, [self.ann])["id"].iloc[-1])

    def void(self, kind, why="of another patient"):
        self.now += timedelta(minutes=1)
        records.void_record(ACTOR, self.store, kind, self.record(kind), why)


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    found = []
    monkeypatch.setattr(_clock, "now", lambda: found[0].now if found else NOW)
    found.append(Clinic.__new__(Clinic))
    found[0].now = NOW
    found[0].__init__(tmp_path)
    return found[0]


def test_whoever_never_marked_is_told_so_and_not_that_nothing_changed(clinic):
    since = clinic.since()
    assert since.reviewed_at is None and since.changes == ()


def test_after_a_mark_nothing_is_new(clinic):
    clinic.mark()
    since = clinic.since()
    assert since.reviewed_at == int(clinic.now.timestamp()) and since.changes == () and since.n_held == 0


def test_a_mark_is_ones_own(clinic):
    clinic.mark()
    assert clinic.since(OTHER).reviewed_at is None
    clinic.take([{**FORM, "assessed_at": "2026-03-17", **ITEMS}])
    clinic.mark(OTHER)
    assert clinic.said(OTHER) == [] and clinic.said() == [(NEW, "assessments")]


def test_what_arrives_after_a_mark_is_new_whatever_date_it_bears(clinic):
    clinic.mark()
    clinic.take([{**FORM, "assessed_at": "2025-12-01", **ITEMS, "recorded_at": "2025-12-01"}], "old.csv")
    clinic.take([DOSE])
    clinic.take([EVENT])
    clinic.take([{"patient_id": "ann", "on": "2026-03-11", "text": "moved house"}])
    kinds = ["dosing_sessions", "adverse_events", "events", "assessments"]
    assert sorted(clinic.said()) == sorted((NEW, kind) for kind in kinds)
    form = clinic.since().changes[-1]
    assert (form.file_name, form.by, form.now[COMPUTED_TOTAL]) == ("old.csv", ACTOR.name, 9)


def test_new_forms_are_named_by_the_id_that_the_chart_knows(clinic):
    clinic.mark()
    clinic.take([{**FORM, "assessed_at": "2026-03-17", **ITEMS}])
    page = patients.read_patient(ACTOR, clinic.store, clinic.ann)
    last = int(page.history.assessments["record"].iloc[-1])
    assert page.since_review.new_versions("assessments") == {last}
    assert page.since_review.new_versions("dosing_sessions") == frozenset()


def test_a_correction_says_what_it_said_what_it_says_and_by_which_file(clinic):
    clinic.mark()
    clinic.take([{**FORM, **ITEMS, "item_9": "2"}], "mended.csv")
    (change,) = clinic.since().changes
    assert (change.what, change.kind, change.file_name, change.by) == (
        CORRECTED,
        "assessments",
        "mended.csv",
        ACTOR.name,
    )
    different = {name: (change.was[name], change.now[name]) for name in change.now}
    assert {name: pair for name, pair in different.items() if pair[0] != pair[1]} == {
        "item_9": (1, 2),
        COMPUTED_TOTAL: (9, 10),
    }
    assert change.version in clinic.since().new_versions("assessments")


def test_a_blank_that_was_a_zero_is_a_correction_and_not_a_zero(clinic):
    clinic.take([{**FORM, "assessed_at": "2026-03-17", **ITEMS, "item_9": "0"}])
    clinic.mark()
    clinic.take([{**FORM, "assessed_at": "2026-03-17", **ITEMS, "item_9": ""}])
    (change,) = clinic.since().changes
    assert (change.was["item_9"], change.now["item_9"]) == (0, None)


def test_the_same_row_again_is_no_news(clinic):
    clinic.mark()
    clinic.take([{**FORM, **ITEMS}, {**FORM, **ITEMS}], "again.csv")
    assert clinic.said() == []


def test_an_older_version_that_arrives_late_is_told_and_replaces_nothing(clinic):
    clinic.mark()
    clinic.take([{**FORM, **ITEMS, "item_9": "3", "recorded_at": "2026-03-10T09:00"}])
    clinic.take([{**FORM, **ITEMS, "item_9": "2", "recorded_at": "2026-03-01T09:00"}])
    clinic.mark()
    clinic.take([{**FORM, **ITEMS, "item_9": "0", "recorded_at": "2026-02-01T09:00"}])
    (change,) = clinic.since().changes
    assert change.what == OLDER_VERSION and change.was == change.now


def test_a_withdrawn_record_says_who_why_and_what_it_had_said(clinic):
    clinic.mark()
    clinic.void("assessments")
    (change,) = clinic.since().changes
    assert (change.what, change.version, change.by, change.why) == (
        WITHDRAWN,
        None,
        ACTOR.name,
        "of another patient",
    )
    assert change.was[COMPUTED_TOTAL] == 9 and change.now == {}
    clinic.mark()
    assert clinic.said() == []


def test_what_came_and_went_between_two_looks_is_told(clinic):
    clinic.mark()
    clinic.take([DOSE])
    clinic.void("dosing_sessions")
    (change,) = clinic.since().changes
    assert change.what == WITHDRAWN and change.was["dose_mg"] == 100


def test_a_record_that_was_withdrawn_before_the_mark_and_is_sent_again_is_new(clinic):
    clinic.take([DOSE])
    clinic.void("dosing_sessions")
    clinic.mark()
    clinic.take([{**DOSE, "note": "this time"}])
    assert clinic.said() == [(NEW, "dosing_sessions")]


def test_an_undone_correction_is_a_correction_back(clinic):
    key = clinic.take([{**FORM, **ITEMS, "item_9": "3"}], "wrong.csv")
    clinic.mark()
    clinic.now += timedelta(minutes=1)
    imports.undo_import(ACTOR, clinic.store, key, "the wrong file")
    (change,) = clinic.since().changes
    assert (change.what, change.was["item_9"], change.now["item_9"], change.why) == (
        CORRECTED,
        3,
        1,
        "the wrong file",
    )


def test_a_withdrawal_within_the_second_of_the_look_is_not_lost(clinic):
    """Counts decide, not the clock: both happen at one moment."""
    drawn = clinic.since().drawn
    records.void_record(ACTOR, clinic.store, "assessments", clinic.record("assessments"), "late")
    clinic.mark(drawn=drawn)
    assert clinic.said() == [(WITHDRAWN, "assessments")]


def test_what_arrived_between_drawing_and_pressing_stays_new(clinic):
    drawn = clinic.since().drawn
    clinic.take([DOSE])
    clinic.mark(drawn=drawn)
    assert clinic.said() == [(NEW, "dosing_sessions")]


def test_an_older_tab_pressed_later_does_not_bring_seen_records_back(clinic):
    old_tab = clinic.since().drawn
    clinic.take([DOSE])
    clinic.mark()
    clinic.mark(drawn=old_tab)
    assert clinic.said() == []


def test_what_is_dated_tomorrow_is_new_tomorrow(clinic):
    """It was not on the screen when the mark was made."""
    clinic.take([{**DOSE, "started_at": "2026-03-21T08:00", "status": "planned"}])
    clinic.mark()
    assert clinic.said() == []
    clinic.now += timedelta(days=1)
    assert clinic.said() == [(NEW, "dosing_sessions")]


def test_rows_that_were_not_taken_are_counted(clinic):
    clinic.mark()
    clinic.take([{**FORM, "assessed_at": "2026-03-17", **ITEMS, "item_9": "often"}])
    since = clinic.since()
    assert since.n_held == 1 and since.changes == ()


def test_another_patients_records_are_no_news(clinic):
    clinic.mark()
    clinic.take([{**DOSE, "patient_id": "bob"}])
    clinic.take([{"patient_id": "bob", "clinic_id": "south", "initials": "BB"}])
    assert clinic.said() == []


def test_details_of_the_patient_are_records_too(clinic):
    clinic.mark()
    clinic.take([{"patient_id": "ann", "clinic_id": "north", "ended_on": "2026-03-19"}])
    (change,) = clinic.since().changes
    assert (change.what, change.kind, change.on) == (CORRECTED, "patients", None)
    assert str(change.now["ended_on"]) == "2026-03-19"


def test_marks_are_only_added_to(clinic):
    for _ in range(3):
        clinic.mark()
    with clinic.store.read() as connection:
        marks = read_frame(connection, review_mark.select())
    assert list(marks["actor"]) == [ACTOR.name] * 3 and set(marks["patient_key"]) == {clinic.ann}


def test_another_clinics_patient_and_nobody_cannot_be_marked_in_the_same_words(clinic):
    said = set()
    for key in (clinic.bob, 999_999):
        with pytest.raises(NotFoundError) as error:
            review_marks.mark_reviewed(NORTH, clinic.store, key, clinic.since().drawn)
        said.add(str(error.value))
    assert len(said) == 1
    review_marks.mark_reviewed(NORTH, clinic.store, clinic.ann, clinic.since().drawn)
    with clinic.store.read() as connection:
        assert len(read_frame(connection, review_mark.select())) == 1


@pytest.mark.skipif(shared_server.is_asked_for(), reason="it reads SQLite's plan")
def test_the_question_is_answered_by_the_patients_index(clinic):
    """Every page asks it: it must not walk through the records of everyone."""
    given = {"patient": clinic.ann, "covers_import_key": 0, "on_day": 0}
    with clinic.store.read() as connection:
        question = _TOUCHED.params(**given).compile(connection)
        values = tuple(question.params[name] for name in question.positiontup)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", values).fetchall()
    steps = [row[3] for row in plan if row[3].startswith(("SCAN", "SEARCH"))]
    assert len(steps) == len(KINDS) and all("patient_key=?" in step for step in steps)


def test_a_mark_of_nobody_is_refused_by_the_store(clinic):
    row = {"clinic_key": 1, "patient_key": 999, "actor": "x", "reviewed_at": 1, "on_day": 1}
    with pytest.raises(Exception, match=r"(?i)foreign key"), clinic.store.write() as connection:
        connection.execute(insert(review_mark).values(row | {"covers_import_key": 0, "covers_withdrawn": 0}))
