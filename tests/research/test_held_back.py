"""Rows that wait in quarantine travel in no file, and an export says so: how many, and which may hold an item 9."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from clinic_files import ACTOR
from store.merge_clinic import WORDS, MergeClinic, form

from lib.commands import run
from lib.research.aggregates import Rounding
from lib.research.choices import FileForm, Privacy
from lib.research.criteria import Criteria
from lib.research.held_back import HeldBack, say_held, say_held_of_few
from lib.services import closing, cohorts, export_previews, exports, review
from lib.services.cohort_releases import Purpose, release_cohort
from lib.services.exports import Order

ORDER = Order(("patients", "assessments"), FileForm.TIDY, Privacy.IDENTIFIED)
GAD7 = {"instrument": "GAD-7", "patient_id": "bob", "assessed_at": "soon", "item_1": "1"}


@pytest.fixture
def clinic(tmp_path):
    """Of ann a PHQ-9 with item 9 = 2 whose date nobody can read, and no other form; of bob a GAD-7; of nobody known a third."""
    made = MergeClinic(tmp_path, "ann", "bob")
    made.offer(form("ann", "soon", 2), GAD7, form("cy", "2026-03-01", 3))
    return made


def read_held(clinic, order=ORDER):
    with exports.open_export(ACTOR, clinic.store, order) as export:
        return export.held


def test_what_waits_is_counted_and_an_item_9_apart(clinic):
    assert read_held(clinic) == HeldBack(2, 1, 2, 1, 2, 1, 1)
    bob = Order(ORDER.topics, ORDER.form, ORDER.privacy, (clinic.key("bob"),))
    assert read_held(clinic, bob) == HeldBack(1, 0, 1, 0, 1, 1, 1)
    # Somebody of whom the third one is has come: the row is taken, and waits no longer.
    clinic.bring("patients.csv", {"patient_id": "cy"})
    assert read_held(clinic) == HeldBack(2, 1, 2, 1, 3, 0, 0)


def test_it_is_said_before_the_click_in_the_files_and_on_the_command_line(clinic, tmp_path, capsys):
    said = (
        "In no file, because in quarantine: 2 rows of these people (1 may hold an item 9) and 1 row of nobody who is known yet "
        "(1 may hold an item 9). A flag that stands on such a row alone is lost in another store: see to the rows first, or take "
        "them along as the CSV of the rows that wait (page Import)."
    )
    preview = export_previews.preview_export(ACTOR, clinic.store, ORDER)
    assert (preview.held, preview.may_lose_item_9) == (said, True)
    target = BytesIO()
    written = exports.write_zip(ACTOR, clinic.store, ORDER, target)
    with ZipFile(target) as archive:
        assert said in archive.read("README.txt").decode()
        assert b"soon" not in b"".join(archive.read(name) for name in archive.namelist())
    assert say_held(written.held) == said
    ask = ["export", "--database", clinic.store.url, "--class", "identified", "--tables", "patients"]
    assert run([*ask, str(tmp_path / "out")]) == 0
    assert said in capsys.readouterr().out and said in (tmp_path / "out" / "README.txt").read_text("utf-8")
    # That flag is open here, and only here.
    assert "ann" in {one["patient_id"] for one in clinic.open_flags()}


def test_an_identified_passport_says_it_in_its_manifest_and_anew_when_it_has_changed(clinic, tmp_path):
    yes = [
        {"patient_id": one, "research_consent": "yes", "research_consent_on": "2026-01-01"}
        for one in ("ann", "bob")
    ]
    clinic.bring("patients.csv", *yes)
    cohort = cohorts.read_cohort(ACTOR, clinic.store, Criteria(()))
    purpose = Purpose("moving", "To another clinic", "Dr Reader", "DUA 7")

    def release(name):
        made = release_cohort(ACTOR, clinic.store, ORDER, cohort, purpose, path=tmp_path / name)
        with ZipFile(made.path) as archive:
            manifest, readme = json.loads(archive.read("manifest.json")), archive.read("README.txt").decode()
        assert manifest["rows_that_wait"] == made.held and made.held in readme
        return made

    first = release("first.zip")
    assert "2 rows of these people (1 may hold an item 9)" in first.held
    clinic.bring("patients.csv", {"patient_id": "cy"})
    second = release("second.zip")
    assert second.key != first.key and "nobody who is known" not in second.held


def test_a_form_that_a_clinician_closed_is_done_with(clinic):
    unreadable = clinic.offer({**form("ann", "2026-03-01", 0), "item_9": "x"})
    assert unreadable.n_item_9 == 1 and read_held(clinic).n_item_9 == 2
    rows = review.read_queue(ACTOR, clinic.store).rows
    key = int(rows.loc[rows["held_row_key"].notna() & (rows["patient_id"] == "ann"), "held_row_key"].max())
    with clinic.tick():
        closing.close_unreadable(ACTOR, clinic.store, key, WORDS)
    assert read_held(clinic).n_item_9 == 1


@pytest.mark.parametrize(
    ("n_people", "n_item_9", "n_in_all", "said"),
    [
        (0, 0, 100, "No row of these people waits in quarantine."),
        (3, 0, 100, "Rows of some people wait in quarantine and are in no file; none of them may hold an item 9."),
        (41, 2, 100, "Rows of 40 people wait in quarantine and are in no file; those of some may hold an item 9."),
        (95, 40, 100, "Rows of some people wait in quarantine and are in no file; those of 40 may hold an item 9."),
        (41, 12, 100, "Rows of 40 people wait in quarantine and are in no file; those of 15 may hold an item 9."),
    ],
)  # fmt: skip
def test_what_leaves_without_names_tells_no_small_count_of_them(n_people, n_item_9, n_in_all, said):
    held = HeldBack(200, n_item_9, n_people, n_item_9, n_in_all, 5, 5)
    assert say_held_of_few(held, Rounding(11, 5)) == said
