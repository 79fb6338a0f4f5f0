"""What the intake's tests share: a directory of two clinics, a day called now, and tables whose names are the cases."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pandas as pd
import pytest

from lib.intake.check import CheckedRows, Directory, check_rows
from lib.intake.choices import NeedsChoice
from lib.intake.own_files import read_table
from lib.intake.table import RawTable

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
ZONES = {"north": "America/New_York", "south": "Europe/Berlin"}
CLINIC_KEYS = {"north": 1, "south": 2}


def directory(patients: str = "", clinics: Iterable[str] = ("north",)) -> Directory:
    """`patients` as `007@north 8@south`, keys from 100."""
    people = [patient.split("@") for patient in patients.split()]
    return Directory(
        patients=pd.DataFrame(
            {
                "patient_id": [patient_id for patient_id, _ in people],
                "clinic_id": [clinic_id for _, clinic_id in people],
                "patient_key": [100 + number for number in range(len(people))],
                "clinic_key": [CLINIC_KEYS[clinic_id] for _, clinic_id in people],
            }
        ),
        clinics=pd.DataFrame(
            {
                "clinic_id": list(clinics),
                "clinic_key": [CLINIC_KEYS[clinic] for clinic in clinics],
                "time_zone": [ZONES[clinic] for clinic in clinics],
            }
        ),
    )


ONE_CLINIC = directory("007@north 8@north")


def read(text: str | bytes, name: str = "file.csv") -> RawTable:
    return read_table(name, text if isinstance(text, bytes) else text.encode())


def check(text: str | bytes, known: Directory = ONE_CLINIC, now: datetime = NOW) -> CheckedRows:
    raw = read(text)
    checked = check_rows(raw, known, now)
    n_listed = len(checked.accepted) + len(checked.problems) + checked.n_repeated
    assert n_listed == len(raw.lines) + len(raw.broken)
    return checked


def outcome_of_file(text: str, known: Directory = ONE_CLINIC) -> str:
    """Of a file with one row: as outcome_of, or `asked` and what."""
    try:
        return outcome_of(check(text, known))
    except NeedsChoice as asked:
        return f"asked {' '.join(question.key.split(':')[0] for question in asked.questions)}"


def outcome_of(checked: CheckedRows) -> str:
    """Of a file with one row: `ok`, or the outcome and its code."""
    if len(checked.accepted):
        assert checked.problems.empty
        return "ok"
    problem = checked.problems.iloc[0]
    assert problem["reason"]
    return f"{problem['outcome']} {problem['code']}"


def cases(table: str) -> list:
    """A line a case: its name, then its cells, parted by `|`; « and » stand for the quote, ␣ for a space at an edge."""
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    width = max(map(len, rows))
    return [pytest.param(*_filled(row[1:], width - 1), id=row[0]) for row in rows]


def _filled(cells: list[str], width: int) -> list[str]:
    shown = [cell.replace("«", '"').replace("»", '"').replace("␣", " ") for cell in cells]
    return shown + [""] * (width - len(shown))
