"""What has been kept long enough: listed, purged on a second word, held back, and written down; nothing is erased in silence."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from clinic_files import ACTOR, new_store, to_csv

from lib.commands import run
from lib.services import _clock, audit, imports, patients, retention, review
from lib.services.audit import Asked
from lib.services.errors import Store, StoreError
from lib.services.retention import DUE, ON_HOLD, WAITS
from lib.store import sign_ins

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
OLD, YOUNG = "2014-05-01", "2026-03-01"


def form(who: str, day: str, item_9: str = "0") -> dict[str, str]:
    items = {f"item_{n}": "1" for n in range(1, 9)}
    said = {"patient_id": who, "instrument": "PHQ-9", "assessed_at": day, "recorded_at": f"{day}T12:00:00Z"}
    return {**said, **items, "item_9": item_9}


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    """ann, bob and eve were last heard of in 2014, eve with an item 9; dan this month."""
    store = new_store(tmp_path)
    names = ("ann", "bob", "eve", "dan")
    monkeypatch.setattr(_clock, "now", lambda: datetime(2014, 5, 2, 12, tzinfo=UTC))
    people = [{"patient_id": who, "recorded_at": f"{OLD}T12:00:00Z"} for who in names]
    forms = [form("ann", OLD), form("bob", OLD), form("eve", OLD, "2"), form("dan", OLD)]
    imports.import_files(ACTOR, store, [("patients.csv", to_csv(people)), ("forms.csv", to_csv(forms))])
    monkeypatch.setattr(_clock, "now", lambda: NOW)
    imports.import_files(ACTOR, store, [("new.csv", to_csv([form("dan", YOUNG)]))])
    return store


def states(store: Store) -> dict[str, str]:
    due = retention.read_due(ACTOR, store).patients
    return dict(zip(due["patient_id"], due["state"], strict=True))


def rows(store: Store) -> int:
    with store.read() as connection:
        return connection.exec_driver_sql("SELECT COUNT(*) FROM assessments").scalar_one()


def test_a_purge_withdraws_who_is_due_and_leaves_the_held_and_who_waits_for_a_clinician(store):
    retention.hold(ACTOR, store, 2, "a court asks for it")
    assert states(store) == {"ann": DUE, "bob": ON_HOLD, "eve": WAITS}
    n_rows = rows(store)
    done = retention.purge(ACTOR, store)
    assert done.keys == [1] and states(store) == {"bob": ON_HOLD, "eve": WAITS}
    # Withdrawn, and not erased.
    assert rows(store) == n_rows
    page = patients.read_patient(ACTOR, store, 1)
    assert page.history.assessments.empty and page.flags.empty
    with store.read() as connection:
        (why,) = connection.exec_driver_sql(
            "SELECT DISTINCT withdrawn_why FROM assessments WHERE patient_key = 1"
        ).fetchall()
    assert why == ("kept for 10 years after the last record",)
    assert 1 not in set(review.read_queue(ACTOR, store).rows["patient_key"])
    told, n_told = audit.search_audit(ACTOR, store, Asked(act="purge"))
    assert n_told == 1 and told["patient_id"].tolist() == ["ann"]
    # Nobody is left to be purged again.
    assert retention.purge(ACTOR, store).keys == []


def test_a_hold_has_a_reason_and_an_end(store):
    for act in (retention.hold, retention.end_hold):
        with pytest.raises(StoreError, match=r"Say why|under no legal hold"):
            act(ACTOR, store, 1, " ")
    retention.hold(ACTOR, store, 1, "a court asks for it")
    assert states(store)["ann"] == ON_HOLD
    retention.end_hold(ACTOR, store, 1, "the court has decided")
    assert states(store)["ann"] == DUE
    acts = audit.search_audit(ACTOR, store, Asked(patient_id="ann"))[0]
    assert {"legal hold", "end legal hold"} <= set(acts["act"]) and "court" not in repr(acts.to_dict())


def test_sign_ins_that_are_long_over_are_erased_and_counted(store):
    at = _clock.seconds(NOW)
    with store.write() as connection:
        columns = "(email, name, roles, is_active, n_failures, created_at)"
        connection.exec_driver_sql(f"INSERT INTO account {columns} VALUES ('a@b.c', 'A', 'admin', 1, 0, 0)")
        for number, ago in enumerate((200, 91, 89)):
            moment = {"created_at": at - ago * 86_400, "seen_at": at, "ends_at": at - ago * 86_400}
            named = {
                "reference": f"s-{number}",
                "token_hash": f"{number}",
                "account_key": 1,
                "way": "password",
            }
            sign_ins.add_sign_in(connection, named | moment)
    assert retention.read_due(ACTOR, store).n_sign_ins == 2
    retention.purge(ACTOR, store)
    assert retention.read_due(ACTOR, store).n_sign_ins == 0
    told = audit.search_audit(ACTOR, store, Asked(act="purge"))[0]
    assert '{"n_sign_ins":2}' in told["detail"].tolist()


def test_another_clinics_patients_are_not_ones_to_purge(store):
    assert retention.read_due(replace(ACTOR, clinics=frozenset({"nowhere"})), store).patients.empty


def test_the_command_lists_and_changes_nothing_unless_it_is_told_to(store, capsys):
    command = ["retention", "--database", store.url]
    assert run(command) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "patient_id,clinic_id,last_heard_on,state" and "2014-05-01,due" in out
    assert "nothing was changed, --purge does it" in out and states(store)["ann"] == DUE
    assert run([*command, "--hold", "ann"]) == 2
    assert run([*command, "--hold", "ann", "--why", "a court"]) == 0
    assert run([*command, "--purge"]) == 0
    assert "1 patient and 0 sign-ins purged" in capsys.readouterr().out and states(store)["ann"] == ON_HOLD
