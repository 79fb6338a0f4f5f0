"""The patients of gold.csv, worked by hand from the definitions: import, status and flags agree with every one."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from clinic_files import GoldClinic

from lib.clinical.rules.catalogue import FIRST_RULES

GOLD = Path(__file__).with_name("gold.csv")
PATIENTS = {row["patient"]: row for row in csv.DictReader(GOLD.open(encoding="utf-8"))}
NONE_ROW = {
    "category": "not assessable",
    "reason": "no baseline",
    "baseline_total": "",
    "latest_total": "",
    "change": "",
    "n_assessments": "0",
}


def test_gold_has_enough_patients():
    assert len(PATIENTS) >= 60


@pytest.fixture(scope="session")
def printed(tmp_path_factory) -> dict[date, tuple[dict, dict]]:
    """Status and flags of all patients on every as_of, by patient."""
    clinic = GoldClinic(tmp_path_factory.mktemp("gold"), PATIENTS.values())
    found = {}
    for as_of in sorted({date.fromisoformat(row["as_of"]) for row in PATIENTS.values()}):
        status, flags = defaultdict(dict), defaultdict(set)
        for row in clinic.status(as_of):
            status[row["patient_id"]][row["instrument"]] = row
        for row in clinic.flags(as_of):
            if row["rule"] not in FIRST_RULES:
                continue
            words = (row["rule"], row["severity"], row["since"], row["instrument"])
            flags[row["patient_id"]].add(" ".join(word for word in words if word))
        found[as_of] = (status, flags)
    return found


def expected_status(text: str) -> dict[str, dict[str, str]]:
    rows = {}
    for part in filter(None, (part.strip() for part in text.split(" | "))):
        instrument, _, columns = part.partition(":")
        pairs = (pair.strip().partition("=") for pair in columns.split(";"))
        rows[instrument] = (
            NONE_ROW if columns.strip() == "none" else {name: value for name, _, value in pairs if name}
        )
    return rows


def same(printed: str, expected: str) -> bool:
    if printed == expected:
        return True
    try:
        return abs(float(printed) - float(expected)) < 1e-6
    except ValueError:
        return False


@pytest.mark.parametrize("patient", PATIENTS)
def test_status(patient, printed):
    row = PATIENTS[patient]
    found = printed[date.fromisoformat(row["as_of"])][0].get(patient, {})
    expected = expected_status(row["status"])
    assert set(found) == set(expected), row["reasoning"]
    for instrument, columns in expected.items():
        for name, value in columns.items():
            assert same(found[instrument][name], value), f"{instrument} {name}: {row['reasoning']}"


@pytest.mark.parametrize("patient", PATIENTS)
def test_flags(patient, printed):
    row = PATIENTS[patient]
    found = printed[date.fromisoformat(row["as_of"])][1].get(patient, set())
    assert found == {flag.strip() for flag in row["flags"].split(" | ") if flag.strip()}, row["reasoning"]


def test_no_gold_column_is_misspelt():
    names = {
        name
        for row in PATIENTS.values()
        for columns in expected_status(row["status"]).values()
        for name in columns
    }
    from lib.clinical.status import STATUS_COLUMNS

    assert names <= set(STATUS_COLUMNS)
