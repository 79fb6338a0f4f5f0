"""Every item 9 from 1 to 3 in every byte offered is found again: in the review queue, under the signature of who closed it, or
counted as persisting under the last one.

What was offered is counted from the raw lines as they were written, never from what the product read of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest
from clinic_files import ACTOR, close_item_9, new_store
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from store.clinic_imports import at

from lib.services import closing, imports, records, review
from lib.services.errors import StoreError
from lib.services.imports import Receipt
from lib.store.records import read_record_table

HEADER = ["patient_id", "instrument", "assessed_at", *(f"item_{n}" for n in range(1, 10)), "total", "mode"]
DATE, ITEM_3, ITEM_9, TOTAL, MODE = 2, 5, 11, 12, 13
FIRST_DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORDS = closing.Closing("assessed", "safety plan made; telephone tomorrow", tool="C-SSRS", result="no intent")
NUMBERS = count()


@dataclass(eq=False)
class Offered:
    """One line as it was written. item_9: what whoever wrote it meant, None where only they know."""

    patient: str
    item_9: int | None
    cells: list[str]
    line: bytes = b""
    place: tuple[str, int] = ("", 0)
    is_closed: bool = False

    @property
    def must_be_found(self) -> bool:
        return self.item_9 != 0


def written(patient: str, item_9: int, chance: Random) -> Offered:
    """A sound line: a complete form of some day in January or February."""
    answers = [chance.randint(0, 3) for _ in range(8)]
    day = datetime(2026, 1, 5) + timedelta(days=chance.randint(0, 40), hours=chance.randint(8, 17))
    total = chance.choice(["", str(sum(answers) + item_9)])
    moment = chance.choice([f"{day:%Y-%m-%d}", f"{day:%Y-%m-%dT%H:%M}"])
    cells = [patient, "PHQ-9", moment, *map(str, answers), str(item_9), total, "web"]
    return sealed(Offered(patient, item_9, cells))


def sealed(row: Offered) -> Offered:
    row.line = ",".join(row.cells).encode()
    return row


# What may happen to a line on its way, each a case of its own.


def sound(row: Offered, _: Random) -> None:
    """Nothing."""


def a_cell_too_few(row: Offered, chance: Random) -> None:
    del row.cells[chance.choice([ITEM_3, TOTAL, MODE])]


def a_cell_too_many(row: Offered, chance: Random) -> None:
    row.cells.insert(chance.randrange(len(row.cells)), chance.choice(["", "2"]))


def cut_off(row: Offered, chance: Random) -> None:
    row.cells = row.cells[: chance.randint(4, ITEM_9 + 1)]


def an_unclosed_quote(row: Offered, chance: Random) -> None:
    place = chance.choice([0, 1, DATE, ITEM_3, ITEM_9, MODE])
    row.cells[place] = '"' + row.cells[place]


def a_stray_quote(row: Offered, chance: Random) -> None:
    place = chance.choice([0, DATE, MODE])
    row.cells[place] += '"'


def item_9_is_4(row: Offered, _: Random) -> None:
    row.cells[ITEM_9], row.item_9 = "4", None


def item_9_is_a_word(row: Offered, chance: Random) -> None:
    row.cells[ITEM_9], row.item_9 = chance.choice(["x", "often", "2?", "1.0", "-1", "2 of 3"]), None


def item_9_among_spaces(row: Offered, _: Random) -> None:
    row.cells[ITEM_9] = f" {row.item_9}\u00a0"


def item_9_with_a_zero(row: Offered, _: Random) -> None:
    row.cells[ITEM_9] = f"0{row.item_9}"


def another_total(row: Offered, _: Random) -> None:
    row.cells[TOTAL] = str((sum(map(int, row.cells[3:12])) + 1) % 28)


def a_total_off_the_scale(row: Offered, _: Random) -> None:
    row.cells[TOTAL] = "99"


def another_item_off_the_scale(row: Offered, _: Random) -> None:
    row.cells[ITEM_3] = "7"


def items_missing(row: Offered, _: Random) -> None:
    row.cells[3:9] = [""] * 6
    row.cells[TOTAL] = ""


def no_such_day(row: Offered, chance: Random) -> None:
    row.cells[DATE] = chance.choice(["", "yesterday", "2026-02-30", "46000", "05/01/2026"])


def a_day_in_the_future(row: Offered, _: Random) -> None:
    row.cells[DATE] = "2062-01-05"


def the_instrument_in_other_letters(row: Offered, chance: Random) -> None:
    row.cells[1] = chance.choice(["PHQ9", "phq 9", "PHQ-9 (DE)", "", "GAD-7", "PHQ"])


def nobody_knows_the_patient(row: Offered, _: Random) -> None:
    row.patient = row.cells[0] = f"stranger-{row.patient}"


Damage = Callable[[Offered, Random], None]
DAMAGES: tuple[Damage, ...] = (
    sound,
    a_cell_too_few,
    a_cell_too_many,
    cut_off,
    an_unclosed_quote,
    a_stray_quote,
    item_9_is_4,
    item_9_is_a_word,
    item_9_among_spaces,
    item_9_with_a_zero,
    another_total,
    a_total_off_the_scale,
    another_item_off_the_scale,
    items_missing,
    no_such_day,
    a_day_in_the_future,
    the_instrument_in_other_letters,
    nobody_knows_the_patient,
)


def with_a_bad_byte(row: Offered, chance: Random) -> None:
    """Anywhere in the line; what stands around it may still be read by a person."""
    place = chance.randrange(len(row.line))
    row.line = row.line[:place] + chance.choice([b"\xff", b"\x00", b"\xe4"]) + row.line[place:]


@dataclass
class Clinic:
    """A store, and every line that was ever offered to it."""

    folder: Path
    chance: Random
    now: datetime = FIRST_DAY
    rows: list[Offered] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)
    n_patients: int = 0
    n_files: int = 0

    def __post_init__(self) -> None:
        self.store = new_store(self.folder, f"item-9-{next(NUMBERS)}")

    def new_row(self, damage: Damage, item_9: int) -> Offered:
        """A line of a patient who has no other, so that nobody's flag stands for another's."""
        self.n_patients += 1
        row = written(f"p{self.n_patients}", item_9, self.chance)
        damage(row, self.chance)
        return sealed(row)

    def offer(self, rows: list[Offered], *, as_utf16: bool = False) -> None:
        """Their patients, but strangers, come first; then all lines in one file."""
        known = {row.patient for row in rows if not row.patient.startswith("stranger-")}
        self._import("\n".join(["patient_id", *sorted(known)]).encode())
        data = b"\n".join([",".join(HEADER).encode(), *(row.line for row in rows), b""])
        receipt = self._import(data.decode("latin-1").encode("utf-16") if as_utf16 else data)
        for number, row in enumerate(rows, start=2):
            # A file of which nothing was taken stands in the queue as one.
            row.place = (receipt.file_name, number if receipt.is_taken else 0)
        self.rows += rows

    def _import(self, data: bytes) -> Receipt:
        self.n_files += 1
        name = f"{self.n_files}.csv"
        (receipt,) = imports.import_files(ACTOR, self.store, [(name, data)])
        if receipt.kind == "assessments" and receipt.import_key is not None:
            self.imports.append(receipt.import_key)
        return receipt

    def queue(self) -> review.Queue:
        return review.read_queue(ACTOR, self.store)

    def waiting(self, queue: review.Queue | None = None) -> dict[tuple[str, int], int]:
        """What stands in the queue as an unreadable form: file and line, and its key."""
        held = imports.read_held_rows(ACTOR, self.store).set_index("id")
        rows = (queue or self.queue()).rows.to_dict("records")
        keys = [int(row["held_row_key"]) for row in rows if row["reasons"] == ["Unreadable form"]]
        return {(held.loc[key, "file_name"], int(held.loc[key, "line"])): key for key in keys}

    def flagged(self, queue: review.Queue | None = None) -> dict[str, int]:
        """Patients in the queue with an open item-9 flag, and their keys."""
        return {
            row["patient_id"]: int(row["patient_key"])
            for row in (queue or self.queue()).rows.to_dict("records")
            if any(reason.startswith("Item 9 positive") for reason in row["reasons"])
        }

    def lost(self) -> list[str]:
        """Lines that hold an item 9, or may, and that nobody would find. An item 9 may be counted under the last closing."""
        queue = self.queue()
        flagged = {*self.flagged(queue), *queue.persisting["patient_id"]}
        waiting = self.waiting(queue)
        return [
            f"{row.place}: {row.line!r}"
            for row in self.rows
            if row.must_be_found and not (row.patient in flagged or row.place in waiting or row.is_closed)
        ]

    # What people do.

    def take(self, step: str) -> None:
        self.now += timedelta(hours=1)
        with at(self.now):
            getattr(self, step.replace(" ", "_"))()

    def new_file(self) -> None:
        rows = [
            self.new_row(self.chance.choice(DAMAGES), self.chance.randint(0, 3))
            for _ in range(self.chance.randint(3, 9))
        ]
        for row in rows:
            if self.chance.random() < 0.15:
                with_a_bad_byte(row, self.chance)
        self.offer(rows)

    def corrections(self) -> None:
        """Other answers under the keys of lines of earlier files; damaged as well as any."""
        earlier = [row for row in self.rows if len(row.cells) == len(HEADER)]
        rows = [self._corrected(row) for row in self.chance.sample(earlier, min(4, len(earlier)))]
        self.offer(rows or [self.new_row(sound, 1)])

    def _corrected(self, row: Offered) -> Offered:
        again = written(row.patient, self.chance.randint(0, 3), self.chance)
        again.cells[DATE] = row.cells[DATE]
        self.chance.choice([sound, sound, sound, *DAMAGES[:-1]])(again, self.chance)
        return sealed(again)

    def the_same_key_twice(self) -> None:
        first = self.new_row(sound, self.chance.randint(1, 3))
        second = written(first.patient, self.chance.randint(0, 3), self.chance)
        second.cells[DATE], second.cells[3] = first.cells[DATE], str((int(first.cells[3]) + 1) % 4)
        second.cells[TOTAL] = ""
        self.offer([first, sealed(second)])

    def a_file_in_another_encoding(self) -> None:
        self.offer([self.new_row(sound, self.chance.randint(1, 3)) for _ in range(2)], as_utf16=True)

    def strangers_arrive(self) -> None:
        names = {row.patient for row in self.rows if row.patient.startswith("stranger-")}
        self._import("\n".join(["patient_id", *sorted(names)]).encode())

    def undo(self) -> None:
        if self.imports:
            import_key = self.chance.choice(self.imports)
            try:
                imports.undo_import(ACTOR, self.store, import_key, "the wrong file")
            except StoreError:
                # A later file brought the same rows again.
                return
            self.imports.remove(import_key)

    def void(self) -> None:
        with self.store.read() as connection:
            stored = read_record_table(connection, "assessments", None)["id"].tolist()
        if stored:
            records.void_record(ACTOR, self.store, "assessments", self.chance.choice(stored), "a duplicate")

    def close_a_flag(self) -> None:
        if flagged := self.flagged():
            patient = self.chance.choice(sorted(flagged))
            waiting = self.waiting()
            close_item_9(self.store, flagged[patient], WORDS)
            for row in self.rows:
                # Whoever closes the flag has not seen what still waits as an unreadable form.
                row.is_closed |= row.patient == patient and row.place not in waiting

    def close_an_unreadable_form(self) -> None:
        if waiting := self.waiting():
            place = self.chance.choice(sorted(waiting))
            closing.close_unreadable(ACTOR, self.store, waiting[place], WORDS)
            for row in self.rows:
                row.is_closed |= row.place == place


NAMES = {damage.__name__.replace("_", " "): damage for damage in DAMAGES}


@pytest.mark.parametrize("damage", NAMES)
def test_a_line_is_found(tmp_path: Path, damage: str) -> None:
    """At once, after its import was undone, and when its patient arrives."""
    clinic = Clinic(tmp_path, Random(9))
    with at(clinic.now):
        rows = [clinic.new_row(NAMES[damage], item_9) for item_9 in (1, 2, 3)]
        clinic.offer(rows)
        assert clinic.lost() == []
        clinic.undo()
        assert clinic.lost() == []
        clinic.strangers_arrive()
        assert clinic.lost() == []


def test_a_zero_is_not_found(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path, Random(9))
    with at(clinic.now):
        clinic.offer([clinic.new_row(sound, 0)])
        assert (clinic.flagged(), clinic.waiting()) == ({}, {})


STEPS = (
    "new file",
    "new file",
    "corrections",
    "corrections",
    "the same key twice",
    "a file in another encoding",
    "strangers arrive",
    "undo",
    "void",
    "close a flag",
    "close an unreadable form",
)


@settings(
    max_examples=2 if settings.default.max_examples <= 100 else settings.default.max_examples // 20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@example(steps=[*STEPS[1:3], *STEPS[4:]], chance=Random(3))
@given(
    steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=9), chance=st.integers(0, 2**32).map(Random)
)
def test_no_line_is_lost_whatever_is_done(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], chance: Random
) -> None:
    clinic = Clinic(tmp_path_factory.mktemp("clinic"), chance)
    for step in ["new file", *steps]:
        clinic.take(step)
        with at(clinic.now):
            assert clinic.lost() == [], f"after {step}"


@pytest.mark.parametrize("n_exports", [1, 3])
def test_a_closed_answer_that_is_only_exported_again_stays_closed(tmp_path: Path, n_exports: int) -> None:
    """Some systems write the time of the export into recorded_at of every row: the answer is no new one by that."""
    clinic = Clinic(tmp_path, Random(9))
    row = clinic.new_row(sound, 2)
    with at(clinic.now):
        clinic.offer([row])
        close_item_9(clinic.store, clinic.flagged()[row.patient], WORDS)
    for day in range(1, n_exports + 1):
        with at(clinic.now + timedelta(days=day)):
            header = ",".join([*HEADER, "recorded_at"]).encode()
            stamp = f"{clinic.now + timedelta(days=day):%Y-%m-%dT%H:%MZ}".encode()
            clinic._import(b"\n".join([header, row.line + b"," + stamp]))
            assert clinic.flagged() == {}
