"""A clinic in which two identities may be one person, with the words that tests about it are written in."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from clinic_files import ACTOR, close_item_9, new_store
from store.clinic_imports import at, import_rows

from lib.clinical.frames import ITEM_COLUMNS
from lib.services import closing, imports, merging, patients
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
        self.store = new_store(folder, f"merge-{next(NUMBERS)}")
        self.now = now
        if patients:
            self.bring("patients.csv", *({"patient_id": name} for name in patients))

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

    def totals(self) -> dict[str, list[int]]:
        """Of everyone who is listed, the totals on their page."""
        with at(self.now):
            pages = {name: patients.read_patient(ACTOR, self.store, self.key(name)) for name in self.people()}
        return {name: page.history.assessments["total"].tolist() for name, page in pages.items()}

    def positive(self) -> dict[str, str]:
        """By patient in the queue, what is said of item 9."""
        with at(self.now):
            rows = read_queue(ACTOR, self.store).rows.to_dict("records")
        said = {
            row["patient_id"]: [why for why in row["reasons"] if "Item 9 positive" in why] for row in rows
        }
        return {patient: whys[0] for patient, whys in said.items() if whys}

    def says_above_the_ceiling(self) -> bool:
        with self.store.read() as connection:
            said = read_open_flags(connection, None)["evidence"]
        return any("ceiling" in text for text in said)
