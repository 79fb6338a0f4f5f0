"""Closings that a file brings: they close what stands here as it was there, and nothing else."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from clinic_files import ACTOR, close_item_9, new_store, to_csv

from lib.clinical.segments import NONE
from lib.research.choices import Privacy
from lib.services import _clock, caseload, closing, exports, flag_life, imports, patients, review
from lib.services.access import Permission
from lib.services.closing import Closing
from lib.services.errors import Store

DONE = Closing("assessed", "safety plan agreed; call on 21 Mar", "C-SSRS", "no plan, no intent")
TOPICS = (
    *("patients", "assessments", "assessments_superseded", "dosing_sessions", "adverse_events"),
    "flag_closings",
)
CRITICAL = ("blood_pressure", "suicidality_item_9", "tolerability")


def form(day: str, item_9: str, **more: str) -> dict[str, str]:
    items = {f"item_{n}": "1" for n in range(1, 9)}
    return {"patient_id": "ann", "instrument": "PHQ-9", "assessed_at": day, **items, "item_9": item_9, **more}


def is_now(patch: pytest.MonkeyPatch, hour: int) -> None:
    patch.setattr(_clock, "now", lambda: datetime(2026, 3, 20, hour, tzinfo=UTC))


@pytest.fixture(autouse=True)
def later(monkeypatch):
    is_now(monkeypatch, 15)


def take(store: Store, files: dict[str, bytes], **said) -> list[imports.Receipt]:
    receipts = imports.import_files(
        ACTOR, store, [(f"{name}.csv", data) for name, data in files.items()], **said
    )
    assert all(one.is_complete for one in receipts), receipts
    return receipts


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, bytes]:
    """What a clinic exports, made once."""
    with pytest.MonkeyPatch.context() as patch:
        is_now(patch, 12)
        return make_files(tmp_path_factory.mktemp("first"), patch)


def make_files(tmp_path: Path, patch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The export of a clinic in which three critical flags of ann have been closed; of one form two versions, both closed."""
    store = new_store(tmp_path, "first")
    event = {"patient_id": "ann", "started_at": "2026-03-18", "term": "suicide attempt", "is_serious": "yes"}
    session = {"patient_id": "ann", "started_at": "2026-03-18", "dose_mg": "100", "sbp_pre_mmhg": "190"}
    take(
        store,
        {
            "patients": to_csv([{"patient_id": "ann"}, {"patient_id": "bob"}]),
            "assessments": to_csv([form("2026-03-01T09:00", "0"), form("2026-03-10T09:30", "1")]),
            "dosing_sessions": to_csv([session]),
            "adverse_events": to_csv([event]),
        },
    )
    is_now(patch, 13)
    take(store, {"correction": to_csv([form("2026-03-10T09:30", "2")])}, takes_shrunk=True)
    ann = int(review.read_caseload(ACTOR, store).set_index("patient_id").loc["ann", "patient_key"])
    close_item_9(store, ann, DONE)
    for rule in ("blood_pressure", "tolerability"):
        flags = patients.read_patient(ACTOR, store, ann).flags.set_index("rule")
        seen = flag_life.FlagSeen(ann, rule, NONE, flags.loc[rule, "evidence"])
        closing.close_critical(ACTOR, store, seen, "seen", "seen on the ward")
    assert not open_flags(store)
    with exports.open_export(ACTOR, store, exports.Order(TOPICS, privacy=Privacy.IDENTIFIED)) as export:
        return {one.name.split("/")[1][:-4]: b"".join(one.write()) for one in export.files if "/" in one.name}


def open_flags(store: Store) -> set[str]:
    """Critical flags in the queue, which has all that the rules find but what the queue alone knows closed."""
    keys = review.read_caseload(ACTOR, store)["patient_key"]
    pages = [patients.read_patient(ACTOR, store, int(key)).flags["rule"] for key in keys]
    shown = {rule for page in pages for rule in page} & set(CRITICAL)
    found = set(caseload.read_flags(ACTOR, store)["rule"]) & {*CRITICAL} - {"blood_pressure"}
    assert found <= shown
    return shown


def test_closings_that_come_later_close_item_9_and_what_was_found(tmp_path, files):
    copy = new_store(tmp_path, "copy")
    take(copy, {name: data for name, data in files.items() if name != "flag_closings"})
    assert open_flags(copy) == set(CRITICAL)
    take(copy, {"flag_closings": files["flag_closings"]})
    # Its rule does not find it any more; that it stood in the queue here, somebody here ends.
    assert open_flags(copy) == {"tolerability"}


def test_a_copy_has_closed_what_was_closed(tmp_path, files):
    copy = new_store(tmp_path, "copy")
    receipts = take(copy, files)
    (receipt,) = (one for one in receipts if one.kind == "flag_closings")
    assert receipt.counts.n_new == 3 and "closes flags. 2 of its closings" in receipt.warnings[0]
    assert not open_flags(copy)
    key = int(review.read_caseload(ACTOR, copy).set_index("patient_id").loc["ann", "patient_key"])
    page = patients.read_patient(ACTOR, copy, key)
    assert page.closings["actor"].str.endswith("(from a file, not verified here)").all()
    assert "item 9 = 2" in page.closings.set_index("rule").loc["suicidality_item_9", "note"]
    # What was closed there is told on in the same words.
    with exports.open_export(ACTOR, copy, exports.Order(TOPICS, privacy=Privacy.IDENTIFIED)) as again:
        assert b"".join(again.files[-3].write()) == files["flag_closings"]
    take(
        copy,
        {"next": to_csv([form("2026-03-19T09:00", "1", recorded_at="2026-03-20T14:00:00Z")])},
        takes_shrunk=True,
    )
    assert not open_flags(copy)
    take(copy, {"rise": to_csv([form("2026-03-20T09:00", "2")])}, takes_shrunk=True)
    assert open_flags(copy) == {"suicidality_item_9"}


@pytest.mark.parametrize(
    ("kind", "old", "new", "rule"),
    [
        ("assessments", "09:30,1,1,1,1,1,1,1,1,2", "09:30,1,1,1,1,1,1,1,1,3", "suicidality_item_9"),
        ("assessments", "2026-03-10T09:30", "2026-03-10T09:31", "suicidality_item_9"),
        ("assessments", "2026-03-20T13:00:00Z", "2026-03-20T13:00:01Z", "suicidality_item_9"),
        (
            "assessments_superseded",
            "09:30,1,1,1,1,1,1,1,1,1",
            "09:30,1,1,1,1,1,1,1,1,3",
            "suicidality_item_9",
        ),
        ("adverse_events", "suicide attempt", "suicide attempt by overdose", "tolerability"),
        ("dosing_sessions", ",190,", ",191,", "blood_pressure"),
        ("flag_closings", "item 9 = 2", "item 9 = 1", "suicidality_item_9"),
        ("flag_closings", "ann", "bob", None),
    ],
)
def test_what_says_something_else_here_stays_open(tmp_path, files, kind, old, new, rule):
    changed = files[kind].decode().replace(old, new)
    assert changed.encode() != files[kind]
    copy = new_store(tmp_path, "copy")
    receipts = take(copy, {**files, kind: changed.encode()})
    assert open_flags(copy) == ({rule} if rule else set(CRITICAL))
    said = next(one for one in receipts if one.kind == "flag_closings").warnings
    assert rule in (None, "blood_pressure") or "they close nothing" in said[1]


def test_who_may_close_no_flag_brings_no_closing(tmp_path, files):
    copy = new_store(tmp_path, "copy")
    other = replace(ACTOR, permissions=ACTOR.permissions - {Permission.CLOSE_FLAGS})
    offered = [(f"{name}.csv", data) for name, data in files.items()]
    for ask in (imports.preview_files, imports.import_files):
        refused = [one for one in ask(other, copy, offered) if not one.is_taken]
        assert [one.file_name for one in refused] == ["flag_closings.csv"]
        assert "you may not close any" in refused[0].message
    assert open_flags(copy) == set(CRITICAL)


def test_a_look_says_what_a_file_would_close_and_closes_nothing(tmp_path, files):
    copy = new_store(tmp_path, "copy")
    offered = [(f"{name}.csv", data) for name, data in files.items()]
    seen = imports.preview_files(ACTOR, copy, offered)
    told = next(one for one in seen if one.kind == "flag_closings")
    assert told.counts.n_new == 3 and told.warnings[0].startswith("This file closes flags. 2 of its closings")
    alone = imports.preview_files(ACTOR, new_store(tmp_path, "empty"), offered[-1:])
    assert alone[0].counts.n_held == 3


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [("rule", "no_such_rule", "unknown-rule"), ("evidence", "item 9 = 2", "unreadable-evidence")],
)
def test_a_row_that_is_no_closing_is_rejected(tmp_path, files, column, cell, code):
    rows = list(csv.DictReader(io.StringIO(files["flag_closings"].decode())))
    copy = new_store(tmp_path, "copy")
    take(copy, {"patients": files["patients"]})
    (receipt,) = imports.import_files(ACTOR, copy, [("c.csv", to_csv([{**rows[0], column: cell}]))])
    assert receipt.problems["code"].tolist() == [code] and receipt.counts.n_rejected == 1
