"""Data quality over a store: counts that are kept, waivers that run out, and two identities side by side."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from clinic_files import ACTOR, to_csv
from store.clinic_imports import at
from store.merge_clinic import MergeClinic, form
from ui_stores import make_demo

from lib.clinical.frames import ITEM_COLUMNS
from lib.services import _quality_records, duplicates, imports, merging, quality, quarantine, review, stores
from lib.services.access import Actor, Permission
from lib.services.caseload import refresh_if_a_day_has_passed
from lib.services.errors import NotFoundError, StoreError
from lib.services.quality import Waiver

BLANK = "item_9_blank"
ELSEWHERE = Actor("south", frozenset(Permission), frozenset({"south"}))


class Clinic(MergeClinic):
    def read(self) -> quality.Quality:
        with at(self.now):
            return quality.read_quality(ACTOR, self.store)

    def check(self, code: str) -> dict:
        return self.read().checks.set_index("check").loc[code].to_dict()

    def waive(self, *records: str, days: int = 10, why: str = "an old form") -> None:
        with self.tick():
            until = (self.now + timedelta(days=days)).date()
            quality.waive(ACTOR, self.store, Waiver(BLANK, records, why, until))


@pytest.fixture
def clinic(tmp_path):
    clinic = Clinic(tmp_path, "ann", "bob")
    clinic.offer(
        {**form("ann", "2026-02-20", 0), "item_9": ""}, {**form("ann", "2026-02-27", 0), "item_9": ""}
    )
    return clinic


def test_a_waiver_counts_apart_until_its_day_is_over(clinic):
    assert (clinic.check(BLANK)["n_failing"], clinic.check(BLANK)["n_waived"]) == (2, 0)
    records = clinic.read().rows.query("check == @BLANK")["record"].tolist()
    clinic.waive(records[0])
    assert (clinic.check(BLANK)["n_failing"], clinic.check(BLANK)["n_waived"]) == (1, 1)
    row = clinic.read().rows.query("check == @BLANK").set_index("record").loc[records[0]]
    assert row["is_waived"] and (row["waived_by"], row["waived_why"]) == (ACTOR.name, "an old form")
    clinic.now += timedelta(days=10)
    assert clinic.check(BLANK)["n_waived"] == 1
    clinic.now += timedelta(days=1)
    row = clinic.read().rows.query("check == @BLANK").set_index("record").loc[records[0]]
    assert clinic.check(BLANK)["n_failing"] == 2 and not row["is_waived"] and row["waived_by"] == ACTOR.name


def test_a_waiver_is_taken_back(clinic):
    (record, _) = clinic.read().rows.query("check == @BLANK")["record"]
    clinic.waive(record)
    with clinic.tick():
        quality.end_waivers(ACTOR, clinic.store, BLANK, [record])
    assert (clinic.check(BLANK)["n_failing"], clinic.check(BLANK)["n_waived"]) == (2, 0)


def test_a_waiver_takes_nothing_out_of_the_review_queue(clinic):
    clinic.offer({**form("bob", "2026-02-20", 2), "item_9": "x"})
    with at(clinic.now):
        before = review.read_queue(ACTOR, clinic.store).rows
    clinic.waive(*clinic.read().rows.query("check == @BLANK")["record"])
    with at(clinic.now):
        after = review.read_queue(ACTOR, clinic.store).rows
    assert len(before) == 2 and before["row_id"].tolist() == after["row_id"].tolist()
    assert before["reasons"].tolist() == after["reasons"].tolist()


# Case -> (what is changed of a waiver that would be taken, the sentence)
REFUSED = {
    "no reason": ({"why": " "}, "Say why"),
    "no day": ({"until": None}, "Choose the last day"),
    "yesterday": ({"until": -1}, "Choose the last day"),
    "too far ahead": ({"until": 184}, "Choose the last day"),
    "no row": ({"records": ()}, "Choose the rows"),
    "a row that does not fail": ({"records": ("assessments:999",)}, "do not fail"),
    "no such check": ({"check": "mood"}, "Choose the rows"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_waiver_that_says_too_little_is_refused(clinic, case):
    changed, sentence = REFUSED[case]
    today = clinic.now.date()
    (record, _) = clinic.read().rows.query("check == @BLANK")["record"]
    days = changed.get("until", 0)
    until = None if days is None else today + timedelta(days=days)
    waiver = replace(
        Waiver(BLANK, (record,), "why", until), **{k: v for k, v in changed.items() if k != "until"}
    )
    with pytest.raises(StoreError, match=sentence), clinic.tick():
        quality.waive(ACTOR, clinic.store, waiver)


def test_both_ends_of_a_waivers_span_are_allowed(clinic):
    for record, days in zip(clinic.read().rows.query("check == @BLANK")["record"], (0, 183), strict=True):
        clinic.waive(record, days=days)
    assert clinic.check(BLANK)["n_waived"] == 2


def test_counts_are_kept_by_day_and_the_last_of_a_day_holds(clinic):
    assert clinic.read().trend.empty
    with clinic.tick():
        refresh_if_a_day_has_passed(ACTOR, clinic.store)
    assert clinic.read().trend.query("check == @BLANK")["n_failing"].tolist() == [2]
    clinic.now += timedelta(days=1)
    clinic.offer(form("ann", "2026-03-02", 0))
    # The import has worked the flags out for this day; what is counted a day is counted all the same.
    with clinic.tick():
        refresh_if_a_day_has_passed(ACTOR, clinic.store)
    kept = clinic.read().trend.query("check == @BLANK")
    assert kept["n_failing"].tolist() == [2, 2] and kept["n_asked"].tolist() == [2, 3]


def test_a_new_day_is_counted_when_the_store_is_refreshed(clinic):
    clinic.now += timedelta(days=2)
    with at(clinic.now):
        refresh_if_a_day_has_passed(ACTOR, clinic.store)
        refresh_if_a_day_has_passed(ACTOR, clinic.store)
    assert len(clinic.read().trend.query("check == @BLANK")) == 1


def test_a_session_after_the_recorded_end_is_told_and_no_phq_9_is_asked_of_a_clinic_without_it(tmp_path):
    store = stores.create_store(ACTOR, f"sqlite:///{tmp_path / 'gad.sqlite'}")
    stores.init_clinic(ACTOR, store, "gad", name="", time_zone="UTC", instruments=["GAD-7"])
    files = {
        "patients": [
            {"patient_id": "ann", "ended_on": "2026-02-10"},
            {"patient_id": "bob", "ended_on": "2026-02-20"},
            {"patient_id": "cam", "ended_on": ""},
        ],
        "dosing_sessions": [
            {"patient_id": name, "started_at": day, "dose_mg": "100"}
            for name in ("ann", "bob", "cam")
            for day in ("2026-02-01", "2026-02-20")
        ],
        # Nobody there asks for it; it came all the same, and cam is in treatment.
        "assessments": [form("cam", "2026-02-19", 0)],
    }
    with at(datetime(2026, 2, 21, 12, tzinfo=UTC)):
        imports.import_files(ACTOR, store, [(f"{kind}.csv", to_csv(rows)) for kind, rows in files.items()])
        found = quality.read_quality(ACTOR, store)
    checks = found.checks.set_index("check")
    assert checks.loc["after_end", ["n_asked", "n_failing"]].tolist() == [2, 1]
    (said,) = found.rows.loc[found.rows["check"] == "after_end", "what"]
    assert said == "a session on 20 Feb 2026; treatment ended on 10 Feb 2026"
    assert checks.loc["no_baseline", "n_asked"] == 0


def test_another_clinic_sees_nothing_of_it(clinic):
    with at(clinic.now):
        found = quality.read_quality(ELSEWHERE, clinic.store)
    assert found.rows.empty and not found.checks["n_asked"].any()
    assert duplicates.read_candidates(ELSEWHERE, clinic.store).empty


def test_rows_that_a_clinician_closed_or_that_were_taken_are_not_counted(clinic):
    clinic.offer(
        {
            "patient_id": "ann",
            "instrument": "GAD-7",
            "assessed_at": "soon",
            **dict.fromkeys(ITEM_COLUMNS[:7], "1"),
        }
    )
    clinic.now += timedelta(days=8)
    assert (clinic.check("waiting_row")["n_asked"], clinic.check("waiting_row")["n_failing"]) == (1, 1)
    with clinic.tick():
        (held,) = quarantine.read_quarantine(ACTOR, clinic.store)["id"]
        quarantine.set_aside(ACTOR, clinic.store, [held], "a test form")
    assert clinic.check("waiting_row")["state"] == "nothing to check"


def test_patients_may_be_read_in_parts(clinic, monkeypatch):
    clinic.offer(
        form("bob", "2026-02-20", 1),
        form("bob", "2026-02-27", 0),
        {**form("bob", "2026-02-28", 0), "item_2": "7"},
    )
    whole = clinic.read()
    monkeypatch.setattr(_quality_records, "_FORMS_AT_ONCE", 1)
    parts = clinic.read()
    pd.testing.assert_frame_equal(whole.checks, parts.checks)
    pd.testing.assert_frame_equal(whole.rows, parts.rows)


@pytest.mark.parametrize("at_once", [100_000, 500], ids=["at once", "in parts"])
@pytest.mark.parametrize("clinic_id", ["hillcrest", "lakeside", "riverside"])
def test_whoever_sees_one_clinic_is_told_of_its_rows_as_whoever_sees_all(
    tmp_path, monkeypatch, clinic_id, at_once
):
    store = stores.open_store(ACTOR, make_demo(tmp_path))
    everybody = quality.read_quality(ACTOR, store).rows
    monkeypatch.setattr(_quality_records, "_FORMS_AT_ONCE", at_once)
    own = quality.read_quality(Actor("one", ACTOR.permissions, frozenset({clinic_id})), store).rows
    told, wanted = (
        {tuple(map(str, row)) for row in rows[["check", "record", "patient_id", "on", "what"]].to_numpy()}
        for rows in (own, everybody[everybody["clinic_id"] == clinic_id])
    )
    assert told == wanted and len(told) > 50


@pytest.fixture
def twins(tmp_path):
    twins = Clinic(tmp_path)
    about = {"initials": "AB", "sex": "female", "birth_date": "1980-05-01"}
    twins.bring("patients.csv", {"patient_id": "P-7", **about}, {"patient_id": "p7", **about, "sex": "male"})
    twins.offer(form("P-7", "2026-02-01", 0), form("p7", "2026-02-08", 2), form("p7", "2026-02-15", 0))
    return twins


def test_two_that_look_alike_are_listed_with_both_histories(twins):
    (pair,) = duplicates.read_candidates(ACTOR, twins.store).to_dict("records")
    assert (pair["first_id"], pair["second_id"], pair["what"]) == (
        "P-7",
        "p7",
        "same initials and birth date",
    )
    first, second = duplicates.read_sides(ACTOR, twins.store, pair["first"], pair["second"])
    assert [side.records["assessments"][0] for side in (first, second)] == [1, 2]
    assert first.records["assessments"][1:] == (first.records["assessments"][1],) * 2
    assert (first.about["sex"], second.about["sex"]) == ("female", "male")
    assert not first.flags and "Item 9" in second.flags[0]


def test_a_preview_says_what_a_merge_would_change_and_changes_nothing(twins):
    gone, into = twins.key("p7"), twins.key("P-7")
    with at(twins.now):
        drawn = merging.read_pair(ACTOR, twins.store, gone, into)
        preview = duplicates.preview_merge(ACTOR, twins.store, gone, into, drawn)
    assert dict(preview.moved) == {"assessments": 2} and not preview.before and "Item 9" in preview.after[0]
    assert twins.people() == {"P-7", "p7"} and merging.read_merges(ACTOR, twins.store).empty
    twins.merge("p7", "P-7")
    _, after = twins.totals(), duplicates.read_candidates(ACTOR, twins.store)
    assert twins.people() == {"P-7"} and after.empty


def test_two_people_are_remembered_and_asked_about_again_when_that_is_taken_back(twins):
    pair = (twins.key("p7"), twins.key("P-7"))
    with pytest.raises(StoreError, match="tells these two apart"):
        duplicates.say_two_people(ACTOR, twins.store, pair, " ")
    duplicates.say_two_people(ACTOR, twins.store, pair, "a brother and a sister")
    assert duplicates.read_candidates(ACTOR, twins.store).empty
    assert twins.check("same_person")["n_failing"] == 0
    (told,) = duplicates.read_told_apart(ACTOR, twins.store).to_dict("records")
    assert (told["why"], told["by"]) == ("a brother and a sister", ACTOR.name)
    duplicates.take_back_two_people(ACTOR, twins.store, pair)
    assert len(duplicates.read_candidates(ACTOR, twins.store)) == 1
    with pytest.raises(NotFoundError):
        duplicates.take_back_two_people(ACTOR, twins.store, pair)


def test_nobody_is_merged_by_an_import(twins):
    with twins.tick():
        imports.import_files(ACTOR, twins.store, [("patients.csv", b"patient_id\nP 7\n")], are_made_up=True)
    assert merging.read_merges(ACTOR, twins.store).empty
    assert len(duplicates.read_candidates(ACTOR, twins.store)) == 3
