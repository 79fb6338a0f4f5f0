"""Random imports, corrections, voids, undone imports and closings, done to a store and written down beside it in plain Python."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pandas as pd
from clinic_files import ACTOR, close_item_9
from slow_records import Clinic, Closing, Course, Form, Session
from store.clinic_imports import at, course_row, form_row, import_rows, session_row

from lib.services import caseload, closing, imports, records
from lib.services._refresh import refresh
from lib.services.errors import Store, StoreError
from lib.services.review import read_caseload
from lib.store._known_rows import WORKED_OUT
from lib.store.records import read_frame, read_record_table

FIRST_DAY = datetime(2028, 2, 1, 9, tzinfo=UTC)
FORM, SESSION, COURSE = "assessments", "dosing_sessions", "courses"
NOT_ASSESSED = closing.Closing("welfare_check", "seen at home; calls again on Monday")
ASSESSED = closing.Closing("assessed", "calls again on Monday", tool="C-SSRS", result="no intent")


@dataclass
class Version:
    """One version of one record, as the import of that number brought it."""

    kind: str
    record: Form | Session | Course
    import_key: int
    recorded_at: datetime
    is_withdrawn: bool = False

    @property
    def key(self) -> tuple:
        record = self.record
        if isinstance(record, Course):
            return self.kind, record.patient_id, record.started_on
        return self.kind, record.patient_id, getattr(record, "instrument", ""), record.on, record.at

    @property
    def row(self) -> dict[str, str]:
        if isinstance(self.record, Form):
            return form_row(self.record, with_recorded_at=False)
        return session_row(self.record) if isinstance(self.record, Session) else course_row(self.record)


class Ledger:
    """A store, and beside it every version ever stored, in the order of the imports."""

    def __init__(self, store: Store, source: Clinic, chance: Random):
        self.store, self.source, self.chance = store, source, chance
        self.now = FIRST_DAY
        self.versions: list[Version] = []
        self.closings: list[tuple[str, date, list[Version], bool]] = []
        self.imports: list[int] = []
        self.n_files = 0
        people = sorted({one.patient_id for one in (*source.forms, *source.sessions, *source.courses)})
        with at(self.now):
            import_rows(store, "patients.csv", [{"patient_id": patient} for patient in people])

    @property
    def today(self) -> date:
        return self.now.date()

    def take(self, step: str) -> None:
        """One step, a minute after the last one; nothing where there is nothing to take back."""
        self.now += timedelta(days=1) if step == "next day" else timedelta(minutes=1)
        with at(self.now):
            {
                "import": self._import,
                "correct": self._correct,
                "void": self._void,
                "undo": self._undo,
                "close": self._close,
                "next day": lambda: caseload.refresh_if_a_day_has_passed(ACTOR, self.store),
            }[step]()

    def in_force(self) -> dict[tuple, Version]:
        return {version.key: version for version in self.versions if not version.is_withdrawn}

    def clinic(self) -> Clinic:
        """What the twin is told: forms in force, and every other version for its item 9; of the rest what is in force."""
        current = {id(version) for version in self.in_force().values()}
        forms = {id(one): self._form(one, id(one) in current) for one in self.versions if one.kind == FORM}
        rest = [one.record for one in self.versions if id(one) in current]
        closings = [
            Closing(who, on, frozenset(forms[id(one)] for one in covered), is_assessed)
            for who, on, covered, is_assessed in self.closings
        ]
        return Clinic(
            tuple(forms.values()),
            tuple(record for record in rest if isinstance(record, Session)),
            tuple(record for record in rest if isinstance(record, Course)),
            tuple(closings),
            self.source.collected,
        )

    def assert_kept_rows_are_complete(self) -> None:
        """Whatever is kept beside the records is what a recomputation of everyone gives."""
        with self.store.trial() as connection:
            before = [kept(connection, table) for table in WORKED_OUT]
            refresh(connection, self.today, None)
            after = [kept(connection, table) for table in WORKED_OUT]
        for found, expected in zip(before, after, strict=True):
            pd.testing.assert_frame_equal(found, expected)

    @staticmethod
    def _form(version: Version, is_current: bool) -> Form:
        assert isinstance(version.record, Form)
        state = "current" if is_current else "superseded"
        return replace(version.record, state=state, recorded_at=version.recorded_at)

    def _import(self) -> None:
        """Some records of one kind as the source has them."""
        kind = self.chance.choice([FORM, FORM, SESSION, COURSE])
        records_of = {FORM: self.source.forms, SESSION: self.source.sessions, COURSE: self.source.courses}
        records_of_kind = {Version(kind, one, 0, self.now).key: one for one in records_of[kind]}
        share = self.chance.choice([0.3, 0.6, 1])
        chosen = [one for one in records_of_kind.values() if self.chance.random() < share]
        self._offer(kind, [self._changed(one) if self.chance.random() < 0.1 else one for one in chosen])

    def _correct(self) -> None:
        """Changed rows of records in force, in a later file; some say the same as before."""
        known = [one for one in self.in_force().values() if self.chance.random() < 0.15]
        for kind in {one.kind for one in known}:
            of_kind = [one.record for one in known if one.kind == kind]
            self._offer(kind, [self._changed(one) if self.chance.random() < 0.8 else one for one in of_kind])

    def _offer(self, kind: str, offered: list) -> None:
        if not offered:
            return
        in_force = self.in_force()
        versions = [Version(kind, record, 0, self.now) for record in offered]
        # Never the same bytes twice: that would change nothing.
        self.n_files += 1
        rows = [{**version.row, "of_file": f"file {self.n_files}"} for version in versions]
        receipt = import_rows(self.store, f"{kind}.csv", rows)
        assert receipt.is_complete, receipt.problems
        assert receipt.import_key is not None
        self.imports.append(receipt.import_key)
        for version in versions:
            known = in_force.get(version.key)
            if known is None or known.row != version.row:
                version.import_key = receipt.import_key
                self.versions.append(version)

    def _void(self) -> None:
        if not (in_force := list(self.in_force().values())):
            return
        version = self.chance.choice(in_force)
        records.void_record(ACTOR, self.store, version.kind, self._id_of(version), "of another patient")
        for one in self.versions:
            one.is_withdrawn |= one.key == version.key

    def _undo(self) -> None:
        if not self.imports:
            return
        import_key = self.chance.choice(self.imports)
        try:
            imports.undo_import(ACTOR, self.store, import_key, "the wrong file")
        except StoreError as refusal:
            # A later file brought some of its rows again, and counts on them.
            assert "Undo those first" in str(refusal)
            return
        self.imports.remove(import_key)
        for one in self.versions:
            one.is_withdrawn |= one.import_key == import_key

    def _close(self) -> None:
        """Closes the item-9 flag of one patient who has one."""
        flags = caseload.read_flags(ACTOR, self.store)
        flagged = flags.loc[flags["rule"] == "suicidality_item_9", "patient_id"].tolist()
        if not flagged:
            return
        patient = self.chance.choice(sorted(flagged))
        keys = read_caseload(ACTOR, self.store).set_index("patient_id")["patient_key"]
        is_assessed = self.chance.random() < 0.7
        close_item_9(self.store, int(keys[patient]), ASSESSED if is_assessed else NOT_ASSESSED)
        covered = [one for one in self.versions if one.kind == FORM and one.record.patient_id == patient]
        self.closings.append((patient, self.today, covered, is_assessed))

    def _id_of(self, version: Version) -> int:
        """The store's id of a version in force, found by what it says of whom and when."""
        with self.store.read() as connection:
            found = read_record_table(connection, version.kind, None)
        keys = read_caseload(ACTOR, self.store).set_index("patient_id")["patient_key"]
        found = found[found["patient_key"] == keys[version.record.patient_id]]
        record = version.record
        day = record.started_on if isinstance(record, Course) else record.on
        name = {FORM: "assessed_at", SESSION: "started_at"}.get(version.kind)
        found = found[found[f"{name}_day" if name else "started_on"] == (day - date(1970, 1, 1)).days]
        if name:
            assert not isinstance(record, Course)
            second = record.at.hour * 3600 + record.at.minute * 60 if record.at else -1
            found = found[found[f"{name}_second"].fillna(-1) == second]
        if isinstance(record, Form):
            found = found[found["instrument"] == record.instrument]
        (key,) = found["id"]
        return int(key)

    def _changed(self, record: Form | Session | Course) -> Form | Session | Course:
        chance = self.chance
        if isinstance(record, Course):
            ended_on = record.started_on + timedelta(days=chance.randint(5, 150))
            return replace(record, ended_on=chance.choice([None, ended_on]))
        if isinstance(record, Session):
            readings = {"sbp_pre_mmhg": chance.choice([120.0, 150.0, 170.0]), "sedation_moaas": 3.0}
            status = chance.choice(["", "taken", "missed"])
            return replace(record, dose_mg=chance.choice([0.0, 100.0]), status=status, readings=readings)
        n_items = 9 if record.instrument == "PHQ-9" else 7
        if chance.random() < 0.2:
            return replace(record, items=None, total=chance.randint(0, 3 * n_items))
        items = [chance.choice([0, 0, 1, 2, 3]) for _ in range(n_items)]
        blanked = [None if chance.random() < 0.1 else item for item in items]
        return replace(record, items=tuple(blanked if any(blanked) else items), total=None)


def kept(connection, table) -> pd.DataFrame:
    rows = read_frame(connection, table.select())
    return rows.sort_values([column.name for column in table.primary_key], ignore_index=True)
