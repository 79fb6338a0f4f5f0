"""Clinics as files: what tests write is imported by the product, and what it prints is read back."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

from built_stores import copy_of

from lib.clinical.frames import ITEM_COLUMNS
from lib.services import _clock, caseload, closing, imports, patients, stores
from lib.services.access import local_actor
from lib.services.errors import Store

ACTOR = local_actor("a test")


def to_csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def new_store(folder: Path, name: str = "clinic", *, is_practice: bool = False) -> Store:
    """An empty store that takes any clinic, as create_store makes it."""

    def build(url: str) -> Store:
        return stores.create_store(ACTOR, url, are_clinics_open=True, is_practice=is_practice)

    return copy_of(("empty", is_practice), folder / f"{name}.sqlite", build)


def printed_rows(frame) -> list[dict[str, str]]:
    """A frame as the command line prints it, read back as text."""
    import contextlib

    from lib.commands.output import print_csv

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        print_csv(frame)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def close_item_9(store: Store, patient_key: int, words: closing.Closing) -> None:
    """Close a patient's item-9 flag as somebody does who has read its page."""
    flags = patients.read_patient(ACTOR, store, patient_key).flags
    evidence = flags.loc[flags["rule"] == "suicidality_item_9", "evidence"].iloc[0]
    closing.close_flag(ACTOR, store, patient_key, words, evidence=evidence)


class GoldClinic:
    """All gold patients in one store: file 1, then the closings, then file 2."""

    def __init__(self, folder: Path, patients: Iterable[Mapping[str, str]]):
        self.store = new_store(folder)
        patients = list(patients)
        forms = [form for row in patients for form in _forms(row)]
        self._import(
            {
                "patients": [{"patient_id": row["patient"]} for row in patients],
                "courses": [course for row in patients for course in _courses(row)],
                "dosing_sessions": [session for row in patients for session in _sessions(row)],
                "assessments": [form for file, form in forms if file == 1],
            }
        )
        self._close(patients)
        self._import({"assessments": [form for file, form in forms if file == 2]})

    def _import(self, kinds: Mapping[str, list[dict[str, str]]]) -> None:
        files = [(f"{kind}.csv", to_csv(rows)) for kind, rows in kinds.items() if rows]
        receipts = imports.import_files(ACTOR, self.store, files, takes_shrunk=True)
        assert all(receipt.outcome == "accepted" for receipt in receipts), receipts

    def _close(self, patients: list[Mapping[str, str]]) -> None:
        from lib.services.review import read_caseload

        keys = read_caseload(ACTOR, self.store).set_index("patient_id")["patient_key"]
        real_now = _clock.now
        for row in patients:
            for day in filter(None, row["closings"].split(" ; ")):
                _clock.now = lambda on=date.fromisoformat(day.strip()): datetime.combine(on, time(12), UTC)
                try:
                    words = closing.Closing("welfare_check", "closed in a test")
                    close_item_9(self.store, int(keys[row["patient"]]), words)
                finally:
                    _clock.now = real_now

    def status(self, as_of: date) -> list[dict[str, str]]:
        return printed_rows(caseload.read_status(ACTOR, self.store, as_of))

    def flags(self, as_of: date) -> list[dict[str, str]]:
        return printed_rows(caseload.read_flags(ACTOR, self.store, as_of))


def _entries(text: str) -> list[list[str]]:
    return [entry.split() for entry in text.split(" ; ") if entry.strip()]


def _pairs(words: list[str]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words)


def _sessions(row: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"patient_id": row["patient"], "started_at": at, "dose_mg": dose.replace("-", ""), **_pairs(more)}
        for at, dose, *more in _entries(row["sessions"])
    ]


def _courses(row: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"patient_id": row["patient"], "started_on": day, **_pairs(more)}
        for day, *more in _entries(row["courses"])
    ]


def _forms(row: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    found = []
    for instrument, at, *more in _entries(row["forms"]):
        values = _pairs(more)
        file = int(values.pop("file", "1"))
        items = [answer.replace("-", "") for answer in values.pop("items", "").split(",")]
        answers = dict(zip(ITEM_COLUMNS, items, strict=False))
        found.append(
            (
                file,
                {
                    "patient_id": row["patient"],
                    "instrument": instrument,
                    "assessed_at": at,
                    **answers,
                    **values,
                },
            )
        )
    return found
