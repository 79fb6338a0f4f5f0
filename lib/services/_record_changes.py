"""What became of a record since somebody saw it: by the versions that were in force then and are now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lib.clinical.frames import KINDS, Column
from lib.services import _clock

# A new record; one that says something else now; one that was taken back; one of which an older version arrived, that changes
# nothing now but that a rule on item 9 reads.
NEW, CORRECTED, WITHDRAWN, OLDER_VERSION = "new", "corrected", "withdrawn", "older version"
# Beside the columns of an assessment: its total as the dashboard computes it.
COMPUTED_TOTAL = "computed_total"


@dataclass(frozen=True)
class Seen:
    """What the last mark covers. withdrawn_since: the moment of the first withdrawal that it does not cover, if any."""

    import_key: int
    on_day: int
    withdrawn_since: int | None

    def has(self, version: Mapping[str, Any]) -> bool:
        """Whether a version had arrived, had happened and was in force when the marked page was drawn."""
        return (
            version["import_key"] <= self.import_key
            and _has_happened(version, self.on_day)
            and (version["withdrawn_at"] is None or self.is_withdrawn_since(version))
        )

    def is_withdrawn_since(self, version: Mapping[str, Any]) -> bool:
        at = version["withdrawn_at"]
        return at is not None and self.withdrawn_since is not None and at >= self.withdrawn_since

    def is_touched(self, version: Mapping[str, Any]) -> bool:
        """Whether something happened to a version since."""
        is_later = version["import_key"] > self.import_key or not _has_happened(version, self.on_day)
        return is_later or self.is_withdrawn_since(version)


@dataclass(frozen=True)
class Change:
    """One record. version: the id of what is in force now (None: nothing is). on, second: its event, where it has one.

    was, now: what it said when it was reviewed, and what it says now, by column; empty where nothing was, or is. by, file_name,
    happened_at (UTC epoch seconds), why: who brought the change with which file, or who withdrew it and why.
    """

    kind: str
    what: str
    version: int | None
    on: date | None
    second: int | None
    was: Mapping[str, Any]
    now: Mapping[str, Any]
    by: str
    file_name: str
    happened_at: int
    why: str


def compare_records(versions: list[dict[str, Any]], kind: str, seen: Seen, day: int) -> list[Change]:
    """The changes of the records of one kind. versions: every version of each, as lib.store.review_marks reads them."""
    records: dict[int, list[dict[str, Any]]] = {}
    for version in versions:
        records.setdefault(version["key_hash"], []).append(version)
    found = (_compare(kind, record, seen, day) for record in records.values())
    return [change for change in found if change]


def _compare(kind: str, versions: list[dict[str, Any]], seen: Seen, day: int) -> Change | None:
    """What became of one record; None where it has not happened yet."""
    before = max(
        (row for row in versions if seen.has(row)),
        key=lambda row: (row["said_at"], row["id"]),
        default=None,
    )
    now = next((row for row in versions if row["is_current"] and _has_happened(row, day)), None)
    withdrawn = [row for row in versions if row["withdrawn_at"] is not None]
    last_withdrawn = max(withdrawn, key=lambda row: row["withdrawn_at"], default=None)
    if now is None:
        return _withdrawal(kind, before or last_withdrawn, last_withdrawn) if last_withdrawn else None
    if before is None:
        return _arrival(kind, NEW, None, now, now)
    if before["id"] == now["id"]:
        arrived = [row for row in versions if row["import_key"] > seen.import_key]
        return _arrival(kind, OLDER_VERSION, before, now, arrived[-1]) if arrived else None
    if seen.has(now) and last_withdrawn:
        return replace(
            _withdrawal(kind, before, last_withdrawn),
            what=CORRECTED,
            version=int(now["id"]),
            now=_values(kind, now),
        )
    return _arrival(kind, CORRECTED, before, now, now)


def _has_happened(row: Mapping[str, Any], day: int) -> bool:
    return row["event_day"] is None or row["event_day"] <= day


def _arrival(
    kind: str, what: str, before: dict[str, Any] | None, now: dict[str, Any], arrived: dict[str, Any]
) -> Change:
    return Change(
        kind,
        what,
        int(now["id"]),
        *_event(kind, now),
        was=_values(kind, before),
        now=_values(kind, now),
        by=arrived["import_actor"],
        file_name=arrived["file_name"],
        happened_at=int(arrived["imported_at"]),
        why="",
    )


def _withdrawal(kind: str, before: dict[str, Any], withdrawn: dict[str, Any]) -> Change:
    return Change(
        kind,
        WITHDRAWN,
        None,
        *_event(kind, before),
        was=_values(kind, before),
        now={},
        by=withdrawn["withdrawn_by"],
        file_name=withdrawn["file_name"],
        happened_at=int(withdrawn["withdrawn_at"]),
        why=withdrawn["withdrawn_why"],
    )


def _event(kind: str, row: Mapping[str, Any]) -> tuple[date | None, int | None]:
    event = KINDS[kind].event_column
    second = row.get(f"{event.name}_second") if event else None
    on = None if row["event_day"] is None else _clock.day_of(row["event_day"])
    return on, None if second is None else int(second)


def _values(kind: str, row: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a version says, by the columns of its file; a moment is in the change itself."""
    if row is None:
        return {}
    columns = [
        column
        for column in KINDS[kind].columns
        if column.name != "patient_id" and column.type != "moment" and column != KINDS[kind].event_column
    ]
    said = {column.name: _value(row[column.name], column) for column in columns}
    return said | {name: row[name] for name in (COMPUTED_TOTAL,) if name in row}


def _value(value: Any, column: Column) -> Any:
    if value is None:
        return None
    if column.type == "date":
        return _clock.day_of(value)
    return bool(value) if column.type == "yes_no" else value
