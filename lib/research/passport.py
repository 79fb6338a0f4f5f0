"""The passport of a release: one zip with the data and all that is needed to read them, to check them, and to make them again."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pandas as pd

from lib.research import reading_code
from lib.research.adam.naming import name_as_adam
from lib.research.attacks import Attack, attack_formulas, count_formulas
from lib.research.choices import FileForm
from lib.research.closest import compare_with_records
from lib.research.csv_blocks import write_header, write_lines
from lib.research.file_forms import make_files
from lib.research.files import DICTIONARY, make_dictionary
from lib.research.packing import Packing
from lib.research.seal import sign
from lib.research.table import ExportTable
from lib.research.twin import make_twin

FORMAT = "passport 1"
MANIFEST, SIGNATURE, POLICY = "manifest.json", "signature.txt", "policy.toml"


@dataclass(frozen=True)
class Passport:
    """about: who made it, when, for whom, from which state of the data, and what else the files do not tell. cohort: JSON;
    consort: of its steps (frame). definitions: words, policy: TOML, as they were in force. privacy, attacks: of
    lib.research.disclosure, empty for a release without rows of people. n_twins: people of the twin, 0 for none. k: of the twin's
    ranges. form: of the files. zones: time zones by clinic, for a form that writes clock times."""

    about: Mapping[str, object]
    cohort: str
    consort: pd.DataFrame
    definitions: str
    policy: str
    privacy: Mapping[str, object] = field(default_factory=dict)
    attacks: Sequence[Attack] = ()
    n_twins: int = 0
    k: int = 0
    form: FileForm = FileForm.TIDY
    zones: Mapping[str, str] = field(default_factory=dict)


def write_passport(
    path: Path,
    key: bytes,
    tables: Sequence[ExportTable],
    passport: Passport,
    report: Callable[[int], None] = lambda _: None,
) -> str:
    """Write it to path; the sha256 of its manifest. The same arguments give the same bytes. report: told of rows as they are
    written. Where it fails, no file is left."""
    counted = _Counted()
    with Packing(path, key) as packing:
        packing.add("README.txt", _say_what_is_inside(passport))
        _add_files(packing, [counted.watch(table) for table in tables], passport, "data", report)
        twins, closeness = _make_twin(tables, passport)
        _add_files(packing, twins, passport, "twin", lambda _: None)
        _add_words(packing, tables, passport)
        manifest = _describe(
            packing, passport, [*passport.attacks, attack_formulas(counted.n_formulas)], closeness
        )
        packing.add(MANIFEST, manifest)
        packing.add(SIGNATURE, sign(manifest, key) + "\n")
    return sha256(manifest).hexdigest()


@dataclass
class _Counted:
    """Cells that a spreadsheet would run, counted in the rows as they go by."""

    n_formulas: int = 0

    def watch(self, table: ExportTable) -> ExportTable:
        def read() -> Iterator[pd.DataFrame]:
            for block in table.read():
                self.n_formulas += count_formulas(block)
                yield block

        return replace(table, read=read)


def _add_files(
    packing: Packing,
    tables: Sequence[ExportTable],
    passport: Passport,
    folder: str,
    report: Callable[[int], None],
) -> None:
    """Tables in the form that was asked for; the dictionary is the passport's own."""
    for file in make_files(tuple(tables), passport.form, passport.zones) if tables else ():
        if file.name != DICTIONARY:
            packing.add_stream(f"{folder}/{file.name}", file.write(), file.n_rows)
            report(file.n_rows)


def _add_words(packing: Packing, tables: Sequence[ExportTable], passport: Passport) -> None:
    named = [name_as_adam(table) for table in tables] if passport.form is FileForm.ADAM else tables
    dictionary = make_dictionary(named)
    packing.add_stream(dictionary.name, dictionary.write(), dictionary.n_rows)
    header, lines = write_header(tuple(passport.consort)), write_lines(passport.consort)
    packing.add("consort.csv", header + lines)
    packing.add("cohort.json", passport.cohort)
    packing.add("definitions.md", passport.definitions)
    packing.add(POLICY, passport.policy)
    packing.add("read_data.py", reading_code.PYTHON)
    packing.add("read_data.R", reading_code.R)


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
definitions.md  words; {POLICY}: the thresholds that were in force
read_data.py    reads the tables with their types; read_data.R does the same
manifest.json   a sha256 of each file, what was taken out, what an attacker would find

A text that a spreadsheet would run as a formula begins with an apostrophe.
Whether anything was changed: python -m lib verify FILE, or the page Verify, where the release was made.
{passport.privacy.get("statement", "")}
"""
