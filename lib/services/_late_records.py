"""What was recorded about a patient only after a day, of what had happened by then: by the versions known then and now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from lib.clinical.frames import KINDS, stored_columns
from lib.clinical.record_names import KIND_NAMES
from lib.clinical.wording import say_day
from lib.services import _clock
from lib.store import derived
from lib.store.engine import Transaction
from lib.store.imports import read_held_rows
from lib.store.versions import read_versions

ARRIVED, CORRECTED, WITHDRAWN, WAITED = "arrived", "was corrected", "was taken back", "still waited then"
WRITTEN, IN_FORCE = "was written down", "came into force"


@dataclass(frozen=True)
class LateRecord:
    """name: which record. on: the date of its event; None where it has none. what: one of the words above. learnt_on: the
    clinic's date of that; None where nothing tells."""

    name: str
    on: date | None
    what: str
    learnt_on: date | None

    @property
    def text(self) -> str:
        """The PHQ-9 of 1 Mar 2026 arrived on 6 Mar 2026."""
        of = f" of {say_day(self.on)}" if self.on else ""
        when = f" on {say_day(self.learnt_on)}" if self.learnt_on else ""
        return f"{self.name}{of} {self.what}{when}"


@dataclass(frozen=True)
class Look:
    """Whose records, up to which day (days since 1970-01-01), known until which moment (UTC epoch seconds), by which clock."""

    patient_key: int
    day: int
    until: int
    time_zone: str

    def date_of(self, moment: int) -> date:
        return _clock.day_of(_clock.local_day(moment, self.time_zone))


def read_late_records(now: Transaction, then: Transaction, look: Look) -> list[LateRecord]:
    """Of one patient, the scores first; and the policy versions that came into force since. now, then: the store, and the same
    as it was known."""
    kinds = sorted(KINDS, key=lambda kind: kind != "assessments")
    late = [one for kind in kinds for one in _compare_kind(now, then, kind, look)]
    return [
        *late,
        *_late_rows(now, then, look),
        *_late_closings(now, then, look),
        *_late_policies(now, then, look),
    ]


def _compare_kind(now: Transaction, then: Transaction, kind: str, look: Look) -> Iterator[LateRecord]:
    known = {row["id"]: row for row in read_versions(then, kind, look.patient_key)}
    records: dict[int, list[dict[str, Any]]] = {}
    for row in read_versions(now, kind, look.patient_key):
        on = _event_day(kind, row)
        if on is None or on <= look.day:
            records.setdefault(row["key_hash"], []).append(row)
    for versions in records.values():
        if one := _compare_record(kind, versions, known, look):
            yield one


def _compare_record(
    kind: str, versions: list[dict[str, Any]], known: Mapping[int, Mapping[str, Any]], look: Look
) -> LateRecord | None:
    fresh = [row for row in versions if row["id"] not in known]
    was_in_force = [row for row in versions if row["id"] in known and known[row["id"]]["is_current"]]
    day = _event_day(kind, versions[-1])
    name, on = _name(kind, versions[-1]), None if day is None else _clock.day_of(day)
    if fresh:
        first, last = fresh[0]["recorded_at"], fresh[-1]["recorded_at"]
        if was_in_force:
            return LateRecord(name, on, CORRECTED, look.date_of(last))
        if first <= look.until:
            return LateRecord(name, on, WAITED, None)
        return LateRecord(name, on, ARRIVED, look.date_of(first))
    withdrawn = [row["withdrawn_at"] for row in was_in_force if row["withdrawn_at"] is not None]
    return LateRecord(name, on, WITHDRAWN, look.date_of(max(withdrawn))) if withdrawn else None


def _event_day(kind: str, row: Mapping[str, Any]) -> int | None:
    event = KINDS[kind].event_column
    return row[stored_columns(event)[0]] if event else None


def _name(kind: str, row: Mapping[str, Any]) -> str:
    if kind == "assessments":
        return f"the {row['instrument']}"
    own = [str(row[one.name]) for one in KINDS[kind].key if one.type == "text" and kind != "events"]
    return " ".join(["the", KIND_NAMES[kind], *own])


def _late_rows(now: Transaction, then: Transaction, look: Look) -> Iterator[LateRecord]:
    """Rows that were offered later and wait: of a form that nobody could take the item 9 is read all the same."""
    known = set(read_held_rows(then, None)["id"])
    rows = read_held_rows(now, None)
    rows = rows[(rows["patient_key"] == look.patient_key) & ~rows["id"].isin(known)]
    for row in rows.to_dict("records"):
        on = _clock.day_of(row["event_day"]) if pd.notna(row["event_day"]) else None
        if on is None or on <= _clock.day_of(look.day):
            yield LateRecord(
                f"a row of {row['file_name']} that waits,", on, ARRIVED, look.date_of(row["recorded_at"])
            )


def _late_closings(now: Transaction, then: Transaction, look: Look) -> Iterator[LateRecord]:
    known = set(derived.read_flag_events(then, [look.patient_key])["id"])
    events = derived.read_flag_events(now, [look.patient_key])
    for event in events[~events["id"].isin(known) & (events["on_day"] <= look.day)].to_dict("records"):
        on, written_on = _clock.day_of(event["on_day"]), look.date_of(event["happened_at"])
        yield LateRecord(f"the closing by {event['actor']}", on, WRITTEN, written_on)


def _late_policies(now: Transaction, then: Transaction, look: Look) -> Iterator[LateRecord]:
    known, newest = derived.read_policy_version(then), derived.read_policy_version(now)
    if known and newest:
        for version in range(known["version"] + 1, newest["version"] + 1):
            if stored := derived.read_policy_version(now, version):
                yield LateRecord(
                    f"policy version {version}", None, IN_FORCE, look.date_of(stored["published_at"])
                )
