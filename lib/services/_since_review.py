"""What a patient's page has that somebody has not seen yet: everything since that person's own last mark."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.policy import Policy
from lib.clinical.scoring import score_forms
from lib.clinical.segments import NONE
from lib.services import _clock
from lib.services._record_changes import (
    COMPUTED_TOTAL,
    CORRECTED,
    NEW,
    OLDER_VERSION,
    WITHDRAWN,
    Change,
    Seen,
    compare_records,
)
from lib.store import review_marks
from lib.store.engine import Transaction

_ORDER = (WITHDRAWN, CORRECTED, NEW, OLDER_VERSION)


@dataclass(frozen=True)
class Drawn:
    """What a page shows: the imports up to import_key, n_withdrawn versions of the patient taken back, and the days up to on_day
    (since 1970). Counts and no time: a change that is saved while a page is read begins before it and ends after it."""

    import_key: int
    n_withdrawn: int
    on_day: int


@dataclass(frozen=True)
class SinceReview:
    """reviewed_at: of the actor's own last mark (UTC epoch seconds); None: this actor has never marked this patient, and then
    there are no changes to speak of. n_held: rows that arrived since and were not taken. drawn: what a mark would cover."""

    reviewed_at: int | None
    changes: tuple[Change, ...]
    n_held: int
    drawn: Drawn

    def new_versions(self, kind: str) -> frozenset[int]:
        """The ids of records of a kind that are new, or say something else than they did."""
        return frozenset(
            change.version
            for change in self.changes
            if change.kind == kind and change.version is not None and change.what in (NEW, CORRECTED)
        )


def read_since_review(
    connection: Transaction, actor_name: str, patient_key: int, as_of: date, policy: Policy
) -> SinceReview:
    """What the actor has not seen of this patient. as_of: nothing dated later has happened yet."""
    day = _clock.day_number(as_of)
    last_import = review_marks.last_import_key(connection)
    mark = review_marks.read_last_mark(connection, patient_key, actor_name)
    after_import, after_day = (mark["covers_import_key"], mark["on_day"]) if mark else (last_import, day)
    touched = review_marks.read_touched(
        connection, patient_key, after_import=after_import, after_day=after_day
    )
    withdrawn = sorted(
        (row["withdrawn_at"] for row in touched if row["withdrawn_at"] is not None), reverse=True
    )
    drawn = Drawn(last_import, len(withdrawn), day)
    if mark is None:
        return SinceReview(None, (), 0, drawn)
    n_later = len(withdrawn) - mark["covers_withdrawn"]
    seen = Seen(after_import, after_day, withdrawn[n_later - 1] if n_later > 0 else None)
    hashes: dict[str, set[int]] = {}
    for row in touched:
        if seen.is_touched(row):
            hashes.setdefault(row["kind"], set()).add(row["key_hash"])
    changes = [
        change
        for kind, of_kind in hashes.items()
        for change in compare_records(
            _read_versions(connection, kind, patient_key, of_kind, policy), kind, seen, day
        )
    ]
    changes.sort(key=_rank)
    n_held = review_marks.count_held_since(connection, patient_key, after_import)
    return SinceReview(int(mark["reviewed_at"]), tuple(changes), n_held, drawn)


def _rank(change: Change) -> tuple[int, int]:
    """What changed of the things that were seen before what is new; then the latest event first, and last what has no date."""
    return _ORDER.index(change.what), -_clock.day_number(change.on) if change.on else 0


def _read_versions(
    connection: Transaction, kind: str, patient_key: int, hashes: set[int], policy: Policy
) -> list[dict[str, Any]]:
    versions = review_marks.read_record_versions(connection, kind, patient_key, hashes)
    if kind != "assessments":
        return versions
    totals = _computed_totals(versions, policy)
    return [version | {COMPUTED_TOTAL: total} for version, total in zip(versions, totals, strict=True)]


def _computed_totals(forms: list[dict[str, Any]], policy: Policy) -> list[int | None]:
    """The total of each form; of an instrument without rules what the file says, and None where there is none."""
    known = [INSTRUMENTS.get(form["instrument"]) for form in forms]
    items = np.array([[_or_none(form[name]) for name in ITEM_COLUMNS] for form in forms])
    file_total = np.array([_or_none(form["total"]) for form in forms])
    scores = score_forms(np.array([one.code if one else 0 for one in known]), items, file_total, policy)
    totals = np.where([one is not None for one in known], scores.total, file_total)
    return [None if total == NONE else int(total) for total in totals]


def _or_none(value: int | None) -> int:
    return NONE if value is None else int(value)
