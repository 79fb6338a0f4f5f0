"""What is kept, worked out anew: the same rows, in parts of any size, on one machine or on several, whoever writes meanwhile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shared_server
from built_stores import copy_of
from clinic_files import ACTOR, to_csv
from dask_cluster import start_cluster
from store.clinic_imports import at
from store.ledger import kept

from lib.clinical.segments import NONE
from lib.clinical.session_scores import SessionScores
from lib.commands import run
from lib.services import _clock, caseload, imports, quality, recomputing, stores
from lib.services._quality_records import COUNTED_ON
from lib.services._reference import recall_reference
from lib.services._refresh import current_policy, refresh
from lib.services._standing import today
from lib.services.errors import Store, StoreError
from lib.store import derived
from lib.store._known_rows import WORKED_OUT
from lib.store.derived_tables import course_score, flag_log, open_flag, reference_score, standing

TABLES = (*WORKED_OUT, flag_log)
# Small enough that each of two workers has several.
A_PART = 80


def demo(folder: Path) -> Store:
    return copy_of("demo", folder / "demo.sqlite", lambda url: stores.load_demo(ACTOR, url))


@pytest.fixture
def store(tmp_path) -> Store:
    return demo(tmp_path)


def read_kept(store: Store) -> list[pd.DataFrame]:
    with store.read() as connection:
        return [kept(connection, table) for table in TABLES]


def assert_same(found: list[pd.DataFrame], expected: list[pd.DataFrame]) -> None:
    for one, other in zip(found, expected, strict=True):
        pd.testing.assert_frame_equal(one, other)


def spoil(store: Store) -> None:
    """Rows that nobody changed by hand are right; here they are not."""
    with store.write() as connection:
        connection.execute(standing.update().values(category=0, baseline_total=0))
        connection.execute(course_score.delete())
        connection.execute(reference_score.update().values(baseline=0))
        connection.execute(open_flag.update().values(threshold="none"))


def test_whatever_was_wrong_is_as_a_refresh_leaves_it(store):
    before = read_kept(store)
    spoil(store)
    spoiled = store.read_state()
    done = recomputing.recompute(ACTOR, store, part_size=A_PART)
    assert_same(read_kept(store), before)
    assert done.n_parts > 2 and done.n_again == 0
    # Screens that remember what they read read it again.
    assert store.read_state() != spoiled


def test_a_night_that_has_recomputed_leaves_nothing_of_the_day_to_whoever_looks_first(store):
    with at(datetime.now(UTC) + timedelta(days=1)):
        assert caseload.read_due(ACTOR, store) == {caseload.FLAGS_AS_OF, COUNTED_ON}
        recomputing.recompute(ACTOR, store, part_size=A_PART)
        assert caseload.read_due(ACTOR, store) == set()
        night = read_kept(store), quality.read_quality(ACTOR, store).trend
        with store.write() as connection:
            derived.write_about(connection, **dict.fromkeys((caseload.FLAGS_AS_OF, COUNTED_ON), ""))
        caseload.refresh_if_a_day_has_passed(ACTOR, store)
        assert_same(read_kept(store), night[0])
        assert_same([quality.read_quality(ACTOR, store).trend], [night[1]])


def test_counts_are_of_the_day_on_which_they_are_made_though_a_night_passes_midnight(store):
    evening = datetime.now(UTC) + timedelta(days=1)
    morning = evening + timedelta(days=1)

    def read_counts() -> pd.DataFrame:
        return quality.read_quality(ACTOR, store).trend

    def pass_midnight(_text: str, _share: float) -> None:
        _clock.now = lambda: morning

    with at(evening):
        caseload.refresh_if_a_day_has_passed(ACTOR, store)
        of_the_evening = read_counts()
        recomputing.recompute(ACTOR, store, report=pass_midnight)
        counted = read_counts()
    is_earlier = counted["on_day"] < counted["on_day"].max()
    assert_same([counted[is_earlier].reset_index(drop=True)], [of_the_evening])
    assert (~is_earlier).sum() == len(of_the_evening)


def test_whom_courses_are_held_against_is_recalled_until_the_store_changes(store):
    def recall() -> SessionScores:
        with store.read() as connection:
            reference = recall_reference(connection, np.array([NONE, 1]), current_policy(connection))
            return reference.of_clinics([1])[1]

    first = recall()
    assert len(first.patient) and recall() is first
    spoil(store)
    assert set(recall().baseline) == {0}


class Overtaken(Store):
    """Before a part is written, once, somebody imports a file."""

    is_overtaken = False

    @contextmanager
    def keep(self) -> Iterator:
        if self.is_overtaken:
            self.is_overtaken = False
            import_form(Store(self.url))
        with super().keep() as connection:
            yield connection


def import_form(store: Store) -> None:
    """Of the patient who comes first, and so is in the first part."""
    with store.write() as connection:
        derived.write_about(connection, is_practice="yes")
        first = connection.exec_driver_sql("SELECT patient_id FROM patient_identity ORDER BY id").scalar()
    yesterday = (date.today() - timedelta(days=1)).isoformat()
    items = {f"item_{n}": "3" for n in range(1, 10)}
    form = {"patient_id": first, "instrument": "PHQ-9", "assessed_at": yesterday, **items}
    (receipt,) = imports.import_files(ACTOR, store, [("form.csv", to_csv([form]))], are_made_up=True)
    assert receipt.is_taken


def test_who_is_overtaken_by_an_import_computes_again(store):
    slow = Overtaken(store.url)

    def overtake(step: str, share: float) -> None:
        slow.is_overtaken |= share == 0 and "standings" in step

    done = recomputing.recompute(ACTOR, slow, part_size=A_PART, report=overtake)
    found = read_kept(store)
    assert done.n_again == 1
    with store.write() as connection:
        refresh(connection, today(connection), None)
    assert_same(found, read_kept(store))


@pytest.mark.parametrize(
    ("about", "why"),
    [({"recomputing": "another"}, "Another"), ({"flags_as_of": "2999-01-01"}, "later day")],
)
def test_nothing_is_written_by_a_recomputation_that_is_over(store, about, why):
    def overtake(step: str, share: float) -> None:
        if share == 0 and "standings" in step:
            with store.write() as connection:
                derived.write_about(connection, **about)

    spoil(store)
    before = read_kept(store)
    with pytest.raises(StoreError, match=why):
        recomputing.recompute(ACTOR, store, part_size=A_PART, report=overtake)
    assert read_kept(store)[0].equals(before[0])


def test_a_file_is_not_a_store_that_machines_share(store, capsys):
    assert run(["recompute", "--database", store.url, "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert "without --scheduler" in capsys.readouterr().err


def test_the_command_line_says_how_much_it_was(store, capsys):
    assert run(["recompute", "--database", store.url]) == 0
    assert "patients in 1 part:" in capsys.readouterr().out


@pytest.mark.skipif(os.environ.get("PROVE") != "1", reason="starts a server and three processes: make prove")
def test_two_workers_of_whom_one_dies_write_what_one_process_writes(tmp_path):
    with shared_server.asked_for("postgresql"):
        store = demo(tmp_path)
    recomputing.recompute(ACTOR, store)
    alone = read_kept(store)
    spoil(store)
    with start_cluster(store.url, 2, tmp_path) as cluster:
        alive = list(range(2))

        def kill_one(step: str, share: float) -> None:
            if "standings" in step and share > 0 and len(alive) == 2:
                cluster.kill(alive.pop())

        recomputing.recompute(ACTOR, store, cluster.address, part_size=A_PART, report=kill_one)
    assert len(alive) == 1
    assert_same(read_kept(store), alone)
