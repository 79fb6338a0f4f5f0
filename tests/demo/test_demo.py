"""The demo clinic's files: shape, dates, agreement between files, and byte identity."""

import hashlib
import re
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from lib.clinical.frames import CLOSINGS, COMMON_COLUMNS, KINDS
from lib.demo import DEMO_LAST_DAY, demo_files, generate_demo
from lib.demo.planted import CASES

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "data" / "demo"
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?")
# A clinic closes its flags itself; only a copy of a store brings closings in a file.
RECORDED = {name: kind for name, kind in KINDS.items() if name != CLOSINGS}
CLINICS = {"riverside", "lakeside", "hillcrest"}
DIGESTS = (
    "import hashlib; from lib.demo import demo_files;"
    "print({name: hashlib.sha256(data).hexdigest() for name, data in demo_files().items()})"
)


@pytest.fixture(scope="module")
def demo() -> dict[str, pd.DataFrame]:
    return generate_demo()


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return demo_files()


def taken(demo: dict[str, pd.DataFrame]) -> pd.DataFrame:
    sessions = demo["dosing_sessions.csv"]
    return sessions[sessions["status"].isin(["taken", "partial"])]


def shiftable_columns(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if name.endswith(("_on", "_at")) or name in ("at", "on")]


def test_every_kind_of_record_has_a_file(demo: dict[str, pd.DataFrame]) -> None:
    assert set(demo) == {f"{kind}.csv" for kind in RECORDED}
    assert all(len(frame) for frame in demo.values())


def test_the_columns_are_the_canonical_ones(demo: dict[str, pd.DataFrame]) -> None:
    common = {column.name for column in COMMON_COLUMNS}
    for kind, declared in RECORDED.items():
        own = {column.name for column in declared.columns}
        assert own <= set(demo[f"{kind}.csv"].columns) <= own | common


def test_every_value_is_text_and_every_required_one_is_there(demo: dict[str, pd.DataFrame]) -> None:
    for kind, declared in RECORDED.items():
        frame = demo[f"{kind}.csv"]
        assert frame.map(lambda value: isinstance(value, str)).all(axis=None)
        required = [name for name in declared.required if name != "value"]
        assert (frame[required] != "").all(axis=None)


def test_numbers_and_choices_are_what_their_columns_declare(demo: dict[str, pd.DataFrame]) -> None:
    for kind, declared in RECORDED.items():
        for column in declared.columns:
            values = demo[f"{kind}.csv"][column.name]
            given = values[values != ""]
            if column.type == "choice":
                assert set(given) <= set(column.choices), column
            elif column.type == "yes_no":
                assert set(given) <= {"yes", "no"}, column
            elif column.type in ("whole", "number"):
                numbers = pd.to_numeric(given)
                assert column.low is None or (numbers >= column.low).all(), column
                assert column.high is None or (numbers <= column.high).all(), column


def test_no_two_rows_of_a_patient_share_a_key(demo: dict[str, pd.DataFrame]) -> None:
    for kind, declared in RECORDED.items():
        key = ["patient_id", *(column.name for column in declared.key)]
        assert not demo[f"{kind}.csv"].duplicated(key).any(), kind


def test_every_date_can_be_shifted_and_none_lies_after_the_last_day(demo: dict[str, pd.DataFrame]) -> None:
    last = date.min
    for name, frame in demo.items():
        for column in shiftable_columns(frame):
            given = frame.loc[frame[column] != "", column]
            assert given.map(lambda text: MOMENT.fullmatch(text) is not None).all(), (name, column)
            if name == "dosing_sessions.csv":
                # Only what is planned lies ahead.
                given = given[frame["status"] != "planned"]
            days = given.map(lambda text: datetime.fromisoformat(text).date())
            last = max([last, *days])
    assert last == DEMO_LAST_DAY


def test_two_clinics_write_their_plans_down_a_session_a_patient(demo: dict[str, pd.DataFrame]) -> None:
    sessions = demo["dosing_sessions.csv"].merge(demo["patients.csv"][["patient_id", "clinic_id"]])
    plans = sessions[sessions["status"] == "planned"]
    assert set(plans["clinic_id"]) == CLINICS - {"lakeside"}
    assert plans["patient_id"].is_unique and 50 < len(plans) < 150
    assert (plans["started_at"].str[:10] > DEMO_LAST_DAY.isoformat()).all()
    assert (plans["dose_mg"] == "").all()


def test_dates_stand_in_no_other_column(demo: dict[str, pd.DataFrame]) -> None:
    for name, frame in demo.items():
        others = frame.drop(columns=shiftable_columns(frame))
        assert not others.map(lambda text: bool(re.search(r"\d{4}-\d{2}-\d{2}", text))).any(axis=None), name


def test_three_clinics_of_about_400_patients(demo: dict[str, pd.DataFrame]) -> None:
    patients = demo["patients.csv"]
    assert 380 <= len(patients) <= 420
    assert set(patients["clinic_id"]) == CLINICS
    assert patients["patient_id"].is_unique
    assert {"007", "0042", "12-A"} <= set(patients["patient_id"])
    assert patients["birth_date"].eq("").all()
    assert set(CASES) <= set(patients["patient_id"])


def test_every_row_belongs_to_a_known_patient(demo: dict[str, pd.DataFrame]) -> None:
    known = set(demo["patients.csv"]["patient_id"])
    assert all(set(frame["patient_id"]) <= known for frame in demo.values())


@pytest.mark.parametrize(("instrument", "n_items"), [("PHQ-9", 9), ("GAD-7", 7)])
def test_items_sum_to_the_total(demo: dict[str, pd.DataFrame], instrument: str, n_items: int) -> None:
    forms = demo["assessments.csv"].query("instrument == @instrument")
    items = forms[[f"item_{number}" for number in range(1, 10)]].replace("", None).astype("Int64")
    n_given = items.notna().sum(axis=1)
    complete = forms["total"].ne("") & n_given.gt(0)
    assert complete.mean() > 0.9
    assert (n_given[complete] == n_items).all()
    assert (items[complete].sum(axis=1) == forms.loc[complete, "total"].astype(int)).all()
    assert items.max(axis=None) <= 3
    assert {0, n_items - 1, n_items - 2, n_items - 3, n_items} <= set(n_given)


def test_forms_are_as_uneven_as_a_real_clinics(demo: dict[str, pd.DataFrame]) -> None:
    forms = demo["assessments.csv"]
    assert 0.75 < forms["assessed_at"].str.contains("T").mean() < 0.95
    assert set(forms["entered_by"]) == {"patient", "staff", ""}
    assert (forms["total"] == "0").any()
    assert forms["difficulty"].eq("").mean() < 0.3


def test_every_session_has_the_dose_that_was_ordered_for_it(demo: dict[str, pd.DataFrame]) -> None:
    sessions, orders = demo["dosing_sessions.csv"], demo["dose_orders.csv"]
    in_force = pd.merge_asof(
        sessions.assign(at=pd.to_datetime(sessions["started_at"])).sort_values("at"),
        orders.assign(at=pd.to_datetime(orders["ordered_at"])).sort_values("at")[
            ["patient_id", "at", "dose_mg"]
        ],
        on="at",
        by="patient_id",
        suffixes=("", "_ordered"),
    )
    assert (in_force["prescribed_mg"] == in_force["dose_mg_ordered"]).all()
    is_full = in_force["status"] == "taken"
    assert (in_force.loc[is_full, "dose_mg"] == in_force.loc[is_full, "prescribed_mg"]).all()
    assert set(in_force.loc[in_force["status"] == "missed", "dose_mg"]) == {""}
    partial = in_force[in_force["status"] == "partial"].astype({"dose_mg": float, "prescribed_mg": float})
    assert (partial["dose_mg"] < partial["prescribed_mg"]).all()


def test_no_step_is_above_50_mg_and_no_dose_above_the_ceiling(demo: dict[str, pd.DataFrame]) -> None:
    orders = demo["dose_orders.csv"].astype({"dose_mg": float})
    assert orders.groupby("patient_id")["dose_mg"].diff().max() <= 50
    ceilings = demo["patients.csv"].set_index("patient_id")["dose_ceiling_mg"].replace("", None).astype(float)
    assert 0.05 < ceilings.notna().mean() < 0.3
    highest = orders.groupby("patient_id")["dose_mg"].max()
    assert not (highest > ceilings.reindex(highest.index)).any()


def test_what_clinics_do_not_record_is_missing(demo: dict[str, pd.DataFrame]) -> None:
    clinic = demo["patients.csv"].set_index("patient_id")["clinic_id"]
    sessions = taken(demo)
    of = sessions["patient_id"].map(clinic)
    has_120 = sessions["sbp_120_mmhg"].ne("").groupby(of).mean()
    assert has_120["hillcrest"] == 0
    assert has_120[["riverside", "lakeside"]].min() > 0.3
    no_supervisor = sessions["supervisor_present"].eq("").groupby(of).mean()
    assert no_supervisor["lakeside"] > no_supervisor["riverside"] + 0.2


def test_courses_begin_with_a_session_that_was_taken(demo: dict[str, pd.DataFrame]) -> None:
    first = taken(demo).groupby("patient_id")["started_at"].min().str[:10]
    courses = demo["courses.csv"]
    assert 0.2 < len(courses) / len(demo["patients.csv"]) < 0.8
    assert (courses["patient_id"].map(first) == courses["started_on"]).all()
    ended = courses[courses["ended_on"] != ""]
    last = taken(demo).groupby("patient_id")["started_at"].max().str[:10]
    assert (ended["patient_id"].map(last) < ended["ended_on"]).all()


def test_the_same_seed_gives_the_same_bytes_in_another_process(files: dict[str, bytes]) -> None:
    here = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    command = [sys.executable, "-c", DIGESTS]
    there = subprocess.run(
        command, cwd=ROOT, env={"PYTHONHASHSEED": "1"}, capture_output=True, text=True, check=True
    )
    assert there.stdout.strip() == str(here)


def test_another_seed_gives_other_patients(files: dict[str, bytes]) -> None:
    assert demo_files(seed=1)["assessments.csv"] != files["assessments.csv"]


def test_the_bytes_are_utf_8_without_a_mark_and_lines_end_in_lf(files: dict[str, bytes]) -> None:
    for data in files.values():
        assert not data.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in data
        assert data.endswith(b"\n")
        data.decode("utf-8")


def test_the_shipped_files_are_these_bytes(files: dict[str, bytes]) -> None:
    if not SHIPPED.is_dir():
        pytest.skip("data/demo has not been written yet: python -m lib demo")
    assert {path.name: path.read_bytes() for path in SHIPPED.glob("*.csv")} == files


def test_the_clinic_is_made_in_less_than_three_seconds() -> None:
    started = time.perf_counter()
    demo_files()
    assert time.perf_counter() - started < 3
