"""A ledger whose store is put aside at the end of every day: what it was then is a store that really stopped there."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
from clinic_files import ACTOR, to_csv
from sqlalchemy import select
from store.clinic_imports import at, form_row, import_rows
from store.ledger import COURSE, FORM, SESSION, Ledger

from lib.services import caseload, imports, known_on, policies
from lib.services.errors import Store
from lib.services.patients import read_patient
from lib.services.review import read_caseload
from lib.services.review_marks import mark_reviewed
from lib.store._known_rows import NOT_COPIED
from lib.store.columns import metadata
from lib.store.records import read_frame

STEPS = (
    *("import", "correct", "void", "undo", "close", "say again"),
    *("stranger", "arrival", "create", "unreadable", "policy", "review"),
)
# What a store says of the day on which it was last looked at, or looked back at.
_OF_A_DAY = ("flags_as_of", "known_on", "known_until")


class StoppedLedger(Ledger):
    """Beside the ledger's own steps: rows that wait for somebody, who comes later or never; new policies; reviews."""

    def __init__(self, store, source, chance):
        super().__init__(store, source, chance)
        self.stopped: dict[date, Path] = {}
        self.strangers: list[tuple[str, str, bytes]] = []
        self.n_strangers = 0
        # A first load counts as known since its events: every kind has had its own before the first day ends.
        with at(self.now):
            for kind, records in ((FORM, source.forms), (SESSION, source.sessions), (COURSE, source.courses)):
                if records:
                    self._offer(kind, [records[0]])

    def take(self, step: str) -> None:
        if step not in STEPS[5:] and step != "next day":
            super().take(step)
            return
        if step == "next day":
            self.stop()
            self.now += timedelta(days=1)
        else:
            self.now += timedelta(minutes=1)
        with at(self.now):
            {
                "say again": self._say_again,
                "stranger": self._stranger,
                "arrival": self._arrival,
                "create": self._create,
                "unreadable": self._unreadable,
                "policy": self._publish,
                "review": self._review,
                "next day": lambda: None,
            }[step]()

    def stop(self) -> None:
        """Put the store aside as it is at the end of the day."""
        with at(self.now):
            caseload.refresh_if_a_day_has_passed(ACTOR, self.store)
        path = self.store.path
        assert path
        # The last connection that closes writes the log into the file.
        self.store.engine.dispose()
        self.stopped[self.today] = path.with_name(f"{path.stem}-{self.today}.sqlite")
        shutil.copyfile(path, self.stopped[self.today])

    def _say_again(self) -> None:
        """A record in force, once more and with the moment at which that was said."""
        forms = [one for one in self.in_force().values() if one.kind == FORM]
        if forms:
            said = {**self.chance.choice(forms).row, "recorded_at": f"{self.now:%Y-%m-%dT%H:%M:%SZ}"}
            import_rows(self.store, "assessments.csv", [said])

    def _stranger(self) -> None:
        """Forms of somebody whom no file has named; sometimes with a row that will not do even when they come."""
        self.n_strangers += 1
        name = f"S-{self.n_strangers}"
        form = self.chance.choice(self.source.forms)
        rows = [form_row(replace(form, patient_id=name), with_recorded_at=False)]
        if self.chance.random() < 0.3:
            rows.append({**rows[0], "assessed_at": "2026-01-20", "item_1": "7"})
        data = to_csv([{**row, "of_file": f"file {name}"} for row in rows])
        imports.import_files(ACTOR, self.store, [("assessments.csv", data)])
        self.strangers.append((name, "assessments.csv", data))

    def _arrival(self) -> None:
        """A file names a stranger, whose rows are taken then."""
        if self.strangers:
            name, *_ = self.strangers.pop(self.chance.randrange(len(self.strangers)))
            imports.import_files(ACTOR, self.store, [("patients.csv", to_csv([{"patient_id": name}]))])

    def _create(self) -> None:
        """A file may make the patients whom it names."""
        self.n_strangers += 1
        row = form_row(
            replace(self.source.forms[0], patient_id=f"S-{self.n_strangers}"), with_recorded_at=False
        )
        imports.import_files(
            ACTOR,
            self.store,
            [("assessments.csv", to_csv([row]))],
            create_patients=self.chance.random() < 0.9,
        )

    def _unreadable(self) -> None:
        """An answer that no form has, of somebody who is known."""
        row = form_row(self.chance.choice(self.source.forms), with_recorded_at=False)
        self.n_files += 1
        data = to_csv([{**row, "item_9": "9", "of_file": str(self.n_files)}])
        imports.import_files(ACTOR, self.store, [("assessments.csv", data)])

    def _publish(self) -> None:
        text = policies.export_policy(ACTOR, self.store)
        old, new = "value = 84", "value = 70"
        changed = text.replace(old, new) if old in text else text.replace(new, old)
        policies.publish_policy(ACTOR, self.store, changed.encode(), "policy.toml", "a test")

    def _review(self) -> None:
        keys = read_caseload(ACTOR, self.store)["patient_key"].tolist()
        patient = int(self.chance.choice(keys))
        drawn = read_patient(ACTOR, self.store, patient).since_review.drawn
        mark_reviewed(ACTOR, self.store, patient, drawn)

    def known(self, on: date) -> Store:
        with at(self.now):
            return known_on.open_as_known(ACTOR, self.store, on)


def differing_tables(one: Store, other: Store) -> dict[str, str]:
    """By table how two stores differ, but for the day on which they were last looked at, and for who looked and signed in."""
    differing = {}
    with one.read() as first, other.read() as second:
        for table in (one for one in metadata.sorted_tables if one not in NOT_COPIED):
            order = [column for column in table.columns if column.primary_key]
            query = select(table).order_by(*order)
            if table.name == "about":
                query = query.where(table.c.name.not_in(_OF_A_DAY))
            frames = (read_frame(connection, query) for connection in (first, second))
            found, expected = (without_what_no_log_keeps(frame) for frame in frames)
            if not found.astype(object).equals(expected.astype(object)):
                differing[table.name] = _say_difference(found.astype(object), expected.astype(object))
    return differing


def without_what_no_log_keeps(frame: pd.DataFrame) -> pd.DataFrame:
    """Of the times at which a version was said again a store keeps the last one; of a critical flag that is found no more the
    log keeps neither its limit nor its record."""
    if "trigger_record" in frame and len(frame):
        is_kept = frame["evidence"].str.contains("no longer found since")
        frame = frame.assign(
            **{name: frame[name].mask(is_kept, "") for name in ("threshold", "trigger_record")}
        )
    return frame.drop(columns="said_again_at", errors="ignore")


def _say_difference(found: pd.DataFrame, expected: pd.DataFrame) -> str:
    """The rows of which the other has none, as mappings of what is known in them."""
    rows = [frame.where(frame.notna(), None).to_dict("records") for frame in (found, expected)]
    only = [[row for row in mine if row not in others] for mine, others in (rows, rows[::-1])]
    return str(
        [[{name: cell for name, cell in row.items() if cell is not None} for row in one] for one in only]
    )
