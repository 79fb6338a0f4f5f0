"""Acceptance 7 of research: whatever is changed in a passport, verify finds it; made again, it is the same bytes."""

import hmac
import os
import random
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
import pytest
from released import KEY, make_clinic, passport_of, release

from lib.research.passport import write_passport
from lib.research.plan import Plan
from lib.research.seal import LENGTH
from lib.research.verifying import State, verify_passport

N_POSITIONS = 20_000 if os.environ.get("PROVE") == "1" else 400


def make_passport(path: Path, n: int = 60) -> bytes:
    rows = release(make_clinic(n), Plan(11))
    write_passport(path, KEY, rows.tables, passport_of(rows, 12))
    return path.read_bytes()


@pytest.fixture(scope="module")
def sealed(tmp_path_factory) -> bytes:
    return make_passport(tmp_path_factory.mktemp("sealed") / "release.zip")


def verify(folder: Path, data: bytes, key: bytes | None = KEY):
    path = folder / "given.zip"
    path.write_bytes(data)
    return verify_passport(path, key)


def test_made_again_it_is_the_same_bytes(sealed, tmp_path):
    assert make_passport(tmp_path / "again.zip") == sealed
    found = verify(tmp_path, sealed)
    assert (found.state, found.is_signed, found.changes) == (State.UNCHANGED, True, ())
    assert found.manifest["made_by"] == "analyst 3"


def test_a_changed_byte_anywhere_is_found(sealed, tmp_path):
    """At random, and at every byte of the zip's end and of its seal; with the key, and without it."""
    draw = random.Random(os.urandom(8) if os.environ.get("PROVE") == "1" else 11)
    positions = [draw.randrange(len(sealed)) for _ in range(N_POSITIONS)]
    positions += range(len(sealed) - LENGTH - 30, len(sealed))
    for position in positions:
        changed = bytearray(sealed)
        changed[position] ^= draw.randrange(1, 256)
        assert verify(tmp_path, bytes(changed)).state != State.UNCHANGED, position
        if position < len(sealed) - LENGTH // 2:
            assert verify(tmp_path, bytes(changed), None).state != State.UNCHANGED, position


def test_what_is_cut_off_put_on_or_no_zip_at_all_is_found(sealed, tmp_path):
    for data in (
        b"",
        b"PK",
        sealed[:-1],
        sealed[: len(sealed) // 2],
        sealed + b"\n",
        b"x" + sealed,
        sealed * 2,
        b"0" * 500,
    ):
        assert verify(tmp_path, data).state != State.UNCHANGED


def repack(
    folder: Path, sealed: bytes, edit: dict[str, bytes | None], add: dict[str, bytes] | None = None
) -> bytes:
    """The zip with some files as they are given; None leaves one out."""
    source, target = folder / "source.zip", folder / "target.zip"
    source.write_bytes(sealed)
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = edit.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name, data in (add or {}).items():
            new.writestr(name, data)
        new.comment = old.comment
    return target.read_bytes()


def test_verify_says_what_was_changed(sealed, tmp_path):
    assert verify(tmp_path, repack(tmp_path, sealed, {})).state == State.REPACKED
    edited = repack(
        tmp_path, sealed, {"data/records/patients.csv": b"x", "cohort.json": None}, {"more.csv": b"1"}
    )
    found = verify(tmp_path, edited)
    assert found.state == State.CHANGED
    assert found.changes == (
        "cohort.json is missing.",
        "more.csv was added.",
        "data/records/patients.csv was changed.",
    )


def test_an_edited_manifest_that_is_sealed_anew_is_found_with_the_key(sealed, tmp_path):
    """Whoever edits a file, the manifest and the seal can make the sums right, and not the signature."""
    (tmp_path / "source.zip").write_bytes(sealed)
    with ZipFile(tmp_path / "source.zip") as archive:
        manifest = archive.read("manifest.json").replace(b'"k": ', b'"k": 9')
    edited = repack(tmp_path, sealed, {"manifest.json": manifest})[:-LENGTH]
    forged = (
        edited + sha256(edited).hexdigest().encode() + hmac.new(b"guess", edited, sha256).hexdigest().encode()
    )
    found = verify(tmp_path, forged)
    assert found.state == State.CHANGED and found.is_signed is False
    assert "not signed with this store's key" in found.changes[0]
    # Without the key nobody can tell, and that is said.
    assert verify(tmp_path, forged, None).is_signed is None
    assert verify(tmp_path, sealed, b"another store's key").state == State.CHANGED


def test_a_zip_that_unpacks_to_far_more_is_not_unpacked(sealed, tmp_path):
    bomb = repack(tmp_path, sealed, {"data/records/patients.csv": b"0" * 30_000_000})
    found = verify(tmp_path, bomb)
    assert found.changes == ("data/records/patients.csv was changed.",)
    assert (
        verify(tmp_path, repack(tmp_path, sealed, {"manifest.json": b" " * 20_000_000})).state
        == State.UNREADABLE
    )


def test_the_code_of_a_passport_reads_its_tables(sealed, tmp_path):
    (tmp_path / "source.zip").write_bytes(sealed)
    with ZipFile(tmp_path / "source.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    scope = {"__file__": str(tmp_path / "unpacked" / "read_data.py"), "__name__": "read_data"}
    exec((tmp_path / "unpacked" / "read_data.py").read_text(), scope)
    forms, twin = scope["read_table"]("assessments"), scope["read_table"]("assessments", "twin")
    assert forms["total"].dtype == "Int64" and forms["assessed_day"].dtype == "Int64"
    assert list(forms) == list(twin) and len(forms) == len(
        pd.read_csv(tmp_path / "unpacked/data/records/assessments.csv")
    )
    assert forms["entered_by"].isna().any()
