"""Whoever was told that a decision is signed finds it, although the program that told it was killed a moment later; the audit is
whole, and has one row for each."""

import os
import subprocess
import sys
import time
from random import Random

import pytest
from clinic_files import ACTOR, new_store, to_csv

from lib import settings
from lib.services import audit, decisions, imports
from lib.services.errors import Store

N_KILLS = 20 if os.environ.get("PROVE") == "1" else 1
PEOPLE = 400
# A process of its own signs for one patient after the other, and says so.
SIGN = """
import sys
from datetime import timedelta
from lib.services import _clock, decisions, patients
from lib.services.access import local_actor
from lib.services.errors import Store
store, actor = Store(sys.argv[1]), local_actor("a test")
review_by = _clock.day_number(_clock.now().date()) + 14
for key in range(1, int(sys.argv[2])):
    page = patients.read_patient(actor, store, key)
    drawn = decisions.read_decisions(actor, store, key).draw(page, f"form {key}")
    answers = decisions.Answers(options=("hold",), reasons=("safety",), review_by=review_by, note="")
    decisions.sign_decision(actor, store, key, answers, decisions.Signature("AZ", "1980"), drawn=drawn)
    print(key, flush=True)
"""


@pytest.fixture
def store(each_database, tmp_path) -> Store:
    store = new_store(tmp_path, is_practice=True)
    people = [{"patient_id": f"p{n}", "initials": "AZ", "birth_year": "1980"} for n in range(PEOPLE)]
    doses = [
        {"patient_id": f"p{n}", "started_at": "2026-03-02T12:00", "dose_mg": "100"} for n in range(PEOPLE)
    ]
    files = [("patients.csv", to_csv(people)), ("dosing_sessions.csv", to_csv(doses))]
    imports.import_files(ACTOR, store, files, are_made_up=True)
    return store


def test_a_signature_that_was_told_is_there(store):
    environment = os.environ | {"PYTHONPATH": str(settings.ROOT)}
    told = 0
    for number in range(N_KILLS):
        first = told + 1
        script = SIGN.replace("range(1,", f"range({first},")
        command = [sys.executable, "-c", script, store.url, str(PEOPLE)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        assert process.stdout.readline() == f"{first}\n"
        time.sleep(Random(number).uniform(0, 0.5))
        process.kill()
        said = process.communicate()[0].split()
        told = int(said[-1]) if said else first
        rows, n_signed = audit.search_audit(ACTOR, store, audit.Asked(act="sign decision"))
        # One more may have been saved, and not told any more.
        assert n_signed in (told, told + 1) and rows["subject"].nunique() == n_signed
        assert [len(decisions.read_decisions(ACTOR, store, key).signed) for key in (told, n_signed)] == [1, 1]
        told = n_signed
    print(f"{N_KILLS} kills, {told} decisions signed")
    kinds = {finding.kind for finding in audit.verify_audit(ACTOR, store).findings}
    assert kinds <= {audit.Kind.NO_ANCHOR}
