"""Where the machine stands changes nothing: imports and flags are the same under six time zones (two by default), also at the
hours that a clinic's clock skips and repeats."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from built_stores import copy_of
from clinic_files import ACTOR, printed_rows, to_csv
from sqlalchemy import inspect

from lib.services import _clock, caseload, imports, stores
from lib.services.errors import Store

# The first on one side of the clinic, the second a day ahead of it; all six with PROVE=1.
ALL_ZONES = (
    *("America/Los_Angeles", "Pacific/Kiritimati", "UTC", "America/New_York"),
    *("Asia/Kolkata", "Australia/Lord_Howe"),
)
ZONES = ALL_ZONES if os.environ.get("PROVE") == "1" else ALL_ZONES[:2]
# In New York it is still 19 November, 20:30; in Kiritimati the 20th, 15:30.
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
# Of New York: around and within the hour that is skipped, and the hour that comes twice; evenings that are the next day by UTC.
HOURS = (
    *("2026-03-08T01:59", "2026-03-08T02:30", "2026-03-08T03:00", "2026-10-31T23:59"),
    *("2026-11-01T00:59", "2026-11-01T01:30", "2026-11-01T02:00", "2026-11-18T20:00"),
    *("2026-11-19T23:59", "2026-11-01T01:30-04:00", "2026-11-01T01:30-05:00", "2024-02-29T12:00"),
)

pytestmark = pytest.mark.usefixtures("embedded_only")


@contextmanager
def machine_in(zone: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


@pytest.fixture(autouse=True)
def at_a_moment(monkeypatch):
    monkeypatch.setattr(_clock, "now", lambda: NOW)


def clinic_of_new_york(folder, zone: str) -> Store:
    url = f"sqlite:///{folder}/{zone.replace('/', ' ')}.sqlite"
    store = stores.create_store(ACTOR, url)
    stores.init_clinic(
        ACTOR, store, "main", name="", time_zone="America/New_York", instruments=["PHQ-9", "GAD-7"]
    )
    items = {f"item_{n}": "1" for n in range(1, 10)}
    people = [{"patient_id": f"p{n}"} for n in range(len(HOURS))]
    forms = [
        {"patient_id": f"p{n}", "instrument": "PHQ-9", "assessed_at": hour, **items}
        for n, hour in enumerate(HOURS)
    ]
    doses = [{"patient_id": f"p{n}", "started_at": hour, "dose_mg": "100"} for n, hour in enumerate(HOURS)]
    files = {"patients": people, "assessments": forms, "dosing_sessions": doses}
    imports.import_files(ACTOR, store, [(f"{name}.csv", to_csv(rows)) for name, rows in files.items()])
    return store


def said(store: Store) -> tuple:
    """Every row of the records and of what follows from them; flags and status of today, and about the hour that is skipped."""
    days = (None, date(2026, 3, 8), date(2026, 3, 9))
    lists = [
        printed_rows(read(ACTOR, store, day))
        for read in (caseload.read_flags, caseload.read_status)
        for day in days
    ]
    with store.read() as connection:
        names = set(inspect(connection).get_table_names()) - {"audit_entry"}
        tables = {
            name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').fetchall() for name in sorted(names)
        }
    return lists, tables


def test_the_same_files_make_the_same_store_wherever_the_machine_is(tmp_path):
    found = []
    for zone in ZONES:
        with machine_in(zone):
            found.append(said(clinic_of_new_york(tmp_path, zone)))
    lists, tables = found[0]
    assert all(other == found[0] for other in found[1:])
    # The hour that never was is no form; the one that came twice, and what says its offset, is one.
    assert len(tables["assessments"]) == len(HOURS) - 1
    assert len({row["patient_id"] for row in lists[0]}) >= len(HOURS) - 1


def test_flags_of_the_demo_clinic_are_the_same_wherever_the_machine_is(tmp_path, monkeypatch):
    monkeypatch.undo()
    store = copy_of("demo", tmp_path / "demo.sqlite", lambda url: stores.load_demo(ACTOR, url))
    monkeypatch.setattr(_clock, "now", lambda: NOW)
    found = []
    for zone in ZONES:
        with machine_in(zone):
            found.append(printed_rows(caseload.read_flags(ACTOR, store)))
    assert len(found[0]) > 100 and all(flags == found[0] for flags in found)
