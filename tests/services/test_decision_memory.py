"""Past decisions as the store has them: how each course stood on its day, and the first total that had time to change."""

import json

import pandas as pd
import pytest
from clinic_files import ACTOR, new_store, to_csv

from lib.services import _clock, decision_memory, imports
from lib.services.access import Actor, Permission
from lib.services.errors import NotFoundError
from lib.store import decisions
from lib.store.records import read_patients

# Day 0 and what was recorded from it on; everybody decides on day 15.
DAY_0 = pd.Timestamp("2026-03-02")
FORMS = {-1: 20, 6: 19, 13: 18, 27: 12, 34: 8}
SESSIONS = (0, 7, 14, 21, 28)
# What differs in one patient: forms and sessions, and the change that is counted.
CASES = {
    "the total after two sessions": ({}, (), -10),
    "a form on the day of the second session is too early": ({28: 17, 34: None, 30: 9}, (), -9),
    "one session only": ({}, (28,), None),
    "56 days after the decision": ({34: None, 27: None, 71: 10}, (), -8),
    "57 days after it": ({34: None, 27: None, 72: 10}, (), None),
    "no total afterwards": ({34: None, 27: None}, (), None),
    "a total of 0 is a total": ({34: 0}, (), -18),
    "no change is a change of 0": ({34: 18}, (), 0),
    "worse": ({34: 22}, (), 4),
}


def on(day: int) -> str:
    return f"{DAY_0 + pd.Timedelta(days=day):%Y-%m-%d}"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = new_store(tmp_path_factory.mktemp("memory"))
    names = [*CASES, "asks"]
    forms, sessions = [], []
    for name in names:
        changed, missing, _ = CASES.get(name, ({}, (), None))
        forms += [
            {"patient_id": name, "instrument": "PHQ-9", "assessed_at": on(day), "total": str(total)}
            for day, total in (FORMS | changed).items()
            if total is not None
        ]
        sessions += [
            {"patient_id": name, "started_at": on(day), "dose_mg": "100", "status": "taken"}
            for day in SESSIONS
            if day not in missing
        ]
    people = [{"patient_id": name, "clinic_id": "north"} for name in names] + [
        {"patient_id": "other", "clinic_id": "south"}
    ]
    files = {"patients": people, "assessments": forms, "dosing_sessions": sessions}
    imports.import_files(ACTOR, store, [(f"{kind}.csv", to_csv(rows)) for kind, rows in files.items()])
    return store


@pytest.fixture(scope="module")
def keys(store):
    with store.read() as connection:
        return read_patients(connection).set_index("patient_id")["patient_key"].to_dict()


@pytest.fixture(scope="module")
def signed(store, keys):
    """One decision each on day 15; the clinic of the other patient has none."""
    day = _clock.day_number(DAY_0.date()) + 15
    common = {"signer": "dr", "reasons": "[]", "checklist": "{}", "flags": "[]", "note": "", "is_verified": 0}
    with store.write() as connection:
        clinic = read_patients(connection).set_index("patient_id")["clinic_key"].to_dict()
        for name in CASES:
            about = {
                "patient_key": keys[name],
                "clinic_key": clinic[name],
                "token": name,
                "options": json.dumps(["hold"]),
            }
            when = {
                "signed_at": day * 86_400,
                "on_day": day,
                "review_by": day + 14,
                "policy_version": 1,
                "covers_import_key": 1,
            }
            effect = {"expected_effect": json.dumps({"target": "no dose", "follow_up_days": 21})}
            decisions.add_decision(connection, common | about | when | effect)
    return store


def test_each_decision_is_counted_with_the_change_that_had_time(signed, keys, monkeypatch):
    # On the day on which the one who asks stands where the others decided.
    monkeypatch.setattr(_clock, "today", lambda zones: (DAY_0 + pd.Timedelta(days=15)).date())
    memory = decision_memory.read_memory(ACTOR, signed, keys["asks"])
    assert (memory.n_decisions, memory.reason) == (len(CASES), "")
    assert memory.count_options() == [("hold", len(CASES))] and memory.changes == ()
    monkeypatch.setattr(_clock, "today", lambda zones: (DAY_0 + pd.Timedelta(days=90)).date())
    later = decision_memory.read_memory(ACTOR, signed, keys["asks"])
    assert later.n_decisions == len(CASES) and later.reason.startswith("0 decisions in similar courses")


def test_the_courses_are_described_as_they_stood_on_the_day(signed, keys):
    from lib.clinical.decision_courses import describe_courses, find_changes
    from lib.clinical.histories import prepare
    from lib.services._histories import load_scores
    from lib.services._refresh import current_policy

    day = _clock.day_number(DAY_0.date()) + 15
    with signed.read() as connection:
        policy = current_policy(connection)
        prepared = prepare(load_scores(connection, policy, [*keys.values()]), policy)
    patient = pd.Series([keys[name] for name in CASES]).to_numpy()
    on_day = pd.Series([day] * len(CASES)).to_numpy()
    rows = describe_courses(prepared, patient, on_day, policy)
    assert rows["baseline_total"].tolist() == [20.0] * len(CASES)
    assert rows["latest_total"].tolist() == [18.0] * len(CASES)
    assert rows["change_share"].tolist() == pytest.approx([-0.1] * len(CASES))
    assert rows["n_dosing_sessions"].tolist() == [3.0] * len(CASES)
    assert rows["gad7_total"].isna().all()
    changes = find_changes(prepared, patient, on_day, rows["latest_total"], policy)
    found = {
        name: None if pd.isna(change) else int(change) for name, change in zip(CASES, changes, strict=True)
    }
    assert found == {name: change for name, (_, _, change) in CASES.items()}


def test_a_reader_of_another_clinic_finds_nobody(signed, keys):
    south = Actor("south", frozenset(Permission), frozenset({"south"}))
    with pytest.raises(NotFoundError, match="No patient was found"):
        decision_memory.read_memory(south, signed, keys["asks"])
    memory = decision_memory.read_memory(south, signed, keys["other"])
    assert memory.n_decisions == 0 and "no baseline, no follow-up" in memory.reason
