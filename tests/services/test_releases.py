"""Releases of the demo clinic's cohort: the same bytes again, whom each holds, what is warned of, and who may."""

import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from built_stores import copy_of
from clinic_files import ACTOR
from sqlalchemy import text

from lib import settings
from lib.commands import run
from lib.research.choices import FileForm, Privacy, topics_of
from lib.research.criteria import Criteria
from lib.research.plan import SHIFTED_DATES
from lib.research.verifying import State
from lib.services import _clock, cohorts, passports, policies, releases, stores
from lib.services.access import ROLES, Actor, NotPermittedError, Permission, Role
from lib.services.cohort_releases import Purpose, release_cohort
from lib.services.errors import NotFoundError, StoreError
from lib.services.exports import Order
from lib.store.records import read_patients, read_record_table

RESEARCHER = Actor("a researcher", ROLES[Role.RESEARCHER])

PURPOSE = Purpose("sleep study", "Does sleep improve first?", "Dr Reader, University", "DUA 7")
ORDER = Order(("patients", "assessments"), FileForm.TIDY, Privacy.DEIDENTIFIED)
# Every table of the form that has most; of the others two, and all under PROVE.
FORMS = {FileForm.TIDY: topics_of(FileForm.TIDY), FileForm.ADAM: ORDER.topics, FileForm.REDCAP: ORDER.topics}
if os.environ.get("PROVE") == "1":
    FORMS = {form: topics_of(form) for form in FORMS}


@pytest.fixture
def store(tmp_path):
    return copy_of("demo", tmp_path / "demo.sqlite", lambda url: stores.load_demo(ACTOR, url))


def cohort_of(store):
    return cohorts.read_cohort(ACTOR, store, Criteria(()))


def release(store, path: Path, order: Order = ORDER, purpose: Purpose = PURPOSE, cohort=None):
    return release_cohort(ACTOR, store, order, cohort or cohort_of(store), purpose, path=path)


def contents(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_made_again_it_is_the_same_bytes_and_the_register_has_both(store, tmp_path, monkeypatch):
    first = release(store, tmp_path / "first.zip")
    later = _clock.now() + timedelta(minutes=3)
    with monkeypatch.context() as patch:
        patch.setattr(_clock, "now", lambda: later)
        again = release(store, tmp_path / "again.zip")
    assert (first.is_again, again.is_again, first.key) == (False, True, again.key)
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()
    (row,) = releases.read_register(ACTOR, store).to_dict("records")
    assert (row["project"], row["recipient"], row["state"]) == (
        "sleep study",
        PURPOSE.recipient,
        "made again",
    )
    assert row["n_patients"] == first.n_patients and not row["is_expired"]
    found = passports.verify_file(ACTOR, store, tmp_path / "again.zip")
    assert found.is_unchanged and found.release == first.key
    assert re.match(
        r"Unchanged, made 20\d\d-.* by a test from data version \w{12}, policy version \d+; release 1 of",
        found.text,
    )
    assert not list(tmp_path.glob("*.unfinished"))


def test_a_release_carries_its_policy_and_verify_says_how_it_stands_to_the_one_in_force(
    store, tmp_path, capsys
):
    made = release(store, tmp_path / "made.zip", replace(ORDER, topics=("patients",)))
    text = settings.POLICY_FILE.read_text("utf-8")
    assert contents(made.path)["policy.toml"].decode() == text
    said = passports.verify_file(ACTOR, store, made.path)
    assert said.policy == "Policy version 1 made it; version 1 is in force here, with the same thresholds."
    other = text.replace("keep_days = {value = 90", "keep_days = {value = 60")
    policies.publish_policy(ACTOR, store, other.encode(), "policy.toml", "a test")
    said = passports.verify_file(ACTOR, store, made.path)
    assert said.is_unchanged and said.policy == (
        "Policy version 1 made it; version 2 is in force here, and differs: research.keep_days 90, here 60."
    )
    assert run(["verify", "--database", store.url, str(made.path)]) == 0
    assert said.policy in capsys.readouterr().out
    assert passports.verify_file(ACTOR, None, made.path).policy == ""


def test_nothing_that_names_anybody_is_in_any_byte_of_any_form(store, tmp_path):
    """The demo's ids, dates and texts, in every table that there is; day 0 tells no date."""
    with store.read() as connection:
        people = read_patients(connection)
        sessions = read_record_table(connection, "dosing_sessions", None, ("started_at_day", "note"))
        own = read_record_table(connection, "patients", None, ("birth_date", "initials", "clinician_id"))
    days = {*sessions["started_at_day"], *own["birth_date"].dropna()}
    secrets = {*people["patient_id"], *own["clinician_id"].dropna(), *sessions["note"].dropna()}
    secrets |= {_clock.day_of(day).isoformat() for day in days}
    for form, topics in FORMS.items():
        path = tmp_path / f"{form}.zip"
        release(store, path, replace(ORDER, topics=topics, form=form))
        files = contents(path)
        data = b"\n".join(data for name, data in files.items() if name.startswith(("data/", "twin/")))
        words = set(re.findall(r"[\w-]{4,}", data.decode()))
        assert not words & {one for one in secrets if len(one) >= 4}
        assert not any(note in data.decode() for note in sessions["note"].dropna().unique())
        assert not re.search(rb"(19|20)\d\d-\d\d-\d\d", data)
        # No column counts from the day on which a file was made or brought, which would date all others.
        columns = {
            name
            for one in files
            if one.startswith("data/")
            for name in files[one].decode().splitlines()[0].split(",")
        }
        assert not {name for name in columns if re.search(r"recorded|days_since|lot$", name)}
        # Nor does anything beside the rows say of which clinics they are.
        every_word = set(re.findall(r"[\w-]{4,}", b"\n".join(files.values()).decode(errors="ignore")))
        assert not every_word & set(people["clinic_id"])
        assert b"anonym" not in b"".join(files.values()).lower().replace(b"pseudonym", b"")
        manifest = json.loads(files["manifest.json"])
        assert all(one["holds"] for one in manifest["attacks"]), manifest["attacks"]
        assert manifest["privacy"]["k"] >= 11 and manifest["made_up_patients"]
        assert len(manifest["files"]) == len(files) - 2


def test_counts_of_a_cohort_leave_without_a_row(store, tmp_path):
    made = release(
        store,
        tmp_path / "counts.zip",
        replace(ORDER, privacy=Privacy.AGGREGATE),
        Purpose("report", "For the board"),
    )
    data = {name: said.decode() for name, said in contents(made.path).items() if name.startswith("data/")}
    assert data and "research_id" not in "".join(data.values())
    # Of the outcomes: tests/research/test_counts.py.
    of_people = [said for name, said in data.items() if not name.endswith("outcomes.csv")]
    cells = [line.rpartition(",")[2] for said in of_people for line in said.splitlines()[1:]]
    assert all(
        cell in ("<11", "≥11") or int(cell) == 0 or (int(cell) >= 15 and int(cell) % 5 == 0) for cell in cells
    )


def test_two_projects_share_no_id_and_shifted_dates_are_no_dates_of_anybody(store, tmp_path):
    ids = []
    for name, project in (
        ("one", PURPOSE),
        ("two", replace(PURPOSE, project="another", dates=SHIFTED_DATES)),
    ):
        files = contents(release(store, tmp_path / f"{name}.zip", purpose=project).path)
        lines = files["data/records/patients.csv"].decode().splitlines()
        ids.append([line.split(",")[0] for line in lines[1:]])
        assert ids[-1] == sorted(ids[-1])
    assert len(ids[0]) > 100 and not set(ids[0]) & set(ids[1])


def test_whoever_withdraws_is_named_to_be_taken_out_and_is_in_no_new_release(store, tmp_path):
    cohort = cohort_of(store)
    first = release(store, tmp_path / "first.zip", cohort=cohort)
    gone = cohort.patients[5]
    with store.write() as connection:
        name = read_patients(connection, [gone])["patient_id"].iloc[0]
        connection.execute(
            text("update patients set research_consent = 'withdrawn' where patient_key = :key"), {"key": gone}
        )
    (row,) = releases.read_withdrawals(ACTOR, store).to_dict("records")
    assert (row["release"], row["patient_id"], row["consent"]) == (
        first.key,
        name,
        "withdrawn",
    )
    assert row["research_id"].startswith("R")
    (row,) = releases.read_withdrawals(RESEARCHER, store).to_dict("records")
    assert row["research_id"].startswith("R") and pd.isna(row["patient_id"])
    assert releases.read_register(ACTOR, store)["n_withdrawn"].tolist() == [1]
    # The cohort of before cannot be made any more; that of now differs by one, and that is warned of.
    with pytest.raises(StoreError, match="1 of these patients have not agreed"):
        release(store, tmp_path / "second.zip", cohort=cohort)
    assert not (tmp_path / "second.zip").exists() and len(releases.read_register(ACTOR, store)) == 1
    now = cohort_of(store)
    assert gone not in now.patients
    (warning,) = releases.warn_of_differences(ACTOR, store, now.patients)
    assert "0 more now and 1 fewer" in warning
    second = release(store, tmp_path / "second.zip", cohort=now)
    assert second.warnings == (warning,)
    (tried,) = [
        one for one in json.loads(contents(second.path)["manifest.json"])["attacks"] if not one["holds"]
    ]
    assert tried == {
        "attack": "differencing two releases",
        "found": "1 older releases differ from it by so few people.",
        "holds": False,
    }
    with pytest.raises(StoreError, match="how you know"):
        releases.note_destroyed(ACTOR, store, first.key, " ")
    releases.note_destroyed(ACTOR, store, first.key, "Dr Reader wrote so on Monday")
    assert releases.read_withdrawals(ACTOR, store).empty


def test_rows_go_to_nobody_unnamed_and_by_nobody_without_the_right(store, tmp_path):
    for lacking in ("recipient", "agreement", "project", "purpose"):
        with pytest.raises(StoreError, match=lacking):
            release(store, tmp_path / "x.zip", purpose=replace(PURPOSE, **{lacking: " "}))
    cohort = cohort_of(store)
    few = replace(cohort, patients=cohort.patients[:8])
    with pytest.raises(StoreError, match="rows of so few cannot leave"):
        release(store, tmp_path / "x.zip", cohort=few)
    reader = Actor("reader", frozenset({Permission.SEE_RESEARCH}))
    with pytest.raises(NotPermittedError):
        release_cohort(reader, store, ORDER, cohort, PURPOSE, path=tmp_path / "x.zip")
    with pytest.raises(NotPermittedError):
        releases.read_withdrawals(reader, store)
    elsewhere = Actor("elsewhere", frozenset(Permission), frozenset({"hillcrest"}))
    with pytest.raises(NotFoundError):
        release_cohort(elsewhere, store, ORDER, cohort, PURPOSE, path=tmp_path / "x.zip")
    with pytest.raises(StoreError, match="a study day is none"):
        release(store, tmp_path / "x.zip", replace(ORDER, form=FileForm.FHIR, topics=("patients",)))
    assert not list(tmp_path.glob("x.zip*")) and releases.read_register(ACTOR, store).empty


def test_the_command_line_says_the_same(store, tmp_path, capsys):
    made = release(store, tmp_path / "made.zip", replace(ORDER, topics=("patients",)))
    ask = ["verify", "--database", store.url, str(made.path)]
    assert run(ask) == 0 and "Unchanged, made" in capsys.readouterr().out
    changed = bytearray(made.path.read_bytes())
    changed[len(changed) // 2] ^= 1
    made.path.write_bytes(changed)
    assert run(ask) == 1
    assert "Unchanged" not in capsys.readouterr().out
    assert run(["verify", "--database", store.url, str(settings.POLICY_FILE)]) == 1
    # Another store knows neither key nor release.
    nowhere = f"sqlite:///{tmp_path / 'nowhere.sqlite'}"
    assert run(["verify", "--database", nowhere, str(release(store, tmp_path / "b.zip").path)]) == 1
    assert "nobody can tell who signed it" in capsys.readouterr().out
    assert passports.verify_file(ACTOR, None, tmp_path / "b.zip").verdict.state == State.UNCHANGED
