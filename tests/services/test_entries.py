"""Records entered by hand: checks, versions and flags of a file's row; all of it or nothing; never on somebody else."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from built_stores import copy_of
from clinic_files import ACTOR, printed_rows, to_csv

from lib.services import _clock, caseload, entries, imports, records, review, stores
from lib.services.access import Actor, Permission
from lib.services.entries import AlreadyStoredError, ChangedSinceError, DrawnForm, EntryRefusedError
from lib.services.errors import NotFoundError, Store, StoreError
from lib.store.records import read_frame
from lib.store.tables import RECORDS, held_row, import_, import_clinic

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
ITEMS = {f"item_{n}": "2" for n in range(1, 10)}
FORM = {"instrument": "PHQ-9", "assessed_at": "2026-03-19T09:05", **ITEMS}
SESSION = {"started_at": "2026-03-18T17:00", "dose_mg": "150", "status": "taken"}
# One of each kind, with every sort of column.
ENTRIES = {
    "assessments": {**FORM, "item_3": "", "difficulty": "1", "mode": "paper"},
    "dosing_sessions": {
        **SESSION,
        "sbp_pre_mmhg": "164",
        "dbp_pre_mmhg": "102",
        "swallowed": "no",
        "food_h": "0.5",
        "telehealth_contact": "during",
        "sedation_moaas": "2",
        "note": "two lines,\n“quoted”; and a = sign",
    },
    "adverse_events": {"started_at": "2026-03-18T18:00", "term": "Nausea", "severity": "moderate"},
    "integration_events": {"at": "2026-03-19", "practice": "journaling", "tags": "relief;engagement"},
    "dose_orders": {"ordered_at": "2026-03-10T10:00", "dose_mg": "150", "interval_days": "3.5"},
    "observations": {"observed_at": "2026-03-01", "kind": "weight_kg", "value": "82.5"},
    "events": {"on": "2026-03-02", "text": "antidepressant changed"},
}


class Clinic:
    """Ann and Bob of north, and another Ann in the south; Ann has a dose and a baseline."""

    def __init__(self, folder, name: str = "clinic") -> None:
        def build(url: str) -> Store:
            self.store = stores.create_store(ACTOR, url, are_clinics_open=True)
            self._take_first_records()
            return self.store

        self.store = copy_of("entries", folder / f"{name}.sqlite", build)

    def _take_first_records(self) -> None:
        people = [("ann", "north", "AB"), ("bob", "north", "CD"), ("ann", "south", "EF")]
        names = ("patient_id", "clinic_id", "initials")
        self.take([{**dict(zip(names, one, strict=True)), "birth_year": "1984"} for one in people])
        north = {"patient_id": "ann", "clinic_id": "north"}
        self.take([{**north, "started_at": "2026-02-02T17:00", "dose_mg": "100"}])
        self.take([{**north, "instrument": "PHQ-9", "assessed_at": "2026-02-01", "total": "18"}])

    def take(self, rows) -> None:
        (receipt,) = imports.import_files(ACTOR, self.store, [("rows.csv", to_csv(rows))])
        assert receipt.is_complete, receipt.problems

    def key_of(self, patient_id: str, clinic_id: str = "north") -> int:
        people = review.read_caseload(ACTOR, self.store)
        own = people[(people["patient_id"] == patient_id) & (people["clinic_id"] == clinic_id)]
        return int(own["patient_key"].iloc[0])

    def form(self, patient_id: str = "ann", kind: str = "assessments") -> entries.EntryForm:
        return entries.read_entry_form(ACTOR, self.store, self.key_of(patient_id), kind)

    def enter(self, kind: str, values, patient_id: str = "ann", record: int | None = None):
        form = self.form(patient_id, kind)
        return entries.enter_record(
            ACTOR, self.store, form.patient_key, kind, values, expected=form.draw(record)
        )

    def correct(self, kind: str, changes, record: int, patient_id: str = "ann"):
        form = self.form(patient_id, kind)
        return entries.correct_record(
            ACTOR, self.store, form.patient_key, kind, changes, expected=form.draw(record)
        )


@pytest.fixture
def clinic(tmp_path, monkeypatch) -> Clinic:
    monkeypatch.setattr(_clock, "now", lambda: NOW)
    return Clinic(tmp_path)


def content(store: Store) -> dict[str, list[tuple]]:
    """Every row of the tables that an entry could touch."""
    tables = [*RECORDS.values(), import_, import_clinic, held_row]
    with store.read() as connection:
        return {table.name: [tuple(row) for row in connection.execute(table.select())] for table in tables}


def printed(store: Store) -> list[list[dict[str, str]]]:
    return [printed_rows(caseload.read_status(ACTOR, store)), printed_rows(caseload.read_flags(ACTOR, store))]


def rows_of(store: Store, kind: str):
    with store.read() as connection:
        return read_frame(connection, RECORDS[kind].select())


# The same as a file.


@pytest.mark.parametrize("kind", ENTRIES)
def test_what_is_entered_is_stored_as_a_file_s_row_is(kind, clinic, tmp_path):
    by_file = Clinic(tmp_path, "by file")
    clinic.enter(kind, ENTRIES[kind])
    staff = {"entered_by": "staff"} if kind == "assessments" else {}
    by_file.take([{"patient_id": "ann", "clinic_id": "north", **ENTRIES[kind], **staff}])
    own = ["import_key", "line", "recorded_at", "is_current"]
    typed, loaded = (rows_of(one.store, kind).drop(columns=own) for one in (clinic, by_file))
    assert (
        typed.astype(object)
        .where(typed.notna(), None)
        .equals(loaded.astype(object).where(loaded.notna(), None))
    )
    assert printed(clinic.store) == printed(by_file.store)


def test_every_kind_that_is_entered_has_an_example():
    assert set(ENTRIES) == set(entries.ENTERED_KINDS)


def test_an_item_9_that_is_entered_is_flagged_at_once(clinic):
    safety_now = review.read_queue(ACTOR, clinic.store).cards[0]
    assert (safety_now.name, safety_now.n_patients) == ("Safety now", 0)
    clinic.enter("assessments", FORM)
    rows = review.read_queue(ACTOR, clinic.store).rows
    (own,) = rows[rows["patient_key"] == clinic.key_of("ann")].to_dict("records")
    assert "Safety now" in own["cards"] and own["severity"] == "critical"


def test_who_and_when_stand_in_the_receipt_and_among_the_imports(clinic):
    receipt = clinic.enter("assessments", FORM)
    said = (receipt.stored.said_by, receipt.stored.said_at, receipt.stored.version, receipt.replaced)
    assert said == (ACTOR.name, int(NOW.timestamp()), 1, None)
    assert receipt.identity == "ann · AB · born 1984"
    row = imports.read_imports(ACTOR, clinic.store).iloc[0]
    assert (row["file_name"], row["kind"], row["outcome"]) == ("entered by hand", "assessments", "entered")
    assert (row["actor"], row["n_rows"], row["n_new"]) == (ACTOR.name, 1, 1)
    south = Actor("south", frozenset(Permission), frozenset({"south"}))
    assert "entered by hand" not in set(imports.read_imports(south, clinic.store)["file_name"])


def test_scores_are_marked_as_entered_by_staff_whatever_is_typed(clinic):
    receipt = clinic.enter("assessments", {**FORM, "entered_by": "patient"})
    assert receipt.stored.cells["entered_by"] == "staff"


def test_an_entry_counts_as_known_since_it_was_entered(clinic):
    clinic.enter("assessments", FORM)
    typed = rows_of(clinic.store, "assessments").iloc[-1]
    assert typed["recorded_at"] == int(NOW.timestamp())


def test_an_entry_is_no_first_load(clinic):
    """The first file of a kind stays back-loaded after somebody typed one of it."""
    clinic.enter("adverse_events", ENTRIES["adverse_events"])
    old = {"patient_id": "bob", "clinic_id": "north", "started_at": "2025-06-01T10:00", "term": "Headache"}
    clinic.take([old])
    typed, loaded = (rows_of(clinic.store, "adverse_events").iloc[n]["recorded_at"] for n in (0, 1))
    assert typed == int(NOW.timestamp())
    assert datetime.fromtimestamp(loaded, UTC) == datetime(2025, 6, 1, 10, tzinfo=UTC)


def test_an_entry_can_be_undone_as_an_import_can(clinic):
    before = printed(clinic.store)
    receipt = clinic.enter("assessments", FORM | {"item_9": "0"})
    assert printed(clinic.store) != before
    imports.undo_import(ACTOR, clinic.store, receipt.import_key, "typed from the wrong sheet")
    assert printed(clinic.store) == before


@pytest.mark.parametrize("status", ["missed", "planned"])
def test_what_was_not_taken_needs_no_dose(status, clinic):
    ahead = (NOW + timedelta(days=5)).date().isoformat() if status == "planned" else "2026-03-18"
    receipt = clinic.enter("dosing_sessions", {"started_at": f"{ahead}T17:00", "status": status})
    assert receipt.stored.cells == {"started_at": f"{ahead}T17:00", "status": status}


def test_a_time_that_is_not_known_stays_unknown(clinic):
    receipt = clinic.enter("assessments", FORM | {"assessed_at": "2026-03-19"})
    assert receipt.stored.cells["assessed_at"] == "2026-03-19"
    assert rows_of(clinic.store, "assessments")["assessed_at_second"].isna().iloc[-1]


def test_an_item_that_was_not_answered_is_no_zero(clinic):
    clinic.enter("assessments", FORM | {"item_8": "0", "item_9": ""})
    typed = rows_of(clinic.store, "assessments").iloc[-1]
    assert (typed["item_8"], pd.isna(typed["item_9"])) == (0, True)
    assert "item_9_not_answered" in set(caseload.read_flags(ACTOR, clinic.store)["rule"])


# What is refused changes nothing.

REFUSED = {
    "a dose of several parts": (
        "dosing_sessions",
        {**SESSION, "dose_mg": "2 x 150 mg"},
        "dose_mg",
        "2 x 150 mg",
    ),
    "a decimal comma": ("dosing_sessions", {**SESSION, "dose_mg": "1,5"}, "dose_mg", "1,5"),
    "taken without a dose": ("dosing_sessions", {**SESSION, "dose_mg": ""}, "dose_mg", ""),
    "no status and no dose": ("dosing_sessions", {"started_at": "2026-03-18"}, "dose_mg", ""),
    "a pressure off the scale": (
        "dosing_sessions",
        {**SESSION, "sbp_pre_mmhg": "900"},
        "sbp_pre_mmhg",
        "900",
    ),
    "an answer off the scale": ("assessments", {**FORM, "item_2": "4"}, "item_2", "4"),
    "an item 9 off the scale": ("assessments", {**FORM, "item_9": "4"}, "item_9", "4"),
    "a form without an answer": ("assessments", {**FORM, **dict.fromkeys(ITEMS, "")}, "total", ""),
    "nearly a PHQ-9": ("assessments", {**FORM, "instrument": "PHQ9 modified"}, "instrument", "PHQ9 modified"),
    "no date": ("assessments", {**FORM, "assessed_at": ""}, "assessed_at", ""),
    "in two days": (
        "assessments",
        {**FORM, "assessed_at": "2026-03-22T12:00"},
        "assessed_at",
        "2026-03-22T12:00",
    ),
    "no such time": (
        "assessments",
        {**FORM, "assessed_at": "2026-03-19T25:00"},
        "assessed_at",
        "2026-03-19T25:00",
    ),
    "no term": ("adverse_events", {"started_at": "2026-03-18", "term": ""}, "term", ""),
    "a control character": ("events", {"on": "2026-03-02", "text": "a\0b"}, "", ""),
    "a weight with its unit": (
        "observations",
        {**ENTRIES["observations"], "value": "82 kg"},
        "value",
        "82 kg",
    ),
    "a weight of nothing": ("observations", {**ENTRIES["observations"], "value": "0"}, "value", "0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_names_column_and_value_and_leaves_no_trace(case, clinic):
    kind, values, column, value = REFUSED[case]
    before = content(clinic.store)
    with pytest.raises(EntryRefusedError) as error:
        clinic.enter(kind, values)
    assert (error.value.column, error.value.value) == (column, value)
    assert value in str(error.value) and len(error.value.reason) > 20
    assert content(clinic.store) == before


@pytest.mark.parametrize("case", [case for case in REFUSED if "weight" not in case and "control" not in case])
def test_the_reason_is_the_one_that_a_file_s_row_gets(case, clinic):
    kind, values, _, _ = REFUSED[case]
    with pytest.raises(EntryRefusedError) as error:
        clinic.enter(kind, values)
    row = {"patient_id": "ann", "clinic_id": "north", **values}
    (receipt,) = imports.preview_files(ACTOR, clinic.store, [("rows.csv", to_csv([row]))])
    assert receipt.problems["reason"].tolist() == [error.value.reason]


@pytest.mark.parametrize("kind", ["patients", "courses", "no such kind"])
def test_who_the_patients_are_is_not_entered_by_hand(kind, clinic):
    form = clinic.form()
    with pytest.raises(StoreError, match="import them as a file"):
        entries.enter_record(ACTOR, clinic.store, form.patient_key, kind, {}, expected=form.draw())


@pytest.mark.parametrize("column", ["patient_id", "clinic_id", "recorded_at", "item 9"])
def test_nobody_is_named_by_what_is_typed(column, clinic):
    """Whose record it is, and since when it is known, is never one of the answers."""
    before = content(clinic.store)
    with pytest.raises(ValueError, match=column):
        clinic.enter("assessments", {**FORM, column: "bob"})
    assert content(clinic.store) == before


# Never on somebody else.


def test_a_form_that_was_drawn_for_one_patient_is_never_saved_on_another(clinic):
    ann, bob = clinic.form("ann"), clinic.form("bob")
    before = content(clinic.store)
    for drawn in (
        ann.draw(),
        DrawnForm(bob.patient_key, ann.identity),
        DrawnForm(ann.patient_key, bob.identity),
    ):
        with pytest.raises(StoreError, match="This form was drawn for"):
            entries.enter_record(ACTOR, clinic.store, bob.patient_key, "assessments", FORM, expected=drawn)
    assert content(clinic.store) == before


def test_a_patient_whose_name_was_corrected_meanwhile_is_looked_at_again(clinic):
    drawn = clinic.form()
    clinic.take([{"patient_id": "ann", "clinic_id": "north", "initials": "ZZ", "birth_year": "1984"}])
    with pytest.raises(
        StoreError, match="ann · AB · born 1984, and the patient here is ann · ZZ · born 1984"
    ):
        entries.enter_record(
            ACTOR, clinic.store, drawn.patient_key, "assessments", FORM, expected=drawn.draw()
        )


def test_the_same_patient_id_in_another_clinic_is_not_touched(clinic):
    clinic.enter("assessments", FORM)
    assert set(rows_of(clinic.store, "assessments")["patient_key"]) == {clinic.key_of("ann", "north")}


def test_another_clinics_patient_is_not_found_in_the_words_of_nobody(clinic):
    north = Actor("north", frozenset(Permission), frozenset({"north"}))
    before = content(clinic.store)
    said = set()
    for key in (clinic.key_of("ann", "south"), 999_999):
        drawn = DrawnForm(key, "ann · EF · born 1984")
        for ask in (
            lambda key=key: entries.read_entry_form(north, clinic.store, key, "assessments"),
            lambda key=key, drawn=drawn: entries.enter_record(
                north, clinic.store, key, "assessments", FORM, expected=drawn
            ),
            lambda key=key, drawn=drawn: entries.correct_record(
                north, clinic.store, key, "assessments", {"mode": "web"}, expected=drawn
            ),
        ):
            with pytest.raises(NotFoundError) as error:
                ask()
            said.add(str(error.value))
    assert len(said) == 1 and content(clinic.store) == before


# New versions.


def test_a_known_moment_is_only_replaced_by_whoever_saw_what_stands_there(clinic):
    first = clinic.enter("assessments", FORM).stored
    before = content(clinic.store)
    with pytest.raises(AlreadyStoredError) as error:
        clinic.enter("assessments", FORM | {"item_1": "0"})
    assert error.value.stored == first and content(clinic.store) == before
    receipt = clinic.enter("assessments", FORM | {"item_1": "0"}, record=first.record)
    assert (receipt.stored.version, receipt.stored.cells["item_1"]) == (2, "0")
    assert receipt.replaced == first


def test_pressing_save_twice_saves_once(clinic):
    clinic.enter("assessments", FORM)
    before = content(clinic.store)
    with pytest.raises(StoreError, match="recorded already, in the same words"):
        clinic.enter("assessments", FORM)
    assert content(clinic.store) == before


def test_a_correction_says_what_is_wrong_and_keeps_the_rest(clinic):
    first = clinic.enter("dosing_sessions", ENTRIES["dosing_sessions"]).stored
    second = clinic.correct("dosing_sessions", {"dose_mg": "100", "swallowed": ""}, first.record).stored
    kept = {name: text for name, text in first.cells.items() if name != "swallowed"}
    assert second.cells == {**kept, "dose_mg": "100"} and second.version == 2


def test_a_correction_of_an_answer_takes_the_stored_total_along(clinic):
    clinic.take([{"patient_id": "bob", "clinic_id": "north", **FORM, "total": "18"}])
    (stored,) = clinic.form("bob").records
    corrected = clinic.correct("assessments", {"item_1": "0"}, stored.record, "bob").stored
    assert "total" not in corrected.cells and corrected.cells["entered_by"] == "staff"


def test_a_correction_from_0_to_1_is_flagged_at_once(clinic):
    stored = clinic.enter("assessments", FORM | {"item_9": "0"}).stored
    assert "suicidality_item_9" not in set(caseload.read_flags(ACTOR, clinic.store)["rule"])
    clinic.correct("assessments", {"item_9": "1"}, stored.record)
    flags = caseload.read_flags(ACTOR, clinic.store).set_index("rule")
    assert flags.loc["suicidality_item_9", "severity"] == "critical"


def test_what_a_record_is_known_by_is_not_corrected(clinic):
    stored = clinic.enter("assessments", FORM).stored
    with pytest.raises(StoreError, match="void the record, and enter it anew"):
        clinic.correct("assessments", {"assessed_at": "2026-03-18"}, stored.record)


def test_a_record_that_changed_meanwhile_is_read_again_first(clinic):
    form = clinic.form()
    stored = clinic.enter("assessments", FORM).stored
    clinic.correct("assessments", {"item_1": "0"}, stored.record)
    before = content(clinic.store)
    said = rf"changed on 20 Mar 2026, 12:00 UTC by {ACTOR.name}. Nothing was saved: read it again"
    with pytest.raises(ChangedSinceError, match=said):
        clinic.correct("assessments", {"item_2": "0"}, stored.record)
    with pytest.raises(ChangedSinceError, match=said):
        records.void_record(
            ACTOR, clinic.store, "assessments", stored.record, "wrong", expected=form.draw(stored.record)
        )
    assert content(clinic.store) == before


def test_a_record_that_was_voided_meanwhile_is_not_corrected(clinic):
    stored = clinic.enter("assessments", FORM).stored
    records.void_record(ACTOR, clinic.store, "assessments", stored.record, "wrong sheet")
    with pytest.raises(ChangedSinceError, match=f"withdrawn on .* by {ACTOR.name}: wrong sheet"):
        clinic.correct("assessments", {"item_2": "0"}, stored.record)


def test_a_record_of_one_patient_is_neither_corrected_nor_voided_on_another_s_page(clinic):
    stored = clinic.enter("assessments", FORM, "bob").stored
    before = content(clinic.store)
    with pytest.raises(ChangedSinceError, match="another record"):
        clinic.correct("assessments", {"item_2": "0"}, stored.record, "ann")
    with pytest.raises(ChangedSinceError, match="another record"):
        records.void_record(
            ACTOR,
            clinic.store,
            "assessments",
            stored.record,
            "wrong",
            expected=clinic.form("ann").draw(stored.record),
        )
    assert content(clinic.store) == before


def test_a_correction_that_would_not_be_in_force_is_refused(clinic):
    """A file may say that it was recorded up to a day ahead."""
    clinic.take([{"patient_id": "bob", "clinic_id": "north", **FORM, "recorded_at": "2026-03-21T10:00"}])
    (stored,) = clinic.form("bob").records
    before = content(clinic.store)
    with pytest.raises(StoreError, match="would stay in force"):
        clinic.correct("assessments", {"item_1": "0"}, stored.record, "bob")
    assert content(clinic.store) == before


def test_the_form_lists_what_is_in_force_the_newest_event_first(clinic):
    clinic.enter("assessments", FORM | {"assessed_at": "2026-03-01"})
    clinic.enter("assessments", FORM)
    form = clinic.form()
    assert [one.cells["assessed_at"] for one in form.records] == [
        "2026-03-19T09:05",
        "2026-03-01",
        "2026-02-01",
    ]
    assert (form.identity, form.time_zone) == ("ann · AB · born 1984", "UTC")
