"""Every case of tests/corpus: read as it stands and in other dialects, then imported into a store of its own.

expected.json says of each: outcome (ok, warn, hold: a person has to say something, row: a row is not taken, file: nothing is),
code (of the first row that is not taken, or the keys of the questions), rows that are written, words that the messages have, and
words of the cells that no message has.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.corpus import CASES, PATIENTS, name_case, read_case, write_variants

from lib.intake import caps
from lib.intake.check import Directory, check_rows
from lib.intake.choices import NeedsChoice
from lib.intake.reading import read_file
from lib.intake.table import RawTable, UnreadableFile
from lib.research.rejected_rows import write_problem_rows
from lib.services import _clock, imports, stores
from lib.services._admission import read_directory
from lib.services._import_scope import keep_to_clinics
from lib.services.access import Actor, Permission
from lib.services.errors import Store
from lib.store.records import read_record_table

KnownTo = Callable[[RawTable, frozenset[str] | None], Directory]
NOW = datetime(2026, 12, 1, 17, tzinfo=UTC)
STEWARD = Actor("steward", frozenset(Permission))
SOUTH = b"patient_id,clinic_id\nS1,south\n"
# What each outcome of the corpus may be here: a question about the file, or a row that waits for a person.
KINDS = {
    "ok": {"taken"},
    "warn": {"warned"},
    "hold": {"asked", "held"},
    "row": {"held", "rejected"},
    "file": {"refused"},
}


class Seen:
    """What became of one file."""

    def __init__(self, kind: str, code: str, rows: int, message: str, taken: Any = None) -> None:
        self.kind, self.code, self.rows, self.message, self.taken = kind, code, rows, message, taken

    @property
    def short(self) -> tuple[str, str, int]:
        return self.kind, self.code, self.rows


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the patients that the cases speak of, in two clinics."""
    path = tmp_path_factory.mktemp("corpus") / "world.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_clock, "now", lambda: NOW)
        store = stores.create_store(STEWARD, f"sqlite:///{path}")
        for clinic, zone in (("north", "America/New_York"), ("south", "Europe/Berlin")):
            stores.init_clinic(STEWARD, store, clinic, name=clinic, time_zone=zone, instruments=["PHQ-9"])
        receipts = imports.import_files(STEWARD, store, [("patients.csv", PATIENTS), ("south.csv", SOUTH)])
        assert all(receipt.is_complete for receipt in receipts)
    store.engine.dispose()
    return path


@pytest.fixture(scope="session")
def known_to(world: Path) -> Iterator[KnownTo]:
    """Whom a table could mean, in these clinics (None: in all)."""
    store = Store(f"sqlite:///{world}")
    with store.read() as connection:
        yield lambda raw, clinics: read_directory(connection, raw, clinics)
    store.engine.dispose()


def actor_of(case: dict[str, Any]) -> Actor:
    return Actor("nurse", frozenset(Permission), frozenset(case.get("clinics", ["north"])))


def read_one(case: dict[str, Any], data: bytes) -> RawTable | Seen:
    """The table of a file, or why there is none."""
    name = case.get("called", case["file"])
    try:
        if case.get("upload"):
            caps.refuse_large_upload(name, len(data))
        reading = read_file(name, data, answer(case, name, data))
        if case.get("upload"):
            caps.refuse_long_upload(name, sum(len(raw.lines) for raw in reading.tables))
        (raw,) = [keep_to_clinics(actor_of(case), raw) for raw in reading.tables]
    except UnreadableFile as error:
        return Seen("refused", "", 0, str(error))
    except NeedsChoice as error:
        return Seen("asked", " ".join(question.key for question in error.questions), 0, str(error), error)
    return raw


def look_at(case: dict[str, Any], read: RawTable | Seen, known_to: KnownTo) -> Seen:
    """What a file gives before it comes to a store."""
    if isinstance(read, Seen):
        return read
    known = known_to(read, None if len(case.get("clinics", [])) > 1 else frozenset({"north"}))
    checked = check_rows(read, known, NOW)
    n_seen = len(checked.accepted) + len(checked.problems) + checked.n_repeated
    assert n_seen == len(read.lines) + len(read.broken)
    return sum_up(read, checked.problems, len(checked.accepted), (*read.warnings, *checked.warnings))


def compare(read: RawTable | Seen) -> tuple[Any, ...]:
    """What has to be the same in every dialect."""
    if isinstance(read, Seen):
        return read.short
    cells = {
        name: [text.replace("\r\n", "\n").replace(";", ",") for text in texts]
        for name, texts in read.cells.items()
    }
    return read.kind.name, cells, len(read.broken), read.doubts, len(read.warnings)


def answer(case: dict[str, Any], name: str, data: bytes) -> dict[str, str]:
    """What somebody has said of the file: the case's own answers, or all that is suggested."""
    said: dict[str, str] = dict(case.get("choices", {}))
    if case.get("confirmed"):
        with pytest.raises(NeedsChoice) as asked:
            read_file(name, data, said)
        said |= {question.key: question.suggested for question in asked.value.questions}
    return said


def sum_up(raw: RawTable | None, problems: Any, n_rows: int, warnings: tuple[str, ...]) -> Seen:
    said = [*(raw.read_as if raw else ()), *warnings, *problems["reason"]]
    outcomes = set(problems["outcome"])
    kind = next((one for one in ("rejected", "held") if one in outcomes), "warned" if warnings else "taken")
    code = problems["code"].iloc[0] if len(problems) else ""
    return Seen(kind, code, n_rows, " ".join(said), (raw, problems))


def check_expected(case: dict[str, Any], seen: Seen) -> None:
    assert seen.kind in KINDS[case["outcome"]], (seen.short, seen.message)
    assert seen.code == case["code"] or (case.get("foreign") and seen.kind == "asked"), seen.short
    for words in case["says"]:
        assert words in seen.message
    for words in case["hides"]:
        assert words not in seen.message


SMALL = [case for case in CASES if not case.get("in_store_only")]


@pytest.mark.parametrize("case", SMALL, ids=name_case)
def test_a_case_is_read_as_expected_in_every_dialect(case: dict[str, Any], known_to: KnownTo) -> None:
    read, *others = [read_one(case, data) for data in write_variants(case, read_case(case))]
    assert [compare(other) for other in others] == [compare(read)] * len(others)
    seen = look_at(case, read, known_to)
    check_expected(case, seen)
    assert seen.rows == case["rows"]
    if "suggested" in case:
        assert seen.taken.questions[0].suggested == case["suggested"]
    if "unknown" in case:
        assert list(seen.taken[0].unknown_columns) == case["unknown"]
    if "item_9" in case:
        assert seen.taken[1]["item_9"].tolist() == [case["item_9"]]


# What only the upload refuses, and what is refused before anything is done with it, needs no store.
STORED = [case for case in CASES if not case.get("upload") and not case.get("zipped")]


@pytest.mark.parametrize("case", STORED, ids=name_case)
def test_a_case_is_taken_into_a_store_as_expected(
    case: dict[str, Any], world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_clock, "now", lambda: NOW)
    is_tried_only = os.environ.get("PROVE") != "1" and {"twice", "before", "previewed"}.isdisjoint(case)
    path = world if is_tried_only else Path(shutil.copyfile(world, tmp_path / "store.sqlite"))
    store = Store(f"sqlite:///{path}")
    seen = take(
        case, store, read_case(case), imports.preview_files if is_tried_only else imports.import_files
    )
    check_expected(case, seen)
    assert seen.rows == case["rows"]
    store.engine.dispose()


def take(case: dict[str, Any], store: Store, data: bytes, take_files: Callable[..., Any]) -> Seen:
    """take_files: of the services; a trial does all that an import does, and takes it back."""
    name, actor = case.get("called", case["file"]), actor_of(case)
    for before in filter(None, (case.get("before", "").encode(), data if case.get("twice") else b"")):
        imports.import_files(actor, store, [("before.csv", before)])
    more: dict[str, Any] = {"choices": {name: answer(case, name, data)}}
    if "previewed" in case:
        more["previewed"] = [sha256(case["previewed"].encode()).hexdigest()]
    (receipt,) = take_files(actor, store, [(name, data)], **more)
    if receipt.outcome == "refused":
        return Seen("refused", "", 0, receipt.message)
    if receipt.questions:
        return Seen("asked", " ".join(question.key for question in receipt.questions), 0, receipt.message)
    if receipt.problems is None:
        return Seen("taken", "", receipt.counts.n_new, receipt.message)
    counts = receipt.counts
    assert list(counts.changed_lines) == case.get("changed_lines", [])
    write_problem_rows(receipt.problems)
    seen = sum_up(None, receipt.problems, counts.n_new + len(counts.changed_lines), receipt.warnings)
    seen.message += " ".join(receipt.read_as)
    return seen


NOISE = st.lists(
    st.sampled_from([b",", b";", b'"', b"\n", b"P1", b"2026-03-01", b"03/04/2026", b"\xff", b"\0", b"x"])
)


@pytest.fixture(scope="session")
def offered_noise(world: Path) -> Store:
    """A store that is offered one file of noise after the other."""
    return Store(f"sqlite:///{shutil.copyfile(world, world.with_name('noise.sqlite'))}")


@settings(max_examples=max(20, settings.default.max_examples // 10))
@given(
    noise=NOISE.map(b"".join),
    header=st.sampled_from([b"", b"patient_id,on,text\n", b"patient_id,started_on\n"]),
)
def test_bytes_change_no_record_unless_they_are_taken(
    offered_noise: Store, noise: bytes, header: bytes
) -> None:
    with offered_noise.read() as connection:
        before = count_records(connection)
    (receipt,) = imports.import_files(
        STEWARD, offered_noise, [("noise.csv", header + noise)], takes_shrunk=True
    )
    assert receipt.outcome in ("accepted", "already imported", "refused", "needs an answer")
    with offered_noise.read() as connection:
        after = count_records(connection)
    assert after - before == (receipt.counts.n_new if receipt.outcome == "accepted" else 0)


def count_records(connection: Any) -> int:
    return sum(len(read_record_table(connection, kind, None)) for kind in ("patients", "events", "courses"))


def test_every_case_stands_in_the_corpus_and_no_other_file() -> None:
    numbers = {"A": 21, "B": 13, "C": 21, "D": 21, "E": 15, "F": 22}
    assert {case["id"] for case in CASES} == {
        f"{letter}{number:02}" for letter, end in numbers.items() for number in range(1, end)
    }
    files = {path.name for path in Path(__file__).parents[1].joinpath("corpus").iterdir() if path.is_file()}
    assert files == {*(case["file"] for case in CASES), "patients.csv", "expected.json"}
