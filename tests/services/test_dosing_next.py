"""Dosing next: whose session lies ahead, on what basis, and what is open; each case is a patient, and unknown stays unknown."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from clinic_files import ACTOR, new_store, to_csv
from sqlalchemy import insert
from store.clinic_imports import at
from ui_stores import make_demo

from lib.clinical.rules.follow_up import is_in_treatment
from lib.services import _clock, imports, review, stores
from lib.services._refresh import current_policy
from lib.services._standing import standing_on, today
from lib.services.access import Actor, Permission
from lib.services.dosing_next import BY_ORDER, PLANNED, read_before_sessions, read_dosing_next
from lib.store.records import read_record_table
from lib.store.review_tables import decision
from lib.ui.next_cells import describe_row

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
LAST, ORDERED = "2026-03-16T18:00", "2026-03-01T10:00"


def session(who: str, at: str = LAST, **others: str) -> dict[str, str]:
    return {"patient_id": who, "started_at": at, "dose_mg": "100", "status": "taken", **others}


def plan(who: str, at: str) -> dict[str, str]:
    return {"patient_id": who, "started_at": at, "status": "planned"}


def order(who: str, days: str = "7", on: str = ORDERED) -> dict[str, str]:
    return {"patient_id": who, "ordered_at": on, "dose_mg": "100", "interval_days": days}


def form(who: str, item_9: str, on: str = "2026-03-18", **others: str) -> dict[str, str]:
    items = {f"item_{n}": "1" for n in range(1, 9)}
    return {"patient_id": who, "instrument": "PHQ-9", "assessed_at": on, **items, "item_9": item_9, **others}


def medicine(who: str, name: str, start: str, kind: str = "", end: str = "") -> dict[str, str]:
    return {"patient_id": who, "name": name, "class": kind, "started_on": start, "ended_on": end}


# Who, what is recorded beside patients, and when their next session is: day, basis, whether it is past.
CASES = {
    "planned": ([session("planned"), plan("planned", "2026-03-24T18:00")], ("2026-03-24", PLANNED, False)),
    "planned today": ([plan("planned today", "2026-03-20")], ("2026-03-20", PLANNED, False)),
    "plan passed": (
        [session("plan passed"), plan("plan passed", "2026-03-18")],
        ("2026-03-18", PLANNED, True),
    ),
    "plan taken": ([plan("plan taken", "2026-03-16T18:00"), session("plan taken", LAST)], None),
    "plan missed": (
        [
            plan("plan missed", "2026-03-17T18:00"),
            session("plan missed", "2026-03-17T20:00", status="missed"),
        ],
        None,
    ),
    "by order": ([session("by order"), order("by order")], ("2026-03-23", BY_ORDER, False)),
    "new interval": (
        [session("new interval"), order("new interval"), order("new interval", "14", "2026-03-17")],
        ("2026-03-30", BY_ORDER, False),
    ),
    "order of tomorrow": (
        [
            session("order of tomorrow"),
            order("order of tomorrow"),
            order("order of tomorrow", "14", "2026-03-21"),
        ],
        ("2026-03-23", BY_ORDER, False),
    ),
    "session of tomorrow": (
        [
            session("session of tomorrow"),
            session("session of tomorrow", "2026-03-21"),
            order("session of tomorrow"),
        ],
        ("2026-03-23", BY_ORDER, False),
    ),
    "unknown time of day first": (
        [
            session("unknown time of day first"),
            order("unknown time of day first", "14"),
            order("unknown time of day first", "7", "2026-03-01"),
        ],
        ("2026-03-30", BY_ORDER, False),
    ),
    "half days": ([session("half days"), order("half days", "3.5")], ("2026-03-20", BY_ORDER, False)),
    "plan before order": (
        [session("plan before order"), order("plan before order"), plan("plan before order", "2026-03-27")],
        ("2026-03-27", PLANNED, False),
    ),
    "order overdue": (
        [session("order overdue", "2026-03-02"), order("order overdue")],
        ("2026-03-09", BY_ORDER, True),
    ),
    "no interval": ([session("no interval"), order("no interval", "")], None),
    "no session": ([order("no session")], None),
    "long ago": ([session("long ago", "2025-11-01"), order("long ago", "7", "2025-10-30")], None),
}


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    """A clinic with these rows, each kind in a file of its own; on the day, what is next of everybody by patient."""

    def make_it(rows: list[dict[str, str]], *more: dict[str, str]):
        rows = [*rows, *more]
        store = new_store(tmp_path_factory.mktemp("clinic"))
        kinds: dict[tuple, list] = {}
        for row in rows:
            kinds.setdefault(
                tuple(sorted(set(row) & {"started_at", "ordered_at", "instrument", "name", "term"})), []
            ).append(row)
        people = [{"patient_id": who} for who in dict.fromkeys(row["patient_id"] for row in rows)]
        files = [to_csv(listed) for listed in (people, *kinds.values())]
        with at(NOW):
            for number, data in enumerate(files):
                (receipt,) = imports.import_files(ACTOR, store, [(f"{number}.csv", data)])
                assert receipt.outcome == "accepted", receipt.message
        return store

    return make_it


def read(store, actor=ACTOR):
    """The list, each row with what the screen shows of it."""
    with at(NOW):
        found = read_dosing_next(actor, store)
        before = read_before_sessions(actor, store, found.rows["patient_key"].drop_duplicates().tolist())
    return replace(found, rows=found.rows.join(before, on="patient_key"))


@pytest.fixture(scope="module")
def found(make):
    return read(make([row for rows, _ in CASES.values() for row in rows]))


@pytest.mark.parametrize("case", CASES)
def test_when_the_next_session_is(found, case):
    rows = found.rows[found.rows["patient_id"] == case]
    said = [(str(row["on"].date()), row["basis"], bool(row["is_past"])) for row in rows.to_dict("records")]
    assert said == ([CASES[case][1]] if CASES[case][1] else [])


def test_sessions_stand_by_date(found):
    assert found.rows["on"].is_monotonic_increasing
    assert found.as_of == NOW.date()


def test_arithmetic_is_called_arithmetic(found):
    by_patient = {row["patient_id"]: describe_row(row)["when"] for row in found.rows.to_dict("records")}
    assert by_patient["planned"] == "Tue 24 Mar 2026 18:00, planned"
    assert by_patient["planned today"] == "Fri 20 Mar 2026, planned"
    assert by_patient["by order"] == "Mon 23 Mar 2026, not planned: 16 Mar + 7 d ordered"
    assert not any("mg" in words for words in by_patient.values())


# What is recorded of a patient whose session is planned, and what the cell says.
OPEN = [
    ("item 9 open", "item_9", [form("x", "2")], "OPEN: "),
    ("item 9 zero", "item_9", [form("x", "0")], "0 on 18 Mar 2026 (not a risk assessment)"),
    ("item 9 blank", "item_9", [form("x", "")], "not answered on 18 Mar 2026"),
    (
        "item 9 not collected",
        "item_9",
        [{"patient_id": "x", "instrument": "PHQ-9", "assessed_at": "2026-03-18", "total": "9"}],
        "not collected on 18 Mar 2026",
    ),
    ("no form", "item_9", [], "no PHQ-9 recorded"),
    ("unreadable form", "item_9", [form("x", "0"), form("x", "?", "2026-03-19")], "; 1 form unreadable"),
    (
        "a later form does not exist yet",
        "item_9",
        [form("x", "0"), form("x", "3", "2026-03-21")],
        "0 on 18 Mar 2026",
    ),
    ("pressure open", "pressure", [session("x", sbp_pre_mmhg="165", dbp_pre_mmhg="90")], "OPEN: "),
    (
        "pressure in range",
        "pressure",
        [session("x", sbp_pre_mmhg="120", dbp_pre_mmhg="80")],
        "120/80, 16 Mar",
    ),
    ("half a pressure", "pressure", [session("x", sbp_pre_mmhg="120")], "120/?, 16 Mar"),
    ("pressure not recorded", "pressure", [session("x")], "not recorded, 16 Mar"),
    ("no session yet", "pressure", [], "not recorded, no session yet"),
    (
        "sedation",
        "adverse",
        [session("x", sedation_moaas="1")],
        "OPEN: Deep sedation. Session 16 Mar: none recorded, not known if asked",
    ),
    ("asked", "adverse", [session("x", ae_asked="yes")], "none recorded, asked, 16 Mar"),
    ("not asked", "adverse", [session("x", ae_asked="no")], "none recorded, not asked, 16 Mar"),
    (
        "adverse event",
        "adverse",
        [
            session("x"),
            {"patient_id": "x", "started_at": "2026-03-16T19:00", "term": "Headache", "severity": "mild"},
        ],
        "Headache, mild",
    ),
    (
        "an older adverse event",
        "adverse",
        [
            session("x"),
            {"patient_id": "x", "started_at": "2026-03-10T19:00", "term": "Headache", "severity": "mild"},
        ],
        "none recorded, not known if asked, 16 Mar",
    ),
    (
        "new sedative",
        "medicines",
        [session("x"), medicine("x", "Lorazepam", "2026-03-17")],
        "new: Lorazepam (benzodiazepine)",
    ),
    (
        "old sedative",
        "medicines",
        [session("x"), medicine("x", "Lorazepam", "2026-01-17", "benzodiazepine")],
        "none recorded as new; goes on: Lorazepam (benzodiazepine)",
    ),
    (
        "ended sedative",
        "medicines",
        [session("x"), medicine("x", "Lorazepam", "2026-03-17", end="2026-03-18")],
        "none recorded as new",
    ),
    (
        "new medicine",
        "medicines",
        [session("x"), medicine("x", "Zolpidem", "2026-03-17")],
        "new: Zolpidem (class not recorded)",
    ),
    ("no medicine", "medicines", [session("x")], "none recorded as new"),
    ("supervised", "supervisor", [session("x", supervisor_present="yes")], "present, 16 Mar"),
    ("alone", "supervisor", [session("x", supervisor_present="no")], "absent, 16 Mar"),
    ("supervisor unknown", "supervisor", [session("x")], "not recorded, 16 Mar"),
    ("scored", "age", [form("x", "0")], "2\u00a0d ago"),
    ("never scored", "age", [], "no score"),
    ("undecided", "decision", [], "none signed"),
]


@pytest.fixture(scope="module")
def cells(make):
    """Every case in one clinic, each patient by the case's name."""
    rows = [row | {"patient_id": case} for case, _, listed, _ in OPEN for row in listed]
    plans = [plan(case, "2026-03-24T18:00") for case, *_ in OPEN]
    listed = read(make(rows, *plans)).rows.to_dict("records")
    return {row["patient_id"]: describe_row(row) for row in listed}


@pytest.mark.parametrize(("case", "cell", "expected"), [(case, cell, said) for case, cell, _, said in OPEN])
def test_what_is_open_before_it(cells, case, cell, expected):
    said = cells[case][cell]
    assert (
        expected in said
        if expected.startswith(("OPEN: ", "; ")) and expected != said
        else said.startswith(expected)
    )


@pytest.fixture
def decide(make):
    """Decisions signed one after the other, each its own columns; what is said of the last one."""

    def sign(*decisions: dict) -> str:
        store = make([plan("x", "2026-03-24T18:00"), session("x")])
        key = int(review.read_caseload(ACTOR, store)["patient_key"].iloc[0])
        day = (date(2026, 3, 19) - date(1970, 1, 1)).days
        row = dict.fromkeys(("reasons", "checklist", "expected_effect", "flags", "note"), "") | {
            "patient_key": key,
            "clinic_key": 1,
            "signer": "Dr A",
            "on_day": day,
            "review_by": day + 7,
            **dict.fromkeys(("signed_at", "is_verified", "policy_version", "covers_import_key"), 1),
        }
        with store.write() as connection:
            for token, said in enumerate(decisions):
                connection.execute(insert(decision).values(row | {"token": str(token)} | said))
        (found,) = read(store).rows.to_dict("records")
        return describe_row(found)["decision"]

    return sign


def test_a_signed_hold_is_said(decide):
    said = decide({"options": '["step_up"]'}, {"options": '["hold", "need_data"]'})
    assert said == "hold, need data, 19 Mar 2026, review by 26 Mar 2026, by Dr A"


@pytest.mark.parametrize("option", ["hold", "stop"])
def test_no_dose_stands_beside_a_hold_or_a_stop(decide, option):
    said = decide({"options": f'["{option}"]', "old_dose_mg": 100})
    assert said.startswith(f"{option}, 19 Mar 2026")


def test_a_signed_dose_is_said_to_whoever_doses(decide):
    doses = {"old_dose_mg": 100, "new_dose_mg": 150, "new_interval_days": 14}
    said = decide({"options": '["interval", "step_up"]', **doses})
    assert said.startswith("interval, step up: 100 mg → 150 mg, not recorded → every 14 days, 19 Mar 2026")


def test_only_ones_own_clinics_are_listed(found, make):
    store = make([plan("x", "2026-03-24T18:00")])
    assert len(read(store).rows) == 1
    assert read(store, Actor("south", frozenset(Permission), frozenset({"south"}))).rows.empty


def test_a_clinic_without_records_has_nothing_next(tmp_path):
    assert read(new_store(tmp_path)).rows.empty


def test_a_plan_says_nothing_of_how_old_the_records_are(make):
    store = make([session("x"), plan("x", "2026-03-24T18:00")])
    with at(NOW):
        assert review.read_freshness(ACTOR, store).data_to == "16 Mar 2026 18:00"


def test_of_whom_nothing_could_be_read_any_more_nothing_is_said_to_be_well(make):
    """Merged into another patient after the list was read, and before its page was."""
    store = make([plan("x", "2026-03-24T18:00")])
    with at(NOW):
        (listed,) = read_dosing_next(ACTOR, store).rows.to_dict("records")
    cells = describe_row(listed)
    assert cells.pop("when") == "Tue 24 Mar 2026 18:00, planned" and cells.pop("who").startswith("x")
    assert cells.pop("open") and set(cells.values()) == {"unknown: just changed, load this page again"}
    assert set(cells) < set(describe_row(read(store).rows.to_dict("records")[0]))


def test_what_is_open_is_told_of_ones_own_patients_alone(make):
    store = make([session("x", sbp_pre_mmhg="165")])
    key = int(review.read_caseload(ACTOR, store)["patient_key"].iloc[0])
    with at(NOW):
        assert read_before_sessions(ACTOR, store, [key]).index.tolist() == [key]
        south = Actor("south", frozenset(Permission), frozenset({"south"}))
        assert read_before_sessions(south, store, [key]).empty


def tell_slowly(store) -> set[tuple]:
    """The list of everybody, patient by patient from their records: key, day, second, basis, interval."""
    with store.read() as connection:
        day = _clock.day_number(today(connection))
        policy = current_policy(connection)
        standing = standing_on(connection, ACTOR, policy, None)
        kinds = ("dosing_sessions", "dose_orders")
        sessions, orders = (read_record_table(connection, kind, None).to_dict("records") for kind in kinds)
    treated = set(standing.loc[is_in_treatment(standing, policy), "patient"])
    told = set()
    for key in sorted({row["patient_key"] for row in (*sessions, *orders)}):
        own = [row for row in sessions if row["patient_key"] == key]
        plans = [row for row in own if row["status"] == "planned"]
        done = [row["started_at_day"] for row in own if row["status"] != "planned"]
        ahead = [row for row in plans if not done or row["started_at_day"] > max(done)]
        told |= {
            (key, row["started_at_day"], _second(row["started_at_second"]), PLANNED, -1) for row in ahead
        }
        taken = [
            row["started_at_day"]
            for row in own
            if row["dose_mg"] > 0 and row["status"] in (None, "taken", "partial")
        ]
        ordered = [row for row in orders if row["patient_key"] == key and row["ordered_at_day"] <= day]
        ordered.sort(key=lambda row: (row["ordered_at_day"], _second(row["ordered_at_second"]), row["id"]))
        if not ahead and taken and ordered and key in treated and ordered[-1]["interval_days"] > 0:
            interval = ordered[-1]["interval_days"]
            told.add((key, max(taken) + math.ceil(interval), -1, BY_ORDER, interval))
    return told


def _second(value: float | None) -> int:
    return -1 if value is None or math.isnan(value) else int(value)


def test_the_list_is_what_the_records_say_patient_by_patient(tmp_path):
    """The demo clinic, whose patients have plans, orders and sessions of every kind."""
    store = stores.open_store(ACTOR, make_demo(tmp_path))
    rows = read_dosing_next(ACTOR, store).rows
    days = (rows["on"] - pd.Timestamp(0)).dt.days
    numbers = zip(
        rows["patient_key"],
        days,
        rows["second"].fillna(-1),
        rows["basis"],
        rows["interval_days"].fillna(-1),
        strict=True,
    )
    told = tell_slowly(store)
    assert {basis for *_, basis, _ in told} == {PLANNED, BY_ORDER}
    assert set(numbers) == told and len(rows) == len(told)
