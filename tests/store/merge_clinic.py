"""A clinic in which two identities may be one person, with the words that tests about it are written in."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from built_stores import copy_of
from clinic_files import ACTOR, close_item_9
from store.clinic_imports import at, import_rows

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.rules.catalogue import CRITICAL
from lib.services import closing, imports, merging, patients, stores
from lib.services.errors import Store
from lib.services.flag_life import FlagSeen
from lib.services.review import read_caseload, read_queue
from lib.store.derived import read_open_flags
from lib.store.records import read_patients

NUMBERS = count()
WORDS = closing.Closing("assessed", "safety plan made", tool="C-SSRS", result="no intent")


def form(patient: str, day: str, item_9: int, *, others: int = 1) -> dict[str, str]:
    answers = dict.fromkeys(ITEM_COLUMNS[:8], str(others)) | {"item_9": str(item_9)}
    return {"patient_id": patient, "instrument": "PHQ-9", "assessed_at": day, **answers}


class MergeClinic:
    """Each step happens a minute after the last one."""

    def __init__(self, folder: Path, *patients: str, now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)):
        self.now = now

        def begin(url: str) -> Store:
            self.store = stores.create_store(ACTOR, url, are_clinics_open=True, is_practice=True)
            if patients:
                with at(now + timedelta(minutes=1)):
                    import_rows(self.store, "patients.csv", [{"patient_id": name} for name in patients])
            return self.store

        self.store = copy_of(("merges", now, patients), folder / f"merge-{next(NUMBERS)}.sqlite", begin)
        self.now += timedelta(minutes=1 if patients else 0)

    def tick(self) -> at:
        self.now += timedelta(minutes=1)
        return at(self.now)

    def bring(self, file_name: str, *rows: dict[str, str]) -> imports.Receipt:
        with self.tick():
            return import_rows(self.store, file_name, rows)

    def offer(self, *rows: dict[str, str]) -> imports.Receipt:
        return self.bring("assessments.csv", *rows)

    def key(self, patient: str) -> int:
        with self.store.read() as connection:
            people = read_patients(connection, with_merged=True).set_index("patient_id")
        return int(people.loc[patient, "patient_key"])

    def merge(self, gone: str, remains: str, why: str = "the same person, twice in the export") -> int:
        with self.tick():
            keys = (self.key(gone), self.key(remains))
            drawn = merging.read_pair(ACTOR, self.store, *keys)
            return merging.merge_patients(ACTOR, self.store, *keys, why, drawn=drawn)

    def unmerge(self, merge_key: int, why: str = "two sisters") -> None:
        with self.tick():
            merging.unmerge(ACTOR, self.store, merge_key, why)

    def close(self, patient: str) -> None:
        with self.tick():
            close_item_9(self.store, self.key(patient), WORDS)

    def people(self) -> set[str]:
        with at(self.now):
            return set(read_caseload(ACTOR, self.store)["patient_id"])

    def totals(self, store: Store | None = None) -> dict[str, list[int]]:
        """Of everyone who is listed, the totals on their page."""
        store = store or self.store
        with at(self.now):
            people = read_caseload(ACTOR, store).set_index("patient_id")["patient_key"].to_dict()
            pages = {name: patients.read_patient(ACTOR, store, key) for name, key in people.items()}
        return {name: page.history.assessments["total"].tolist() for name, page in pages.items()}

    def positive(self, store: Store | None = None) -> dict[str, str]:
        """By patient in the queue, what is said of item 9."""
        with at(self.now):
            rows = read_queue(ACTOR, store or self.store).rows.to_dict("records")
        said = {
            row["patient_id"]: [why for why in row["reasons"] if "Item 9 positive" in why] for row in rows
        }
        return {patient: whys[0] for patient, whys in said.items() if whys}

    def open_flags(self, patient: str = "") -> list[dict[str, Any]]:
        with self.store.read() as connection:
            flags = read_open_flags(connection, None).to_dict("records")
        return [
            {str(name): value for name, value in flag.items()}
            for flag in flags
            if not patient or flag["patient_id"] == patient
        ]

    def critical(self) -> dict[str, str]:
        """By patient the evidence of critical flags other than item 9."""
        return {flag["patient_id"]: flag["evidence"] for flag in self.open_flags() if is_lasting(flag)}

    def close_critical(self, patient: str) -> None:
        with self.tick():
            (flag,) = filter(is_lasting, self.open_flags(patient))
            closing.close_critical(ACTOR, self.store, say(flag), "seen", "called, is well")

    def says_above_the_ceiling(self) -> bool:
        return any("ceiling" in flag["evidence"] for flag in self.open_flags())


def is_lasting(flag: dict[str, Any]) -> bool:
    return flag["severity"] == CRITICAL and flag["rule"] != "suicidality_item_9"


def say(flag: dict[str, Any]) -> FlagSeen:
    return FlagSeen(*(flag[name] for name in ("patient_key", "rule", "instrument", "evidence")))
