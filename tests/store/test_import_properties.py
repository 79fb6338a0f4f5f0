"""Whatever way the same records come in, `status` and `flags` are the slow twin's rows, and what is kept is what follows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from random import Random

import clinic_files
import pytest
from clinic_files import ACTOR, to_csv
from generated import START
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from slow_records import Clinic
from store.clinic_imports import (
    Row,
    assert_same_as_twin,
    files_of,
    generated,
    import_clinic,
    import_rows,
    in_order,
    patient_ids,
    printed,
    printed_status,
)
from store.ledger import Ledger

from lib.services import imports
from lib.services.errors import Store

# Relative to the profile (tests/conftest.py): 100 examples by default, 5,000 with PROVE=1.
EXAMPLES = settings.default.max_examples
# Nothing is shrunk: an example takes a second, and a smaller seed is not a smaller clinic.
NOT_SHRUNK = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])
IS_QUICK = EXAMPLES <= 100
N_FEW, N_SOME = (1, 2) if IS_QUICK else (EXAMPLES // 50, EXAMPLES // 20)
FEW, SOME = (settings(NOT_SHRUNK, max_examples=n) for n in (N_FEW, N_SOME))
# A handful of clinics by default, whose first import can be shared.
SEEDS = st.integers(0, 3 if IS_QUICK else 100_000)
SHUFFLES = st.integers(0, 2**32).map(Random)
DAYS = tuple(START + timedelta(days=days) for days in (60, 200))
NUMBERS = count()

Files = list[tuple[str, list[Row]]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


def new_store(folder: Path) -> Store:
    return clinic_files.new_store(folder, f"store-{next(NUMBERS)}")


@cache
def plainly_printed(seed: int, folder: Path) -> list[list[Row]]:
    """What is printed after the files came in one after the other, patients first."""
    store = new_store(folder)
    import_clinic(store, generated(seed))
    return [in_order(rows) for rows in printed(store, DAYS)]


@SOME
@example(seed=3, days={-3, 45, 200})
@given(seed=SEEDS, days=st.sets(st.integers(-15, 260), min_size=2, max_size=3))
def test_status_and_flags_are_those_of_the_twin(folder: Path, seed: int, days: set[int]) -> None:
    clinic, store = generated(seed), new_store(folder)
    import_clinic(store, clinic)
    for day in sorted(days):
        assert_same_as_twin(store, clinic, START + timedelta(days=day))


def rows_shuffled(files: Files, chance: Random) -> Files:
    return [(name, chance.sample(rows, len(rows))) for name, rows in files]


def files_split(files: Files, chance: Random) -> Files:
    """Each file dealt into up to three; patients and versions still come one after the other."""
    parts: Files = []
    for name, rows in files:
        hands: list[list[Row]] = [[] for _ in range(chance.randint(2, 3))]
        for row in rows:
            chance.choice(hands).append(row)
        parts += [(f"{number}_{name}", hand) for number, hand in enumerate(hands) if hand]
    return parts


def files_in_another_order(files: Files, chance: Random) -> Files:
    return chance.sample(files, len(files))


def patients_last(files: Files, _: Random) -> Files:
    return files[::-1]


def split_shuffled_and_in_another_order(files: Files, chance: Random) -> Files:
    return files_in_another_order(files_split(rows_shuffled(files, chance), chance), chance)


def everything_offered_twice(files: Files, chance: Random) -> Files:
    """Other bytes, the same rows."""
    again = [(f"again_{name}", rows[::-1]) for name, rows in files if len(rows) > 1]
    return files + files_in_another_order(again, chance)


def columns_in_another_order_and_some_unknown(files: Files, chance: Random) -> Files:
    def turned(row: Row) -> Row:
        return {name: row[name] for name in sorted(row, reverse=True)} | {"ward of ours": "7"}

    return [(name, [turned(row) for row in rows]) for name, rows in files]


WAYS: dict[str, Callable[[Files, Random], Files]] = {
    way.__name__.replace("_", " "): way
    for way in (
        rows_shuffled,
        files_split,
        files_in_another_order,
        patients_last,
        split_shuffled_and_in_another_order,
        everything_offered_twice,
        columns_in_another_order_and_some_unknown,
    )
}


@pytest.mark.parametrize("way", WAYS)
@FEW
@given(seed=SEEDS, chance=SHUFFLES)
def test_the_way_in_changes_nothing(folder: Path, way: str, seed: int, chance: Random) -> None:
    store = new_store(folder)
    for name, rows in WAYS[way](files_of(generated(seed)), chance):
        import_rows(store, name, rows)
    assert imports.read_held_rows(ACTOR, store).empty
    assert [in_order(rows) for rows in printed(store, DAYS)] == plainly_printed(seed, folder)


@FEW
@given(seed=SEEDS, chance=SHUFFLES)
def test_all_files_in_one_import_in_any_order(folder: Path, seed: int, chance: Random) -> None:
    files = files_in_another_order(files_of(generated(seed)), chance)
    store = new_store(folder)
    receipts = imports.import_files(ACTOR, store, [(name, to_csv(rows)) for name, rows in files])
    assert all(receipt.is_complete for receipt in receipts)
    assert [in_order(rows) for rows in printed(store, DAYS)] == plainly_printed(seed, folder)


ODD_NAMES = ["007", "7", "07", "p000", "Q000", "Ärztin 1", "12-A", "=1+1", "x,y", 'say "x"', "日本", "null"]


@FEW
@given(seed=SEEDS, chance=SHUFFLES)
def test_renaming_patients_renames_them_and_nothing_else(folder: Path, seed: int, chance: Random) -> None:
    clinic = generated(seed)
    before = patient_ids(clinic)
    after = dict(zip(before, chance.sample(ODD_NAMES, len(before)), strict=True))
    store = new_store(folder)
    import_clinic(store, renamed(clinic, after))
    back = {new: old for old, new in after.items()}
    found = [
        in_order({**row, "patient_id": back[row["patient_id"]]} for row in rows)
        for rows in printed(store, DAYS)
    ]
    assert found == plainly_printed(seed, folder)


def renamed(clinic: Clinic, names: dict[str, str]) -> Clinic:
    def of(records: tuple) -> tuple:
        return tuple(replace(record, patient_id=names[record.patient_id]) for record in records)

    return replace(clinic, forms=of(clinic.forms), sessions=of(clinic.sessions), courses=of(clinic.courses))


STEPS = st.lists(
    st.sampled_from(["import", "import", "correct", "correct", "void", "undo", "close", "next day"]),
    min_size=3,
    max_size=8,
)


@SOME
@example(
    seed=2, steps=["correct", "close", "void", "next day", "undo", "import", "correct"], chance=Random(5)
)
@given(seed=SEEDS, steps=STEPS, chance=SHUFFLES)
def test_what_is_kept_is_what_a_full_recomputation_gives(
    folder: Path, seed: int, steps: list[str], chance: Random
) -> None:
    """After imports, corrections, voids, undone imports and closings; and it is what the twin says of the same steps."""
    ledger = Ledger(new_store(folder), generated(seed, 8), chance)
    for step in ["import", "import", *steps]:
        if step == "next day":
            # What was kept so far; the new day works everything out again.
            ledger.assert_kept_rows_are_complete()
        ledger.take(step)
    ledger.assert_kept_rows_are_complete()
    clinic = ledger.clinic()
    for day in (DAYS[-1], ledger.today):
        assert_same_as_twin(ledger.store, clinic, day)


# Cases that chance seldom draws.

FORM = {"patient_id": "007", "instrument": "PHQ-9", "assessed_at": "2026-03-02T10:00"}
PATIENT = [{"patient_id": "007"}]
SESSION = {"patient_id": "007", "started_at": "2026-03-03T10:00", "dose_mg": "100"}


def baseline_of(store: Store) -> list[str]:
    """The total in force, as `status` prints it once the patient has had a dose."""
    import_rows(store, "dosing_sessions.csv", [SESSION])
    rows = printed_status(store, date(2026, 4, 1))
    return [row["baseline_total"] for row in rows if row["instrument"] == "PHQ-9"]


CORRECTED_BACK = [
    {**FORM, "total": "20", "recorded_at": "2026-03-02T11:00Z"},
    {**FORM, "total": "10", "recorded_at": "2026-03-03T11:00Z"},
    {**FORM, "total": "20", "recorded_at": "2026-03-04T11:00Z"},
]


@pytest.mark.parametrize("order", ["012", "021", "102", "120", "201", "210"])
def test_a_form_corrected_and_corrected_back_in_any_order(tmp_path: Path, order: str) -> None:
    store = new_store(tmp_path)
    import_rows(store, "patients.csv", PATIENT)
    for number in order:
        import_rows(store, f"{number}.csv", [CORRECTED_BACK[int(number)]])
    assert baseline_of(store) == ["20"]


def test_every_file_of_a_record_s_past_offered_again_changes_nothing(tmp_path: Path) -> None:
    """Said, said again, corrected: then all three once more, in other bytes."""
    store = new_store(tmp_path)
    import_rows(store, "patients.csv", PATIENT)
    past = [CORRECTED_BACK[0], {**CORRECTED_BACK[0], "recorded_at": "2026-03-02T12:00Z"}, CORRECTED_BACK[1]]
    for number, row in enumerate(past):
        import_rows(store, f"{number}.csv", [row])
    for number, row in enumerate(past):
        counts = import_rows(store, f"again_{number}.csv", [{**row, "mode": ""}]).counts
        assert (counts.n_unchanged, counts.n_behind, counts.n_changed) == (1, 0, 0), number
    assert baseline_of(store) == ["10"]


def test_a_file_that_brings_nothing_new_is_accepted(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    import_rows(store, "patients.csv", PATIENT)
    import_rows(store, "1.csv", [{**FORM, "total": "20"}])
    receipt = import_rows(store, "2.csv", [{**FORM, "total": "20", "mode": ""}])
    assert (receipt.counts.n_unchanged, receipt.counts.n_new, receipt.counts.n_changed) == (1, 0, 0)


# "José", once with é as one letter and once as e and an accent; systems write either.
JOSE = ("Jos\u00e9", "Jose\u0301")


@pytest.mark.parametrize("arrives_as", JOSE)
@pytest.mark.parametrize("waits_as", JOSE)
def test_a_row_waits_for_its_patient_however_an_accent_is_written(
    tmp_path: Path, waits_as: str, arrives_as: str
) -> None:
    store = new_store(tmp_path)
    assert import_rows(store, "1.csv", [{**FORM, "patient_id": waits_as, "total": "20"}]).counts.n_held == 1
    assert import_rows(store, "2.csv", [{"patient_id": arrives_as}]).counts.n_released == 1


@pytest.mark.parametrize("spelling", JOSE)
def test_a_patient_is_created_however_an_accent_is_written(tmp_path: Path, spelling: str) -> None:
    file = ("1.csv", to_csv([{**FORM, "patient_id": spelling, "total": "20"}]))
    (receipt,) = imports.import_files(ACTOR, new_store(tmp_path), [file], create_patients=True)
    assert receipt.is_complete


def test_rows_of_an_undone_import_do_not_come_back_with_their_patient(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    receipt = import_rows(store, "1.csv", [{**FORM, "total": "20"}])
    assert receipt.import_key is not None
    imports.undo_import(ACTOR, store, receipt.import_key, "the wrong file")
    assert import_rows(store, "patients.csv", PATIENT).counts.n_released == 0
    assert baseline_of(store) == [""]


def test_a_row_of_an_undone_import_waits_again_when_it_is_offered_again(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    receipt = import_rows(store, "1.csv", [{**FORM, "total": "20"}])
    assert receipt.import_key is not None
    imports.undo_import(ACTOR, store, receipt.import_key, "too early")
    assert import_rows(store, "1.csv", [{**FORM, "total": "20"}]).counts.n_held == 1
    assert import_rows(store, "patients.csv", PATIENT).counts.n_released == 1
    assert baseline_of(store) == ["20"]


@pytest.mark.parametrize(
    ("undone", "in_force"),
    [("", "12"), ("3", "15"), ("32", "18"), ("2", "12"), ("21", "12"), ("123", "")],
    ids=["none", "the last", "the last two", "the middle one", "the first two", "all, the first one first"],
)
def test_of_three_versions_the_last_one_not_undone_is_in_force(
    tmp_path: Path, undone: str, in_force: str
) -> None:
    store = new_store(tmp_path)
    import_rows(store, "patients.csv", PATIENT)
    keys = {
        file: import_rows(store, f"{file}.csv", [{**FORM, "total": total}]).import_key
        for file, total in (("1", "18"), ("2", "15"), ("3", "12"))
    }
    for file in undone:
        imports.undo_import(ACTOR, store, keys[file] or 0, "the wrong file")
    assert baseline_of(store) == [in_force]
