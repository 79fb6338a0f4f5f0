"""Rows that waited, offered again with corrected cells: taken by the path of a file's row, or waiting on as they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from lib.clinical.frames import COMMON_COLUMNS, KINDS, Column
from lib.clinical.instruments import MAX_ANSWER, PHQ9
from lib.intake.check import check_rows
from lib.intake.table import RawTable
from lib.intake.texts import Texts
from lib.intake.values import UnreadableCell, parse_cell
from lib.services import _clock
from lib.services._admission import read_directory
from lib.services._rows import TakenRows, Way, take_rows
from lib.store import imports as store_imports
from lib.store.engine import StoreError, Transaction
from lib.store.quarantine import read_back_loaded

# The clinics of whoever offers rows again, None all.
Scope = frozenset[str] | None
_ITEM_9 = "item_9"
_ANSWER = Column(_ITEM_9, "whole", low=0, high=MAX_ANSWER)


@dataclass(frozen=True)
class OfferedAgain:
    """What became of rows. taken: held row -> its cells as they were taken, JSON; kept_for_clinician: of those, the ones whose
    item 9 the record does not say at least as strongly; refused: held row -> why; patients: whose records changed, and whose rows
    wait no longer: a row may be taken for somebody else, or say what a record says already."""

    taken: Mapping[int, str]
    kept_for_clinician: frozenset[int]
    refused: Mapping[int, str]
    patients: frozenset[int]


def offer_again(
    connection: Transaction,
    rows: pd.DataFrame,
    changes: Mapping[int, Mapping[str, str]],
    now: datetime,
    scope: Scope,
) -> OfferedAgain:
    """Take rows with cells changed, each as part of the import that brought it. rows: columns of read_held_rows; changes: held
    row -> text by column.

    A row that would not be taken changes nothing. Raises StoreError for a column that its kind does not have.
    """
    taken: dict[int, str] = {}
    refused: dict[int, str] = {}
    beside: set[int] = set()
    patients = frozenset[int]()
    first_loads = read_back_loaded(connection, rows["import_key"].unique())
    for (import_key, kind), own in rows.groupby(["import_key", "kind"], sort=True):
        _check_columns(str(kind), changes[int(own["id"].iloc[0])])
        pairs = zip(own["id"], own["cells"], strict=True)
        cells = [_changed(text, changes[int(key)]) for key, text in pairs]
        reasons = _find_refused(connection, _as_table(str(kind), cells, list(range(len(own)))), now, scope)
        refused |= {int(own["id"].iloc[place]): reason for place, reason in reasons.items()}
        good = [place for place in range(len(own)) if place not in reasons]
        if not good:
            continue
        chosen, said = own.iloc[good], [cells[place] for place in good]
        way = Way(int(import_key), _clock.seconds(now), import_key in first_loads, scope=scope)
        result = _take(connection, _as_table(str(kind), said, chosen["line"].tolist()), way, now)
        patients |= result.patients | {int(key) for key in chosen["patient_key"].dropna()}
        for row, new in zip(chosen.to_dict("records"), said, strict=True):
            taken[int(row["id"])] = json.dumps(new, ensure_ascii=False)
            if not _says_as_much(row, new, result.checked.accepted):
                beside.add(int(row["id"]))
    return OfferedAgain(taken, frozenset(beside), refused, patients)


def find_refused(connection: Transaction, rows: pd.DataFrame, now: datetime, scope: Scope) -> set[int]:
    """The keys of rows that the checks would not take as they came."""
    found: set[int] = set()
    for kind, own in rows[rows["kind"].isin(list(KINDS))].groupby("kind"):
        cells = [_changed(text, {}) for text in own["cells"]]
        places = _find_refused(connection, _as_table(str(kind), cells, list(range(len(own)))), now, scope)
        found |= {int(own["id"].iloc[place]) for place in places}
    return found | set(rows.loc[~rows["kind"].isin(list(KINDS)), "id"])


def _check_columns(kind: str, changes: Mapping[str, str]) -> None:
    if kind not in KINDS:
        raise StoreError("Nothing of this file could be read: mend the file, and offer it again.")
    known = {column.name for column in (*KINDS[kind].columns, *COMMON_COLUMNS)}
    if unknown := sorted(set(changes) - known):
        raise StoreError(f"{kind.replace('_', ' ')} have no column {', '.join(unknown)}.")


def _changed(cells: str, changes: Mapping[str, str]) -> dict[str, str]:
    """A broken row is one text, of which no cell is known: all of it is written anew."""
    came = {name: text for name, text in json.loads(cells).items() if name}
    return came | {name: text.strip() for name, text in changes.items()}


def _as_table(kind: str, cells: list[dict[str, str]], lines: list[int]) -> RawTable:
    names = list(dict.fromkeys([*KINDS[kind].required, *(name for row in cells for name in row)]))
    columns = {name: Texts.of(row.get(name, "") for row in cells) for name in names}
    return RawTable("", KINDS[kind], columns, lines, [], (), tuple(names), is_confirmed=True)


def _find_refused(connection: Transaction, raw: RawTable, now: datetime, scope: Scope) -> dict[int, str]:
    """Why rows would not be taken, by their place."""
    problems = check_rows(raw, read_directory(connection, raw, scope), now).problems
    return dict(zip(problems["line"].tolist(), problems["reason"].tolist(), strict=True))


def _take(connection: Transaction, raw: RawTable, way: Way, now: datetime) -> TakenRows:
    taken = take_rows(connection, raw, way, now)
    # What only the store knows, such as a clinic that it does not have.
    for reason in taken.checked.problems["reason"]:
        raise StoreError(str(reason))
    shares = taken.checked.accepted["clinic_key"].value_counts()
    store_imports.finish_import(
        connection, way.import_key, {}, {int(key): int(n) for key, n in shares.items()}
    )
    return taken


def _says_as_much(row: dict, new: Mapping[str, str], accepted: pd.DataFrame) -> bool:
    """Whether the record says of item 9 all that the row may have said; else a clinician looks at the row as it came."""
    if not (row["may_hold_item_9"] or (row["item_9"] or 0) > 0):
        return True
    if row["kind"] != "assessments":
        return False
    before, after = _read_answer(json.loads(row["cells"])), _read_answer(new)
    own = accepted[accepted["line"] == row["line"]]
    if before is None or after is None or after < before or own.empty:
        return False
    is_same_patient = pd.isna(row["patient_key"]) or row["patient_key"] == own["patient_key"].iloc[0]
    return bool(is_same_patient and own["instrument"].iloc[0] == PHQ9.name)


def _read_answer(cells: Mapping[str, str]) -> int | None:
    text = cells.get(_ITEM_9, "")
    try:
        return int(parse_cell(_ANSWER, text)) if text else None
    except UnreadableCell:
        return None
