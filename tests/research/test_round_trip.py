"""An identified tidy export, imported into an empty store, gives the same status and flags, row for row."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from clinic_files import ACTOR, new_store, to_csv
from pandas.testing import assert_frame_equal
from ui_stores import make_demo

from lib.research.choices import FileForm, Privacy, topics_of
from lib.research.spreadsheet import make_safe, take_back
from lib.services import caseload, exports, imports, stores
from lib.services.errors import Store

FLAG_KEY = ["patient_id", "rule", "instrument"]


def export(store: Store, folder: Path, form: FileForm = FileForm.TIDY) -> exports.Written:
    order = exports.Order(topics_of(form), form, Privacy.IDENTIFIED)
    return exports.write_folder(ACTOR, store, order, folder)


def import_all(store: Store, paths: list[Path]) -> None:
    receipts = imports.import_files(
        ACTOR, store, [(path.name, path.read_bytes()) for path in paths], are_made_up=True
    )
    for receipt in receipts:
        # A file of no rows is the same as another of its kind.
        assert receipt.counts.n_rows == 0 or receipt.outcome == "accepted", receipt.message
        assert not receipt.counts.n_held + receipt.counts.n_rejected, receipt.problems


def copy(store: Store, folder: Path) -> Store:
    export(store, folder / "out")
    made = new_store(folder, "copy", is_practice=True)
    import_all(made, sorted((folder / "out" / "records").glob("*.csv")))
    return made


def test_the_demo_clinic_comes_back_row_for_row(tmp_path):
    """With what named people closed, and without it open again, as the records alone say it."""
    first = stores.open_store(ACTOR, make_demo(tmp_path))
    second = copy(first, tmp_path)
    for day in (date.today() - timedelta(days=90), None):
        status = caseload.read_status(ACTOR, first, day, all_courses=True)
        assert len(status) > 500
        assert_frame_equal(caseload.read_status(ACTOR, second, day, all_courses=True), status)
        flags = caseload.read_flags(ACTOR, first, day)
        assert len(flags) > 100
        assert_frame_equal(caseload.read_flags(ACTOR, second, day), flags)
    known = {tuple(row) for row in flags[FLAG_KEY].to_numpy()}
    taken = imports.read_imports(ACTOR, second).set_index("kind").loc["flag_closings"]
    assert taken["n_new"] > 5
    imports.undo_import(ACTOR, second, int(taken["id"]), "who closed them is not known here")
    opened = {tuple(row) for row in caseload.read_flags(ACTOR, second, day)[FLAG_KEY].to_numpy()}
    assert known < opened and {rule for _, rule, _ in opened - known} == {"suicidality_item_9"}


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "''@x", "+", "\u00a0=1", "\uff1dcmd", "-5 mg", "'quoted'", "a=1", ""]
)
def test_an_apostrophe_can_be_taken_back(text):
    safe = make_safe(text)
    assert take_back(safe) == text and not safe.lstrip("\u00a0").startswith(("=", "+", "-", "@", "\uff1d"))


def test_texts_that_a_spreadsheet_would_run_come_back_as_they_were(tmp_path):
    ids = ["=1+1", "+49", "@a", "-7", 'q"uote', "com,ma", "007"]
    first = new_store(tmp_path, is_practice=True)
    people = to_csv([{"patient_id": one, "clinic_id": "north"} for one in ids])
    notes = to_csv([{"patient_id": one, "on": "2026-03-01", "text": f"={one}"} for one in ids])
    imports.import_files(ACTOR, first, [("patients.csv", people), ("events.csv", notes)], are_made_up=True)
    for store in (first, copy(first, tmp_path)):
        order = exports.Order(("events",), privacy=Privacy.IDENTIFIED)
        with exports.open_export(ACTOR, store, order) as found:
            (rows,) = found.tables[0].read()
        assert rows[["patient_id", "text"]].values.tolist() == [[one, f"={one}"] for one in sorted(ids)]
    written = (tmp_path / "out" / "records" / "events.csv").read_text("utf-8")
    assert "'=1+1" in written and ",=" not in written and "\n=" not in written
