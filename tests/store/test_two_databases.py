"""The demo clinic in SQLite and in PostgreSQL: whatever is asked, both say the same."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from threading import Thread
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shared_server
from built_stores import copy_of
from clinic_files import ACTOR, new_store, to_csv
from sqlalchemy import select

from lib.research.choices import TOPICS, FileForm, Privacy
from lib.services import (
    _clock,
    attrition,
    caseload,
    cohorts,
    dosing_practice,
    exports,
    imports,
    known_on,
    operations,
    outcomes,
    quality,
    review,
    stores,
)
from lib.services.access import Actor, Permission
from lib.services.errors import Store, StoreError
from lib.store._known_rows import WORKED_OUT
from lib.store.bulk import read_numbers
from lib.store.derived_tables import flag_log
from lib.store.export_rows import fetch_rows
from lib.store.records import read_frame
from lib.store.saving import insert_rows
from lib.store.tables import RECORDS, held_row

LAKESIDE = Actor("of lakeside", frozenset(Permission), frozenset({"lakeside"}))
NOWHERE = Actor("of nowhere", frozenset(Permission), frozenset())
WEEKS = 52


def exported(privacy: Privacy, form: FileForm = FileForm.TIDY) -> Callable[[Actor, Store], bytes]:
    def export(actor: Actor, store: Store) -> bytes:
        said = io.BytesIO()
        exports.write_zip(actor, store, exports.Order(tuple(TOPICS), form, privacy), said)
        return said.getvalue()

    return export


def as_known(actor: Actor, store: Store) -> Any:
    """Three weeks ago."""
    on = date.today() - timedelta(days=21)
    known = known_on.open_as_known(actor, store, on)
    return caseload.read_status(actor, known, on), review.read_caseload(actor, known)


ASKED: dict[str, Callable[[Actor, Store], Any]] = {
    "status": lambda actor, store: caseload.read_status(actor, store, all_courses=True),
    "flags": caseload.read_flags,
    "queue": review.read_queue,
    "caseload": review.read_caseload,
    "freshness": review.read_freshness,
    "outcomes": lambda actor, store: outcomes.read_outcomes(actor, store, outcomes.Period()),
    "quality": quality.read_quality,
    "yield of flags": operations.read_flag_yield,
    "decided": lambda actor, store: operations.read_decided(actor, store, WEEKS),
    "prescribed": lambda actor, store: dosing_practice.read_prescribed(actor, store, WEEKS),
    "balances": lambda actor, store: dosing_practice.read_balances(actor, store, WEEKS),
    "attrition": lambda actor, store: attrition.read_attrition(actor, store, WEEKS),
    "imports": imports.read_imports,
    "held rows": imports.read_held_rows,
    "version of the data": cohorts.read_data_version,
    "identified export": exported(Privacy.IDENTIFIED),
    "de-identified export": exported(Privacy.DEIDENTIFIED),
    "as known": as_known,
}


def build(url: str) -> Store:
    store = stores.load_demo(ACTOR, url)
    caseload.refresh_if_a_day_has_passed(ACTOR, store)
    return store


@pytest.fixture(scope="module")
def demos(tmp_path_factory) -> Iterator[list[Store]]:
    """Loaded at one moment, as a record says when it was recorded."""
    folder, found = tmp_path_factory.mktemp("demos"), []
    noon = datetime.combine(datetime.now(UTC).date(), time(12), UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_clock, "now", lambda: noon)
        for database in ("sqlite", "postgresql"):
            with shared_server.asked_for(database):
                found.append(copy_of("demo at noon", folder / "demo.sqlite", build))
        yield found


def plain(value: Any) -> Any:
    """What is compared: frames as text, what holds others as what it holds. Each reading has a number of its own."""
    if isinstance(value, pd.DataFrame):
        return value.to_csv()
    if isinstance(value, pd.Series):
        return plain(value.to_frame())
    if is_dataclass(value):
        return {
            field.name: plain(getattr(value, field.name))
            for field in fields(value)
            if field.name != "reading"
        }
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return repr(value) if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize("actor", [ACTOR, LAKESIDE, NOWHERE], ids=["all clinics", "one", "none"])
@pytest.mark.parametrize("asked", ASKED)
def test_both_say_the_same(demos, asked, actor):
    """Of one clinic too, whose wall in PostgreSQL nobody may notice."""
    said, answers = [], []
    for store in demos:
        try:
            answers.append(plain(ASKED[asked](actor, store)))
        except StoreError as error:
            said.append(str(error))
    assert len(set(said)) + len(answers) in {1, 2} and not (said and answers)
    assert not answers or answers[0] == answers[1]


def test_what_follows_from_the_records_is_the_same_row_by_row(demos):
    for table in (*RECORDS.values(), *WORKED_OUT, held_row, flag_log):
        rows = []
        for store in demos:
            with store.read() as connection:
                rows.append(sorted(map(repr, map(tuple, connection.execute(select(table))))))
        assert rows[0] == rows[1], table.name


# What PostgreSQL or a CSV between could say otherwise: quotes, commas, lines, backslashes, an empty text, \N, digits to the last.
NOTES = [
    'a "b", c',
    "two\nlines\r\n",
    "\\N",
    "\\",
    "NULL",
    "naïve — 薬 🙂",
    " spaces ",
    "'",
    "\t",
    "%s %% {}",
]
NUMBERS = [0.1 + 0.2, 1 / 3, 1e-300, 123456789.123456789, 5e-324, 0.0]


@pytest.mark.usefixtures("each_database")
def test_words_and_numbers_come_back_to_the_last_character(tmp_path):
    store, table = new_store(tmp_path), RECORDS["dosing_sessions"]
    n = len(NOTES) + 1
    imports.import_files(ACTOR, store, [("p.csv", to_csv([{"patient_id": "ann"}]))])
    rows = pd.DataFrame(
        {
            "note": [*NOTES, None],
            "dose_mg": [NUMBERS[place % len(NUMBERS)] for place in range(n - 1)] + [None],
            "started_at_day": range(n),
            "started_at_second": [None, *range(n - 1)],
            **dict.fromkeys(("clinic_key", "patient_key", "import_key", "is_current", "recorded_at"), 1),
            **{name: range(n) for name in ("line", "key_hash", "value_hash")},
        }
    )
    with store.write() as connection:
        insert_rows(connection, table, rows)
    with store.read() as connection:
        frame = read_frame(connection, select(*(table.c[name] for name in rows.columns)).order_by(table.c.id))
        arrays = fetch_rows(connection, "dosing_sessions", [1], ("note", "dose_mg", "started_at_second"))()
        query = select(table.c.dose_mg, table.c.started_at_second).order_by(table.c.id)
        numbers = read_numbers(connection, query, float)
    assert frame["note"].tolist()[:-1] == NOTES and pd.isna(frame["note"].iloc[-1])
    assert sorted(map(str, arrays["note"].to_pylist())) == sorted(map(str, [*NOTES, None]))
    for found in (frame["dose_mg"], numbers["dose_mg"], pd.Series(arrays["dose_mg"].to_pandas())):
        expected = rows["dose_mg"].astype(float)
        assert sorted(found.dropna().astype(float)) == sorted(expected.dropna()) and found.isna().sum() == 1
    assert np.isnan(numbers["started_at_second"].iloc[0]) and numbers["started_at_second"].iloc[1] == 0


def test_eight_at_once_import_a_file_once(tmp_path):
    """Each over a connection of its own; tests of the embedded store do the same with processes."""
    with shared_server.asked_for("postgresql"):
        url = new_store(tmp_path).url
    people = [{"patient_id": f"p{number}"} for number in range(50)]
    said: list[str] = []

    def take() -> None:
        (receipt,) = imports.import_files(ACTOR, Store(url), [("patients.csv", to_csv(people))])
        said.append(receipt.outcome)

    threads = [Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["accepted", *["already imported"] * 7]
    assert len(imports.read_imports(ACTOR, Store(url))) == 1


def test_who_asks_an_address_without_a_server_is_told(tmp_path):
    nowhere = "postgresql://somebody:secret@127.0.0.1:1/clinic"  # pragma: allowlist secret
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/clinic cannot be opened") as told:
        stores.open_store(ACTOR, nowhere)
    assert "secret" not in str(told.value)
    with pytest.raises(StoreError, match="encrypts an SQLite store"):
        Store(nowhere, "ab" * 32)
    with pytest.raises(StoreError, match="No store has such an address"):
        Store("mysql://somebody@127.0.0.1/clinic")
