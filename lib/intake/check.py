"""The rows of one file, checked: every row of it is accepted, a repeat of an accepted one, or listed as a problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from lib.clinical.frames import CLOSINGS, COMMON_COLUMNS, Kind, stored_columns
from lib.intake.assessments import (
    ItemNine,
    check_forms,
    find_item_9,
    fold_instruments,
    no_item_9,
    recognise_forms,
)
from lib.intake.closings import check_closings
from lib.intake.columns import Typed, empty_column, type_column
from lib.intake.events import (
    find_event,
    refuse_ends_before_start,
    refuse_future,
    refuse_missing_dose,
    refuse_recorded_ahead,
)
from lib.intake.findings import BoolArray, Findings
from lib.intake.form_kinds import hold_forms
from lib.intake.moments import type_moments, type_recorded_at
from lib.intake.people import Directory, People, match_people
from lib.intake.persons import check_persons, compare_with_file, compare_with_life, warn_above_ceiling
from lib.intake.problems import list_problems
from lib.intake.table import RawTable
from lib.intake.twins import Prints, Twins, find_twins, take_prints
from lib.intake.weight_checks import check_weights
from lib.intake.zones import Zones

__all__ = ["CheckedRows", "Directory", "check_rows"]

_RECORDED_AT = next(column for column in COMMON_COLUMNS if column.name == "recorded_at")


@dataclass(frozen=True)
class CheckedRows:
    """The rows of one file: as many as accepted, problems and n_repeated together.

    accepted: line (int64) · patient_id, clinic_id (str) · patient_key, clinic_key (int64; -1: new, in patients only) ·
        recorded_at (Int64, seconds since 1970 in UTC) · key_hash, value_hash (int64) · the kind's stored columns but
        patient_id (str or None, Int64, Float64)
    problems: as problems.list_problems gives them
    n_repeated: rows that say the same as an accepted row of this file
    prints, twins: of every row, by which it is compared with others of this file, and what that found
    warnings: what should be known of rows that were accepted, with their lines and without the text of a cell
    """

    accepted: pd.DataFrame
    problems: pd.DataFrame
    n_repeated: int
    prints: Prints
    twins: Twins
    warnings: tuple[str, ...] = ()


def check_rows(raw: RawTable, directory: Directory, now: datetime, twins: Twins | None = None) -> CheckedRows:
    """Checks every cell by its column's type, and every row by its kind's rules. twins: of a part of a file, what is known of its
    rows from the whole.

    Raises ValueError where `now` has no time zone, or the directory's patients have a clinic that it does not list.
    """
    if now.tzinfo is None:
        raise ValueError("now has no time zone")
    findings = Findings(len(raw.lines))
    _note_doubts(raw, findings)
    people = match_people(raw, directory, findings)
    columns = _type_columns(raw, people.zones, findings)
    event = find_event(raw.kind, columns, findings.n_rows)
    item_9 = _check_kind(raw, columns, people, findings)
    refuse_future(event, people.zones, now, findings)
    refuse_ends_before_start(raw.kind, columns, findings)
    compare_with_life(event, people, directory, findings)
    check_persons(raw, columns, people, directory, findings)
    compare_with_file(raw, people, directory, findings)
    check_weights(raw, people, directory, findings)
    warn_above_ceiling(raw, columns, people, directory, findings)
    refuse_recorded_ahead(columns["recorded_at"], now, findings)
    prints = take_prints(raw.kind, columns, people, findings)
    twins = find_twins(prints) if twins is None else twins
    _hold_conflicts(raw.kind, twins, findings)
    return CheckedRows(
        accepted=_accept(raw, columns, people, prints, ~findings.is_any & ~twins.is_repeat),
        problems=list_problems(raw, findings, people, event, item_9),
        n_repeated=int(twins.is_repeat.sum()),
        prints=prints,
        twins=twins,
        warnings=findings.warnings(raw.lines),
    )


def _note_doubts(raw: RawTable, findings: Findings) -> None:
    """What the file's reader could not take without a guess."""
    grouped: dict[tuple[str, str, str, str], list[int]] = {}
    in_doubt: list[tuple[BoolArray, str]] = []
    for doubt in raw.doubts:
        grouped.setdefault((doubt.outcome, doubt.code, doubt.column, doubt.reason), []).append(doubt.row)
    for (outcome, *said), rows in grouped.items():
        is_doubtful = np.zeros(findings.n_rows, np.bool_)
        is_doubtful[rows] = True
        (findings.reject if outcome == "rejected" else findings.hold)(is_doubtful, *said)
        in_doubt.append((is_doubtful, said[1]))
    # A cell that its reader holds for a person is not rejected because it is no number: the person is to see it.
    for rows_in_doubt, column in in_doubt:
        findings.settle(rows_in_doubt, column)


def _type_columns(raw: RawTable, zones: Zones, findings: Findings) -> dict[str, Typed]:
    """Every stored column of the kind, and recorded_at, by name."""
    typed: dict[str, Typed] = {"recorded_at": empty_column(_RECORDED_AT, findings.n_rows)}
    for column in raw.kind.columns:
        texts = raw.cells.get(column.name)
        if texts is None:
            typed.update(dict.fromkeys(stored_columns(column), empty_column(column, findings.n_rows)))
        elif column.type == "moment":
            moments = type_moments(column, texts, zones, findings)
            typed.update(zip(stored_columns(column), moments, strict=True))
        else:
            texts = fold_instruments(texts) if column.name == "instrument" else texts
            typed[column.name] = type_column(column, texts, findings)
    if "recorded_at" in raw.cells:
        typed["recorded_at"] = type_recorded_at(_RECORDED_AT, raw.cells["recorded_at"], zones, findings)
    return typed


def _check_kind(raw: RawTable, columns: Mapping[str, Typed], people: People, findings: Findings) -> ItemNine:
    """The rules of the kinds that have some of their own."""
    if raw.kind.name == "dosing_sessions":
        refuse_missing_dose(raw, columns, findings)
    if raw.kind.name == CLOSINGS:
        check_closings(raw, findings)
    if raw.kind.name == "observations":
        return hold_forms(raw, findings)
    if raw.kind.name != "assessments":
        return no_item_9(findings.n_rows)
    forms = recognise_forms(raw)
    check_forms(raw, forms, columns, findings)
    return find_item_9(raw, forms, columns, people.is_known)


def _hold_conflicts(kind: Kind, twins: Twins, findings: Findings) -> None:
    """Rows that contradict each other are held, all of them."""
    names = ", ".join(column.name for column in (kind.column("patient_id"), *kind.key))
    reason = f"Rows of this file have the same {names} and differ in the rest: keep the one that is right."
    findings.hold(twins.is_conflict, "two-versions", "", reason)


def _accept(
    raw: RawTable,
    columns: Mapping[str, Typed],
    people: People,
    prints: Prints,
    rows: BoolArray,
) -> pd.DataFrame:
    stored = [name for column in raw.kind.columns for name in stored_columns(column)]
    return pd.DataFrame(
        {
            "line": np.array(raw.lines, np.int64)[rows],
            "patient_id": pd.Series(people.patient_id[rows], dtype=object),
            "clinic_id": pd.Series(people.clinic_id[rows], dtype=object),
            "patient_key": people.patient_key[rows],
            "clinic_key": people.clinic_key[rows],
            "recorded_at": columns["recorded_at"].to_array(rows),
            "key_hash": prints.key_hash[rows],
            "value_hash": prints.value_hash[rows],
            **{name: columns[name].to_array(rows) for name in stored if name != "patient_id"},
        }
    )
