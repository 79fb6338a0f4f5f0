"""What docs/security.md and docs/safety/hazards.csv say is tested: that there is such a test."""

import ast
import csv
import re
from functools import cache

import pytest
from source_files import ROOT

SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
with (ROOT / "docs" / "safety" / "hazards.csv").open(encoding="utf-8", newline="") as file:
    HAZARDS = list(csv.DictReader(file))
TEST = re.compile(r"tests/[\w/]+\.py::(?:Test\w+::)?test_\w+")


@cache
def names_in(path: str) -> frozenset[str]:
    """Names of the tests that pytest finds in a file; none, where there is no such file."""
    file = ROOT / path
    body = ast.parse(file.read_text("utf-8")).body if file.is_file() else []
    inside = [
        (f"{group.name}::", one) for group in body if isinstance(group, ast.ClassDef) for one in group.body
    ]
    return frozenset(
        f"{group}{one.name}"
        for group, one in [*(("", one) for one in body), *inside]
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    )


def missing(said: str) -> list[str]:
    """Those of the named tests that do not exist."""
    return [
        name
        for name in TEST.findall(said)
        if name.partition("::")[2] not in names_in(name.partition("::")[0])
    ]


def threats() -> list[list[str]]:
    _, _, rest = SECURITY.partition("| threat | control | test |\n|---|---|---|\n")
    return [line.strip("|").split(" | ") for line in rest.partition("\n\n")[0].splitlines()]


def test_every_threat_has_a_control_and_tests_that_exist():
    assert len(threats()) >= 30
    for threat, control, tests in threats():
        assert control.strip() and TEST.search(tests) and not missing(tests), (threat, missing(tests))


def test_every_hazard_of_the_analysis_is_there_once():
    assert [row["hazard"] for row in HAZARDS] == [f"H{number}" for number in range(1, 17)]


@pytest.mark.parametrize("row", HAZARDS, ids=lambda row: row["hazard"])
def test_a_hazard_has_tests_that_exist(row):
    names = row["tests"].split("; ")
    assert all(TEST.fullmatch(name) for name in names) and not missing(row["tests"]), missing(row["tests"])
    assert row["harm"] and row["causes"] and row["mitigation"]
    severity, before, after = (
        int(row[name]) for name in ("severity", "probability_before", "probability_after")
    )
    assert 1 <= severity <= 5 and 1 <= after < before <= 5


def test_a_test_that_is_not_there_is_seen():
    assert missing("tests/supply/test_claims.py::test_nothing") and missing("tests/nowhere.py::test_nothing")
    assert not missing("tests/supply/test_claims.py::test_a_test_that_is_not_there_is_seen")
