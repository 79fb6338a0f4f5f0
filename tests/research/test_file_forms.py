"""Files of an export in their forms: what a reader of each finds, and what is left when one is stopped."""

import csv
import io
import json

import pandas as pd
import pytest
from clinic_files import ACTOR, new_store
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from ui_stores import day, make_clinic, patients, phq9, sessions

from lib.commands import run
from lib.research.choices import FileForm, Privacy, topics_of
from lib.research.csv_blocks import write_lines
from lib.research.spreadsheet import take_back
from lib.services import caseload, exports, imports, stores
from lib.services.access import Actor, NotPermittedError, Permission
from lib.services.errors import StoreError

FILES = {
    "patients.csv": patients("P-1,AB", "P-2,CD"),
    "assessments.csv": phq9(("P-1", 40, "222222221"), ("P-1", 9, "11111111 "), ("P-2", 30, "000000000")),
    "dosing_sessions.csv": sessions(("P-1", 38, 100), ("P-1", 20, 150)),
    "adverse_events.csv": f"patient_id,started_at,term,severity,is_serious\nP-1,{day(20)}T18:00,Nausea,mild,no\n",
}
TEXTS = st.text(alphabet="a=+-@',\"\n\t\u00a0é ", max_size=6)


@pytest.fixture
def store(tmp_path):
    return stores.open_store(ACTOR, make_clinic(tmp_path, FILES))


def write(store, folder, form, topics=()):
    order = exports.Order(topics or topics_of(form), form, Privacy.IDENTIFIED)
    return exports.write_folder(ACTOR, store, order, folder)


@given(
    st.lists(
        st.tuples(TEXTS | st.none(), st.none() | st.integers(-9, 10**15), st.none() | st.floats(-1e9, 1e9)),
        min_size=1,
    )
)
def test_a_line_says_what_its_row_says(rows):
    said = pd.DataFrame(rows, columns=["text", "whole", "number"]).astype(
        {"text": "string", "whole": "Int64", "number": "Float64"}
    )
    written = list(csv.reader(io.StringIO(write_lines(said).decode(), newline="")))
    for (text, whole, number), (cell, digits, decimal) in zip(rows, written, strict=True):
        assert take_back(cell) == (text or "") and digits == ("" if whole is None else str(whole))
        assert (decimal == "") == (number is None) and "e" not in decimal
        assert number is None or float(decimal) == number


def test_a_bundle_is_one_and_its_records_come_back(store, tmp_path):
    write(store, tmp_path / "fhir", FileForm.FHIR)
    data = (tmp_path / "fhir" / "bundle.json").read_bytes()
    bundle = Bundle.model_validate(json.loads(data))
    kinds = [entry.resource.get_resource_type() for entry in bundle.entry]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "AdverseEvent": 1,
        "MedicationAdministration": 2,
        "Patient": 2,
        "QuestionnaireResponse": 3,
    }
    copy = new_store(tmp_path, "copy", is_practice=True)
    given = [("bundle.json", data)]
    stores.init_clinic(ACTOR, copy, "main", name="Main", time_zone="UTC", instruments=["PHQ-9", "GAD-7"])
    for receipt in imports.import_files(ACTOR, copy, given, are_made_up=True):
        assert not receipt.counts.n_held + receipt.counts.n_rejected, receipt.problems
    for read in (caseload.read_status, caseload.read_flags):
        assert_frame_equal(read(ACTOR, copy), read(ACTOR, store))


def test_redcap_names_every_field_that_its_files_have(store, tmp_path):
    write(store, tmp_path / "redcap", FileForm.REDCAP)
    described = pd.read_csv(tmp_path / "redcap" / "redcap_data_dictionary.csv")
    fields = described["Variable / Field Name"].tolist()
    assert fields[0] == "record_id" and described.shape[1] == 18 and len(set(fields)) == len(fields)
    assert all(name.isascii() and name.replace("_", "").isalnum() and name[0].isalpha() for name in fields)
    for path in (tmp_path / "redcap").glob("import_*.csv"):
        rows = pd.read_csv(path, dtype=str)
        own = [
            name for name in rows if not name.startswith("redcap_repeat") and not name.endswith("_complete")
        ]
        assert set(own) <= set(fields)
        if "redcap_repeat_instance" in rows:
            assert not rows.duplicated(["record_id", "redcap_repeat_instance"]).any()
    items = pd.read_csv(tmp_path / "redcap" / "import_items.csv", dtype=str)
    assert items["redcap_repeat_instance"].astype(int).max() == 18 and items["items_points"].isna().sum() == 1


def test_what_is_stopped_leaves_nothing(store, tmp_path):
    def stop(_, share):
        if share > 0.2:
            raise KeyboardInterrupt

    order = exports.Order(topics_of(FileForm.TIDY), privacy=Privacy.IDENTIFIED)
    with pytest.raises(KeyboardInterrupt):
        exports.write_folder(ACTOR, store, order, tmp_path / "out", stop)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    with pytest.raises(StoreError, match="something in"):
        exports.write_folder(ACTOR, store, order, tmp_path)


def test_the_command_line_writes_the_same_bytes_each_time(store, tmp_path, capsys):
    words = ("export", "--database", store.url, "--class", "identified", "--tables", "patients,items")
    for name in ("one", "two"):
        assert run([*words, str(tmp_path / name)]) == 0
        assert "2 of 2 patients" in capsys.readouterr().out
    paths = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.csv"))
    assert [str(path) for path in paths] == ["derived/items.csv", "dictionary.csv", "records/patients.csv"]
    assert all(
        (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes() for path in paths
    )
    assert run([*words[:3], str(tmp_path / "three")]) == 2 and "--cohort" in capsys.readouterr().err


def test_identified_rows_need_both_rights(store):
    order = exports.Order(("patients",), privacy=Privacy.IDENTIFIED)
    for rights in ({Permission.EXPORT_RECORDS}, {Permission.SEE_PATIENTS}):
        actor = Actor("a researcher", frozenset(rights))
        with pytest.raises(NotPermittedError), exports.open_export(actor, store, order):
            pass
