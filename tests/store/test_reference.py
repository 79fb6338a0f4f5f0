"""The one rule that looks from one patient to another: what is kept after any import is what a full recomputation gives."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import clinic_files
import pytest
from clinic_files import ACTOR
from generated import START
from generated_weekly import generate_weekly_clinic
from kernel_run import NO_CARE
from slow_further_rules import further_flag_rows
from store.clinic_imports import (
    at,
    files_of,
    form_row,
    import_rows,
    printed_flags,
)
from store.ledger import kept

from lib.services import policies
from lib.services._refresh import refresh
from lib.store._known_rows import WORKED_OUT
from lib.store.derived_tables import reference_score

TODAY = START + timedelta(days=108)
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
SEEDS = range(40 if os.environ.get("PROVE") else 1)
RULE = "off_expected_course"
MIN_PATIENTS = 10


def new_store(folder: Path, name: str):
    """A store whose policy is content with ten comparable patients."""
    store = clinic_files.new_store(folder, name)
    text = policies.export_policy(ACTOR, store).replace(
        "min_patients = {value = 30", "min_patients = {value = 10"
    )
    policies.publish_policy(ACTOR, store, text.encode(), "policy.toml", "a test")
    return store


def assert_kept_is_complete(store) -> None:
    with store.write() as connection:
        before = [kept(connection, table) for table in WORKED_OUT]
        refresh(connection, TODAY, None)
        after = [kept(connection, table) for table in WORKED_OUT]
    for one, other in zip(before, after, strict=True):
        assert one.equals(other)


@pytest.mark.parametrize("seed", SEEDS)
def test_imports_in_parts_keep_what_a_full_recomputation_gives(tmp_path, seed):
    clinic, chance = generate_weekly_clinic(2 * seed), Random(seed)
    with at(NOW):
        store = new_store(tmp_path, "clinic")
        parts = [
            (f"{hand}_{name}", rows[hand::2])
            for name, rows in files_of(clinic)
            for hand in (0, 1)
            if rows[hand::2]
        ]
        patients = [part for part in parts if "patients" in part[0]]
        for name, rows in patients + chance.sample(parts[2:], len(parts) - 2):
            import_rows(store, name, rows)
            assert_kept_is_complete(store)
        found = {
            (row["patient_id"], row["since"]) for row in printed_flags(store, TODAY) if row["rule"] == RULE
        }
        twin = further_flag_rows(clinic, NO_CARE, TODAY, min_patients=MIN_PATIENTS)
        assert found == {(who, str(since)) for who, rule, _, since, _ in twin if rule == RULE}
        assert found


def test_a_correction_before_this_month_reaches_the_others_and_one_of_this_month_does_not(tmp_path):
    clinic = generate_weekly_clinic(2)
    with at(NOW):
        store = new_store(tmp_path, "clinic")
        for name, rows in files_of(clinic):
            import_rows(store, name, rows)
        with store.read() as connection:
            reference = kept(connection, reference_score)
        month = TODAY.replace(day=1)
        forms = [
            form
            for form in clinic.forms
            if form.instrument == "PHQ-9" and form.items and form.state == "current"
        ]
        for number, form in enumerate(forms[::40]):
            corrected = form_row(form, with_recorded_at=False) | {f"item_{n}": "3" for n in range(1, 10)}
            corrected["total"] = ""
            import_rows(store, f"c{number}.csv", [corrected])
            with store.read() as connection:
                changed = kept(connection, reference_score)
            if form.on >= month:
                assert changed.equals(reference)
            reference = changed
            assert_kept_is_complete(store)
