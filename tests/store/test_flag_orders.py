"""In whatever order records, merges, signatures and days come: no item 9, no critical flag and no decision is lost."""

import os
from pathlib import Path
from random import Random

import pytest
from clinic_files import ACTOR
from store.clinic_imports import at
from store.merge_clinic import is_lasting
from store.order_clinic import NAMES, STEPS, OrderClinic

from lib.services._flag_states import read_persisting
from lib.services._item_9_forms import item_9_forms_on, load_item_9
from lib.services._refresh import current_policy, refresh
from lib.services._standing import today
from lib.services.review import read_queue
from lib.store._known_rows import WORKED_OUT
from lib.store.records import read_frame

# 1,000 orders with PROVE=1; ORDERS=n for as many as the time allows, FIRST_ORDER for other seeds.
N_ORDERS = int(os.environ.get("ORDERS") or (1_000 if os.environ.get("PROVE") == "1" else 2))
FIRST_ORDER = int(os.environ.get("FIRST_ORDER", "0"))
# Orders that once found something.
FOUND = {"an assessment of before a merge counts again once the two are parted": 700_085}


def assert_all_is_found(clinic: OrderClinic) -> None:
    """Every item 9 of 1 or more is in the queue, under a signature that saw it, or counted as persisting under the last one."""
    with at(clinic.now):
        rows = read_queue(ACTOR, clinic.store).rows
        is_positive = [any("Item 9 positive" in why for why in reasons) for reasons in rows["reasons"]]
        queue = {int(key) for key in rows.loc[is_positive, "patient_key"]}
        with clinic.store.read() as connection:
            day, policy = today(connection), current_policy(connection)
            found = read_persisting(connection, None, day, policy, None)
            forms, _ = load_item_9(connection, [clinic.key(name) for name in NAMES])
        forms = item_9_forms_on(forms, clinic.today)
    persisting = dict(zip(found["patient"].tolist(), found["n_positive"].tolist(), strict=True))
    signed = {row for one in clinic.closings for row in one.rows}
    # Row by row: another open form of the same patient would hide a lost one.
    is_open = (forms["item_9"] >= 1) & ~forms["is_closed"]
    tables = forms["is_held"].map({True: "held_row", False: "assessments"})
    assert (
        set(zip(tables[is_open], forms["id"][is_open], strict=True)) == set(clinic.positive_rows()) - signed
    )
    n_open: dict[int, int] = {}
    for row, (patient, item_9) in clinic.positive_rows().items():
        if row not in signed:
            n_open[patient] = n_open.get(patient, 0) + 1
            assert patient in queue or patient in persisting, f"{row} of {patient} is lost"
            assert patient in queue or item_9 == 1, f"{row} says {item_9} and only persists"
    for patient, n_positive in persisting.items():
        assert n_positive == n_open.get(patient), f"{n_positive} persist, and {n_open} are open"
        assert_is_assessed(clinic, patient, policy.flag_life.reassess_days)
    assert queue | set(persisting) == set(n_open), "closed, and yet in the queue"


def assert_is_assessed(clinic: OrderClinic, patient: int, days: int) -> None:
    """Somebody assessed this person, as they are now, not long ago, and nothing was closed for another reason since."""
    own = [one for one in clinic.closings if one.patient == patient]
    name = next(one for one in NAMES if clinic.key(one) == patient)
    last = max(own, key=lambda one: (one.on_day, one.number))
    assert last.is_assessed and clinic.today - last.on_day <= days
    assert last.people == clinic.one_with(name), "somebody else was assessed"


def assert_rows_are_where_they_belong(clinic: OrderClinic) -> None:
    keys = {clinic.key(name): name for name in NAMES}
    for kind in ("assessments", "dosing_sessions", "adverse_events"):
        for import_key, line, patient in clinic.select(f"SELECT import_key, line, patient_key FROM {kind}"):
            assert keys[patient] == clinic.remains(clinic.named[import_key, line]), kind
    held = clinic.select("SELECT import_key, line, patient_key FROM held_row WHERE patient_key IS NOT NULL")
    for import_key, line, patient in held:
        assert keys[patient] == clinic.remains(clinic.named[import_key, line])
    one_in_force = "SELECT patient_key, key_hash, sum(is_current) n FROM assessments GROUP BY 1, 2 HAVING sum(is_current) > 1"
    assert clinic.select(one_in_force) == []


def assert_decisions_are_all_there(clinic: OrderClinic) -> None:
    keys = {clinic.key(name): name for name in NAMES}
    stored = [
        (token, keys[patient]) for token, patient in clinic.select("SELECT token, patient_key FROM decision")
    ]
    assert sorted(stored) == sorted((token, clinic.remains(name)) for token, name in clinic.signed.items())


def kept(connection) -> list[list[str]]:
    return [
        sorted(map(repr, read_frame(connection, table.select()).to_dict("records"))) for table in WORKED_OUT
    ]


def assert_kept_rows_are_complete(clinic: OrderClinic) -> None:
    """What is kept is what working everything out again gives."""
    with at(clinic.now), clinic.store.trial() as connection:
        before = kept(connection)
        refresh(connection, today(connection), None)
        assert kept(connection) == before


def assert_the_log_tells_all(clinic: OrderClinic) -> None:
    """Replayed from nothing, it gives the open flags."""
    names = "patient_key, rule, instrument, clinic_key, severity, since, evidence"
    flags: dict[tuple, tuple] = {}
    for change, *row in clinic.select(f"SELECT change, {names} FROM flag_log ORDER BY id"):
        key, says = tuple(row[:3]), tuple(row[3:])
        if change == "ended":
            assert flags.pop(key) == says
        else:
            assert (key in flags) == (change != "opened")
            flags[key] = says
    assert flags == {
        tuple(row[:3]): tuple(row[3:]) for row in clinic.select(f"SELECT {names} FROM open_flag")
    }


def lasting(clinic: OrderClinic) -> set[tuple]:
    return {
        (flag["patient_id"], flag["rule"], flag["instrument"]) for flag in clinic.flags() if is_lasting(flag)
    }


def assert_no_critical_flag_ended(clinic: OrderClinic, before: set[tuple]) -> None:
    """Only a named clinician ends one."""
    now, step = lasting(clinic), clinic.done[-1]
    if step == "unmerge":
        assert {flag[1:] for flag in before} <= {flag[1:] for flag in now}
    elif step != "close_critical":
        assert {(clinic.remains(name), *rest) for name, *rest in before} <= now


def run(folder: Path, seed: int, *, n_checks: int) -> OrderClinic:
    """One order. n_checks: of ten steps, after how many everything is looked at."""
    chance, looks = Random(seed), Random(seed + 1)
    clinic = OrderClinic(folder, chance)
    for step in [*(["offer"] * 2), *(chance.choice(STEPS) for _ in range(chance.randint(8, 16)))]:
        before = lasting(clinic)
        clinic.take(step)
        assert_no_critical_flag_ended(clinic, before)
        if looks.random() * 10 < n_checks:
            assert_all(clinic)
    assert_all(clinic)
    return clinic


def assert_all(clinic: OrderClinic) -> None:
    assert_all_is_found(clinic)
    assert_rows_are_where_they_belong(clinic)
    assert_decisions_are_all_there(clinic)
    assert_the_log_tells_all(clinic)
    assert_kept_rows_are_complete(clinic)


def log_of(clinic: OrderClinic) -> list[tuple]:
    return clinic.select("SELECT * FROM flag_log ORDER BY id")


@pytest.mark.parametrize("seed", [*FOUND.values(), *range(FIRST_ORDER, FIRST_ORDER + N_ORDERS)])
def test_an_order(tmp_path: Path, seed: int) -> None:
    clinic = run(tmp_path, seed, n_checks=1)
    if seed % 5 == 0:
        # The same receipts in a new store.
        assert log_of(run(tmp_path, seed, n_checks=0)) == log_of(clinic)
    clinic.store.engine.dispose()
    for file in tmp_path.iterdir():
        file.unlink()
