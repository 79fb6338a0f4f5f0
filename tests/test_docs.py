"""What the documents say is there: commands, files and columns, links, words."""

import re
from itertools import takewhile
from pathlib import Path, PurePosixPath

import pytest
from source_files import ROOT, repository_files

from lib.clinical.frames import COMMON_COLUMNS, KINDS, Column
from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.response import CATEGORIES, REASONS
from lib.clinical.rules.catalogue import RULES, SEVERITIES
from lib.clinical.status import STATUS_COLUMNS

README = (ROOT / "README.md").read_text("utf-8")
DICTIONARY = (ROOT / "data" / "README.md").read_text("utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
DOCUMENTS = [path for path in repository_files() if path.endswith(".md")]
TYPES = {"whole": "whole number", "yes_no": "yes/no"}
FLAG_COLUMNS = [
    "patient_id",
    "rule",
    "severity",
    "since",
    "instrument",
    "evidence",
    "threshold",
    "source",
    "policy_version",
]


def command_files() -> list[Path]:
    """The modules of lib/commands that are a command: they have a function `run`."""
    files = [path for path in (ROOT / "lib" / "commands").glob("*.py") if path.stem != "__init__"]
    return [path for path in files if re.search(r"^def run\(", path.read_text("utf-8"), re.M)]


def commands() -> set[str]:
    return {path.stem.rstrip("_") for path in command_files()}


def section(text: str, heading: str) -> list[str]:
    """The lines under a heading, to the next one."""
    _, found, rest = text.partition(f"\n{heading}\n")
    assert found, f"no heading {heading!r}"
    return list(takewhile(lambda line: not line.startswith("#"), rest.splitlines()))


def rows(lines: list[str]) -> list[list[str]]:
    """The body of the table among these lines, as cells."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return cells[2:]


def test_every_command_in_the_readme_exists():
    assert set(re.findall(r"python -m lib ([a-z]+)", README)) <= commands()


def test_every_command_is_in_the_readme():
    assert commands() <= set(re.findall(r"`python -m lib ([a-z]+)", README))


def test_every_option_in_the_readme_exists():
    written = " ".join(path.read_text("utf-8") for path in (ROOT / "lib" / "commands").glob("*.py"))
    known = {*re.findall(r'"(--[a-z-]+)"', written), "--help"}
    assert set(re.findall(r"--[a-z][a-z-]+", README)) <= known


def test_every_make_target_in_the_documents_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    asked = {
        name
        for path in DOCUMENTS
        for name in re.findall(r"(?:`|^)make ([a-z]+)", (ROOT / path).read_text("utf-8"), re.M)
    }
    assert {"run", "test", "prove"} <= asked <= targets


def test_the_dictionary_has_every_kind_of_file_and_no_other():
    assert re.findall(r"^## (\w+)\.csv$", DICTIONARY, re.M) == list(KINDS)


def described(column: Column) -> tuple[str, str]:
    """Name and type as the dictionary writes them."""
    name = f"**{column.name}**" if column.is_required else column.name
    return name, TYPES.get(column.type, column.type)


@pytest.mark.parametrize("kind", KINDS)
def test_the_dictionary_has_every_column(kind):
    lines = section(DICTIONARY, f"## {kind}.csv")
    assert [tuple(row[:2]) for row in rows(lines)] == [described(column) for column in KINDS[kind].columns]
    key = ", ".join(["patient_id", *(column.name for column in KINDS[kind].key)])
    assert f"Key: {key}." in lines


@pytest.mark.parametrize("kind", KINDS)
def test_the_dictionary_says_what_is_allowed_and_what_it_means(kind):
    lines = section(DICTIONARY, f"## {kind}.csv")
    for column, (_, _, unit, allowed, meaning) in zip(KINDS[kind].columns, rows(lines), strict=True):
        assert meaning, column.name
        assert bool(unit) == (column.type in ("whole", "number")), column.name
        if column.choices:
            assert allowed == ", ".join(f"`{choice}`" for choice in column.choices)
        if column.low is not None:
            limits = (
                f"{column.low:g} or more" if column.high is None else f"{column.low:g} to {column.high:g}"
            )
            assert allowed.startswith(limits), column.name


def test_the_dictionary_names_the_totals_of_the_instruments():
    total = next(row for row in rows(section(DICTIONARY, "## assessments.csv")) if row[0] == "total")
    assert all(f"{one.name} to {one.max_total}" in total[3] for one in INSTRUMENTS.values())


def test_the_dictionary_has_the_columns_of_any_file():
    found = [tuple(row[:2]) for row in rows(section(DICTIONARY, "## Any file"))]
    assert found == [described(column) for column in COMMON_COLUMNS]


def test_the_dictionary_has_what_the_commands_print():
    assert [row[0] for row in rows(section(DICTIONARY, "### python -m lib status"))] == list(STATUS_COLUMNS)
    assert [row[0] for row in rows(section(DICTIONARY, "### python -m lib flags"))] == FLAG_COLUMNS


def test_the_changelog_has_a_place_for_what_comes_next():
    assert section((ROOT / "CHANGELOG.md").read_text("utf-8"), "## [Unreleased]")


def anchors(path: Path) -> set[str]:
    """What a link may point to in a document: its headings as GitHub writes them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    for link in re.findall(r"\]\(([^)\s]+)\)", (ROOT / document).read_text("utf-8")):
        if not link.startswith(("http:", "https:", "mailto:")):
            name, _, anchor = link.partition("#")
            target = (ROOT / PurePosixPath(document).parent / name).resolve() if name else ROOT / document
            assert target.exists(), f"{document} links to {link}"
            assert not anchor or anchor in anchors(target), f"{document} links to {link}"


def glossary_words() -> list[str]:
    return [row[0] for row in rows(GLOSSARY.splitlines())]


def test_the_glossary_has_every_category_and_reason():
    assert set(CATEGORIES) <= set(glossary_words())
    assert all(reason in GLOSSARY for reason in REASONS)


def test_the_glossary_has_every_rule_by_name_and_label():
    assert {f"`{rule.name}` · {rule.label}" for rule in RULES.values()} <= set(glossary_words())


def test_the_glossary_has_every_severity_and_instrument():
    assert all(f"`{severity}`" in GLOSSARY for severity in SEVERITIES)
    assert all(name in GLOSSARY for name in INSTRUMENTS)


def test_the_glossary_says_everything_once():
    words = glossary_words()
    assert sorted(set(words)) == sorted(words)
