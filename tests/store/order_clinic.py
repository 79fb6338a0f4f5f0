"""A clinic to which things happen in a random order, and beside it a plain record of who said what about whom.

Nothing here asks the product what a row is covered by: every signature is written down with the rows that lay before the signer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from clinic_files import ACTOR
from store.clinic_imports import at, import_rows
from store.merge_clinic import MergeClinic, form, is_lasting, say

from lib.clinical.decision_answers import Answers
from lib.services import _clock, closing, decisions, entries, flag_life, imports, merging, patients, records
from lib.services.caseload import refresh_if_a_day_has_passed
from lib.services.decisions import Signature
from lib.services.errors import StoreError

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = ("A", "B", "C")
CLOSINGS = (
    closing.Closing("assessed", "safety plan made", tool="C-SSRS", result="no intent"),
    closing.Closing("welfare_check", "seen at home; calls again on Monday"),
)
STEPS = (
    *("offer", "offer", "offer", "offer_again", "correct", "void", "undo", "harm", "decide", "act"),
    *("merge", "merge", "merge", "unmerge", "unmerge", "close", "close", "close", "close_critical", "days"),
)
_KEY = ("patient_key", "rule", "instrument")
Row = tuple[str, int]


@dataclass
class Signed:
    """A closing of an item-9 flag: the rows that it covers, and who was one person then, by which merges."""

    patient: int
    on_day: int
    is_assessed: bool
    rows: frozenset[Row]
    people: frozenset[str]
    merges: frozenset[int]
    number: int


@dataclass(eq=False)
class OrderClinic(MergeClinic):
    """merges: those in force, key -> (gone, remains). named: by import and line, whose name a row came under."""

    folder: Path
    chance: Random
    merges: dict[int, tuple[str, str]] = field(default_factory=dict)
    named: dict[tuple[int, int], str] = field(default_factory=dict)
    closings: list[Signed] = field(default_factory=list)
    signed: dict[str, str] = field(default_factory=dict)
    imports: list[int] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        MergeClinic.__init__(self, self.folder, *NAMES, now=FIRST)

    # Who is who.

    def remains(self, name: str) -> str:
        into = dict(self.merges.values())
        while name in into:
            name = into[name]
        return name

    def present(self) -> list[str]:
        return [name for name in NAMES if self.remains(name) == name]

    def one_with(self, name: str) -> frozenset[str]:
        return frozenset(one for one in NAMES if self.remains(one) == name)

    def merges_of(self, name: str) -> frozenset[int]:
        return frozenset(key for key, (_, into) in self.merges.items() if self.remains(into) == name)

    @property
    def today(self) -> int:
        return _clock.day_number(self.now.date())

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        with self.store.read() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql).fetchall()]

    def positive_rows(self) -> dict[Row, tuple[int, int]]:
        """Every row of the store that holds an item 9 of 1 or more, whatever became of it: whose it is, and the answer."""
        stored = "SELECT 'assessments', id, patient_key, item_9 FROM assessments WHERE instrument = 'PHQ-9'"
        held = "SELECT 'held_row', id, patient_key, item_9 FROM held_row WHERE state = 'open'"
        rows = self.select(f"{stored} AND item_9 >= 1 UNION ALL {held} AND item_9 >= 1")
        return {(table, key): (patient, item_9) for table, key, patient, item_9 in rows}

    def flags(self) -> list[dict[str, Any]]:
        return sorted(self.open_flags(), key=lambda flag: [flag[name] for name in _KEY])

    # What happens.

    def take(self, step: str) -> None:
        self.done.append(step)
        self.now += timedelta(minutes=1)
        with at(self.now):
            refresh_if_a_day_has_passed(ACTOR, self.store)
            getattr(self, f"_{step}")()

    def _bring(self, kind: str, rows: list[dict[str, str]]) -> None:
        receipt = import_rows(self.store, f"{len(self.done)}.csv", rows)
        assert receipt.import_key is not None and receipt.kind == kind
        self.imports.append(receipt.import_key)
        for line, row in enumerate(rows, start=2):
            self.named[receipt.import_key, line] = row["patient_id"]

    def _day(self) -> str:
        return f"{self.now.date() - timedelta(days=self.chance.randint(0, 12))}"

    def _form(self, name: str, day: str) -> dict[str, str]:
        answers = form(name, day, self.chance.choice([0, 0, 1, 1, 1, 2, 3]), others=self.chance.randint(0, 3))
        # A total that contradicts the items holds the row; a note makes each file another one.
        return answers | {"total": self.chance.choice(["", "", "", "27"]), "mode": f"no. {len(self.done)}"}

    def _offer(self) -> None:
        days = [self._day() for _ in range(self.chance.randint(1, 3))]
        self._bring("assessments", [self._form(self.chance.choice(NAMES), day) for day in sorted(set(days))])

    def _offer_again(self) -> None:
        """Other answers of the same moments, under any name: those of one person are versions of one record."""
        days = self.select("SELECT DISTINCT assessed_at_day FROM assessments ORDER BY 1")
        if days:
            day = datetime(1970, 1, 1) + timedelta(days=self.chance.choice(days)[0])
            names = self.chance.sample(NAMES, self.chance.randint(1, 2))
            self._bring("assessments", [self._form(name, f"{day:%Y-%m-%d}") for name in names])

    def _correct(self) -> None:
        name = self.chance.choice(self.present())
        drawn = entries.read_entry_form(ACTOR, self.store, self.key(name), "assessments")
        if not drawn.records:
            return
        record = self.chance.choice(drawn.records)
        ((import_key, line),) = self.select(
            f"SELECT import_key, line FROM assessments WHERE id = {record.record}"
        )
        says = {"item_9": str(self.chance.randint(0, 3)), "mode": f"no. {len(self.done)}"}
        receipt = entries.correct_record(
            ACTOR, self.store, self.key(name), "assessments", says, expected=drawn.draw(record.record)
        )
        self.imports.append(receipt.import_key)
        self.named[receipt.import_key, 1] = self.named[import_key, line]

    def _void(self) -> None:
        rows = self.select("SELECT id FROM assessments WHERE withdrawn_at IS NULL ORDER BY id")
        if rows:
            records.void_record(ACTOR, self.store, "assessments", self.chance.choice(rows)[0], "a duplicate")

    def _undo(self) -> None:
        if self.imports:
            key = self.chance.choice(self.imports)
            try:
                imports.undo_import(ACTOR, self.store, key, "the wrong file")
            except StoreError as refusal:
                # A later file brought the same rows again.
                assert "Undo those first" in str(refusal)
            else:
                self.imports.remove(key)

    def _harm(self) -> None:
        """A critical adverse event, or a session with a critical blood pressure."""
        name, day = self.chance.choice(NAMES), self._day()
        if self.chance.random() < 0.5:
            event = {"term": "syncope", "severity": "severe", "outcome": f"no. {len(self.done)}"}
            self._bring("adverse_events", [{"patient_id": name, "started_at": day, **event}])
        else:
            readings = {"sbp_40_mmhg": str(self.chance.randint(185, 220)), "dose_mg": "100"}
            row = {"patient_id": name, "started_at": day, **readings, "note": f"no. {len(self.done)}"}
            self._bring("dosing_sessions", [row])

    def _merge(self) -> None:
        if len(self.present()) > 1:
            gone, remains = self.chance.sample(self.present(), 2)
            keys = (self.key(gone), self.key(remains))
            drawn = merging.read_pair(ACTOR, self.store, *keys)
            key = merging.merge_patients(ACTOR, self.store, *keys, "one person", drawn=drawn)
            self.merges[key] = (gone, remains)

    def _unmerge(self) -> None:
        free = [key for key, (_, into) in self.merges.items() if self.remains(into) == into]
        if free:
            key = self.chance.choice(free)
            merging.unmerge(ACTOR, self.store, key, "two sisters")
            del self.merges[key]
            self.closings = [one for one in self.closings if key not in one.merges]

    def _close(self) -> None:
        own = [flag for flag in self.flags() if flag["rule"] == "suicidality_item_9"]
        if own:
            flag, words = self.chance.choice(own), self.chance.choice(CLOSINGS)
            closing.close_flag(ACTOR, self.store, flag["patient_key"], words, evidence=flag["evidence"])
            rows = {row for row, (patient, _) in self._closable() if patient == flag["patient_key"]}
            people, merges = self.one_with(flag["patient_id"]), self.merges_of(flag["patient_id"])
            about = (flag["patient_key"], self.today, words.reason_code == "assessed")
            self.closings.append(Signed(*about, frozenset(rows), people, merges, len(self.done)))

    def _closable(self) -> Iterable[tuple[Row, tuple[int, int]]]:
        """What lies before whoever signs: rows of 0 too, which a later correction does not change."""
        return self.positive_rows().items()

    def _close_critical(self) -> None:
        critical = [flag for flag in self.flags() if is_lasting(flag)]
        if critical:
            seen = say(self.chance.choice(critical))
            closing.close_critical(ACTOR, self.store, seen, "seen", "called, is well")

    def _act(self) -> None:
        """Whatever somebody does about a flag without closing it."""
        flags = self.flags()
        if not flags:
            return
        seen = say(self.chance.choice(flags))
        until = self.now.date() + timedelta(days=self.chance.randint(1, 20))
        acts = (
            lambda: flag_life.mark_seen(ACTOR, self.store, seen),
            lambda: flag_life.snooze(
                ACTOR, self.store, seen, reason_code="plan", until=until, note="see plan"
            ),
            lambda: flag_life.call_wrong(ACTOR, self.store, seen, "known", "known for years"),
            lambda: flag_life.note_contact(ACTOR, self.store, seen, "no_answer"),
        )
        try:
            self.chance.choice(acts)()
        except StoreError as refusal:
            assert "never" in str(refusal)

    def _decide(self) -> None:
        """Signing the same form twice is one decision."""
        name = self.chance.choice(self.present())
        page = patients.read_patient(ACTOR, self.store, self.key(name))
        token = f"form {len(self.done)}"
        drawn = decisions.read_decisions(ACTOR, self.store, page.patient_key).draw(page, token)
        answers = Answers(options=("hold",), reasons=("safety",), review_by=self.today + 14)
        for _ in range(self.chance.randint(1, 2)):
            who = Signature(patient_id=name)
            decisions.sign_decision(ACTOR, self.store, page.patient_key, answers, who, drawn=drawn)
        self.signed[token] = name

    def _days(self) -> None:
        self.now += timedelta(days=self.chance.choice([1, 1, 3, 10]))
        with at(self.now):
            refresh_if_a_day_has_passed(ACTOR, self.store)
