"""What the patient page's table says that each form is used for (definitions.md 4)."""

from pathlib import Path

import pytest
from clinic_files import ACTOR
from store.clinic_imports import at
from store.merge_clinic import MergeClinic, form

from lib import settings
from lib.clinical.plain_rows import rows_of
from lib.services import patients, policies
from lib.ui.record_cells import say_use

# Two courses, more than 84 days apart.
FIRST, SECOND = "2025-09-01T10:00", "2026-01-15T10:00"
BEFORE, BASELINE, FOLLOW_UP = "before the first dose", "baseline", "follow-up"
AGAIN, BETWEEN = "baseline of course 2", "baseline of course 2, and follow-up"

# Case -> (counting sessions, by form what it is used for).
CASES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "no dose": ((), {"2025-08-20": BEFORE}),
    "one course": (
        (FIRST,),
        {"2025-08-10": BEFORE, "2025-08-30": BASELINE, "2025-09-10": FOLLOW_UP},
    ),
    "too old for a baseline": ((FIRST,), {"2025-08-01": BEFORE, "2025-09-10": FOLLOW_UP}),
    "on the day, before and after the dose": (
        (FIRST,),
        {"2025-09-01T09:00": BASELINE, "2025-09-01T10:00": FOLLOW_UP},
    ),
    "on the day, the dose's time unknown": (("2025-09-01",), {"2025-09-01T12:00": BASELINE}),
    "a second course": (
        (FIRST, SECOND),
        {
            "2025-08-30": BASELINE,
            "2025-09-10": FOLLOW_UP,
            "2026-01-10": BETWEEN,
            "2026-01-20": FOLLOW_UP,
        },
    ),
    "a second course, on its day": (
        (FIRST, SECOND),
        {"2025-08-30": BASELINE, "2026-01-10": FOLLOW_UP, "2026-01-15T09:00": AGAIN, "2026-01-15T11:00": FOLLOW_UP},
    ),
    "a second course without a baseline": (
        (FIRST, SECOND),
        {"2025-08-30": BASELINE, "2025-12-01": FOLLOW_UP, "2026-01-20": FOLLOW_UP},
    ),
    "a day with two": (
        (FIRST, SECOND),
        {"2026-01-10T08:00": "superseded by a later form of its day", "2026-01-10T09:00": BETWEEN},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_use_of_each_form(tmp_path: Path, case: str) -> None:
    sessions, uses = CASES[case]
    clinic = MergeClinic(tmp_path, "A")
    dosed = [{"patient_id": "A", "started_at": on, "dose_mg": "100", "status": "taken"} for on in sessions]
    if dosed:
        clinic.bring("dosing_sessions.csv", *dosed)
    clinic.offer(*(form("A", on, 0, others=2) for on in uses))
    assert read_uses(clinic) == list(uses.values())


def test_courses_that_a_file_names_may_share_a_baseline(tmp_path: Path) -> None:
    clinic = MergeClinic(tmp_path, "A")
    courses = [{"patient_id": "A", "started_on": on} for on in ("2025-09-01", "2025-09-08")]
    clinic.bring("courses.csv", *courses)
    dosed = [
        {"patient_id": "A", "started_at": f"{one['started_on']}T10:00", "dose_mg": "100"} for one in courses
    ]
    clinic.bring("dosing_sessions.csv", *dosed)
    clinic.offer(form("A", "2025-08-30", 0))
    assert read_uses(clinic) == ["baseline of courses 1 and 2"]


def test_without_a_dose_the_policy_may_choose_the_first_form(tmp_path: Path) -> None:
    clinic = MergeClinic(tmp_path, "A")
    choose_baseline(clinic, "first_assessment")
    clinic.offer(form("A", "2025-08-30", 0), form("A", "2025-09-10", 0))
    assert read_uses(clinic) == [BASELINE, BEFORE]


def test_the_worst_form_may_leave_the_one_before_a_later_dose_unused(tmp_path: Path) -> None:
    """Course 1 had its doses by then: "before the first dose" would not be true."""
    clinic = MergeClinic(tmp_path, "A")
    choose_baseline(clinic, "worst_in_30_days")
    dosed = [{"patient_id": "A", "started_at": on, "dose_mg": "100"} for on in (FIRST, SECOND)]
    clinic.bring("dosing_sessions.csv", *dosed)
    totals = {"2025-08-20": 3, "2025-08-30": 1, "2026-01-05": 3, "2026-01-15T09:00": 1}
    clinic.offer(*(form("A", on, 0, others=others) for on, others in totals.items()))
    assert read_uses(clinic) == [BASELINE, BEFORE, BETWEEN, "before the first dose of a later course"]


def choose_baseline(clinic: MergeClinic, rule: str) -> None:
    text = settings.POLICY_FILE.read_text("utf-8").replace('value = "last_before_dose"', f'value = "{rule}"')
    with clinic.tick():
        policies.publish_policy(ACTOR, clinic.store, text.encode(), "policy.toml", "as agreed")


def read_uses(clinic: MergeClinic) -> list[str]:
    with at(clinic.now):
        history = patients.read_patient(ACTOR, clinic.store, clinic.key("A")).history
    return [say_use(row) for row in rows_of(history.assessments)]
