"""The passport of a release: one zip with the data and all that is needed to read them, to check them, and to make them again."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pandas as pd

from lib.research import reading_code
from lib.research.attacks import Attack, attack_formulas
from lib.research.closest import compare_with_records
from lib.research.dictionary import describe_tables
from lib.research.packing import Packing
from lib.research.seal import sign
from lib.research.table import ExportTable
from lib.research.twin import make_twin

FORMAT = "passport 1"
MANIFEST, SIGNATURE = "manifest.json", "signature.txt"


@dataclass(frozen=True)
class Passport:
    """about: who made it, when, for whom, from which state of the data, and what else the files do not tell. cohort: JSON;
    consort: of its steps (frame). definitions: words, policy: TOML, as they were in force. privacy, attacks: of
    lib.research.disclosure, empty for a release without rows of people. n_twins: people of the twin, 0 for none. k: of the twin's
    ranges. extra: other files, by name."""

    about: Mapping[str, object]
    cohort: str
    consort: pd.DataFrame
    definitions: str
    policy: str
    privacy: Mapping[str, object] = field(default_factory=dict)
    attacks: Sequence[Attack] = ()
    n_twins: int = 0
    k: int = 0
    extra: Mapping[str, bytes] = field(default_factory=dict)


def write_passport(
    path: Path,
    key: bytes,
    tables: Sequence[ExportTable],
    passport: Passport,
    report: Callable[[int], None] = lambda _: None,
) -> str:
    """Write it to path; the sha256 of its manifest. The same arguments give the same bytes. report: told of rows as they are
    written. Where it fails, no file is left."""
    with Packing(path, key) as packing:
        packing.add("README.txt", _say_what_is_inside(passport))
        for table in tables:
            columns = [note.name for note in table.columns]
            packing.add_table(f"data/{table.name}.csv", table.read(), columns, report)
        twins, closeness = _make_twin(tables, passport)
        for twin in twins:
            packing.add_table(f"twin/{twin.name}.csv", twin.read(), [note.name for note in twin.columns])
        _add_words(packing, tables, passport)
        tried = [*passport.attacks, attack_formulas(packing.n_formulas)]
        manifest = _describe(packing, passport, tried, closeness)
        packing.add(MANIFEST, manifest)
        packing.add(SIGNATURE, sign(manifest, key) + "\n")
    return sha256(manifest).hexdigest()


def _add_words(packing: Packing, tables: Sequence[ExportTable], passport: Passport) -> None:
    for name, rows in (("dictionary.csv", describe_tables(tuple(tables))), ("consort.csv", passport.consort)):
        packing.add_table(name, [rows], list(rows.columns))
    packing.add("cohort.json", passport.cohort)
    packing.add("definitions.md", passport.definitions)
    packing.add("policy.toml", passport.policy)
    packing.add("read_data.py", reading_code.PYTHON)
    packing.add("read_data.R", reading_code.R)
    for name, data in passport.extra.items():
        packing.add(name, data)


def _make_twin(tables: Sequence[ExportTable], passport: Passport) -> tuple[list[ExportTable], list[str]]:
    if not passport.n_twins:
        return [], []
    seed = int(sha256(json.dumps(passport.about, sort_keys=True).encode()).hexdigest()[:16], 16)
    twins = make_twin(tables, passport.n_twins, passport.k, seed)
    compared = [compare_with_records(table, twin) for table, twin in zip(tables, twins, strict=True)]
    return twins, [one.text for one in compared if one]


def _describe(
    packing: Packing, passport: Passport, tried: Sequence[Attack], closeness: Sequence[str]
) -> bytes:
    said = {
        "format": FORMAT,
        **passport.about,
        "privacy": passport.privacy,
        "attacks": [{"attack": one.name, "found": one.found, "holds": one.holds} for one in tried],
        "twin": {"people": passport.n_twins, "closeness": list(closeness)},
        "files": {
            one.name: {"sha256": one.sha256, "bytes": one.n_bytes}
            | ({} if one.n_rows is None else {"rows": one.n_rows})
            for one in packing.files
        },
    }
    return json.dumps(said, indent=1, ensure_ascii=False).encode()


def _say_what_is_inside(passport: Passport) -> str:
    about = "\n".join(f"{name.replace('_', ' ')}: {said}" for name, said in passport.about.items())
    twin = (
        "twin/           the same tables of people who do not exist, to write code against and to share\n"
        if passport.n_twins
        else ""
    )
    return f"""A release of research data, and what is needed to read it.

{about}

data/           tables, CSV: UTF-8, commas, an empty cell is a missing value, never 0 and never "no"
{twin}dictionary.csv  what each column is, where it comes from, what was done to it
cohort.json     who belongs to it; consort.csv: how many left at which step
definitions.md  words; policy.toml: the thresholds that were in force
read_data.py    reads the tables with their types; read_data.R does the same
manifest.json   a sha256 of each file, what was taken out, what an attacker would find

A text that a spreadsheet would run as a formula begins with an apostrophe.
Whether anything was changed: python -m lib verify FILE, or the page Verify, where the release was made.
{passport.privacy.get("statement", "")}
"""
