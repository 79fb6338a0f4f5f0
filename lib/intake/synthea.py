"""Synthea's CSV export: patients.csv, and of observations.csv the totals and answers of questionnaires, and body weights.

No name, address, social security, licence or passport number is taken.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from lib.clinical.frames import KINDS
from lib.intake.body_weight import READ_AS as WEIGHTS_READ_AS
from lib.intake.body_weight import weigh
from lib.intake.drafts import Drafts, hold
from lib.intake.findings import IntArray
from lib.intake.grid import Grid
from lib.intake.loinc import BODY_WEIGHT, TOTALS, is_score, whole_text
from lib.intake.synthea_forms import READ_AS as FORMS_READ_AS
from lib.intake.synthea_forms import find_answers, read_answers
from lib.intake.table import Doubt, RawTable
from lib.intake.texts import Texts

_PATIENTS = {"id", "birthdate", "deathdate", "ssn", "drivers", "passport", "gender"}
_OBSERVATIONS = {"date", "patient", "encounter", "code", "description", "value", "units", "type"}
_CODE = re.compile(r"[A-Za-z0-9.-]{1,20}")
_MOST_LISTED = 12
_OTHER_UNIT = hold(
    "score-unit", "total", "The total has a unit that is none of a total's: find out what it counts."
)


def fits(grid: Grid) -> bool:
    names = {name.casefold() for name in grid.names}
    return names >= _PATIENTS or names >= _OBSERVATIONS


def read(grid: Grid) -> list[RawTable]:
    """patients; or assessments (totals, and single answers as forms) and observations (weight_kg), where the file has some, with
    every other code counted in the first table's warnings. Of a grid that fits."""
    columns = {name.casefold(): column for name, column in zip(grid.names, grid.columns, strict=True)}
    if columns.keys() >= _PATIENTS:
        cells = {
            "patient_id": columns["id"],
            "birth_date": columns["birthdate"],
            "sex": columns["gender"],
            "died_on": columns["deathdate"].mapped(lambda text: text[:10]),
        }
        return [_make_table(grid, "patients", cells, np.arange(len(grid.lines)), ("Synthea patients",))]
    is_answer = find_answers(columns)
    is_total = columns["code"].are(TOTALS.__contains__) & ~is_answer
    is_weight = columns["code"].are(BODY_WEIGHT.__eq__)
    totals = _read_totals(grid, columns, np.flatnonzero(is_total))
    weights = _read_weights(grid, columns, np.flatnonzero(is_weight))
    others = columns["code"].take(np.flatnonzero(~(is_answer | is_total | is_weight)))
    totals = replace(totals, warnings=(*grid.warnings, *_count_others(others)))
    answers = Drafts(read_answers(columns, grid.lines, np.flatnonzero(is_answer)))
    tables = answers.to_tables(grid.file_name, {"": (FORMS_READ_AS,)}, ())
    return [totals, *tables, *([weights] if weights.lines else [])]


def _read_totals(grid: Grid, columns: dict[str, Texts], rows: IntArray) -> RawTable:
    chosen = {name: columns[name].take(rows) for name in ("patient", "date", "code", "value", "units")}
    cells = {
        "patient_id": chosen["patient"],
        "instrument": chosen["code"].mapped(TOTALS.__getitem__),
        "assessed_at": chosen["date"],
        "total": chosen["value"].mapped(whole_text),
    }
    doubts = [replace(_OTHER_UNIT, row=row) for row, unit in enumerate(chosen["units"]) if not is_score(unit)]
    read_as = ("Synthea observations: totals by LOINC code, a form with its total alone",)
    table = _make_table(grid, "assessments", cells, rows, read_as)
    return replace(table, doubts=tuple(doubts), broken=grid.broken)


def _read_weights(grid: Grid, columns: dict[str, Texts], rows: IntArray) -> RawTable:
    measured = list(zip(columns["value"].take(rows), columns["units"].take(rows), strict=True))
    weighed = {pair: weigh(*pair) for pair in set(measured)}
    cells = {
        "patient_id": columns["patient"].take(rows),
        "observed_at": columns["date"].take(rows),
        "kind": Texts.same("weight_kg", len(rows)),
        "value": Texts.of(weighed[pair][0] for pair in measured),
    }
    doubts: list[Doubt] = [
        replace(doubt, row=row) for row, pair in enumerate(measured) for doubt in weighed[pair][1]
    ]
    table = _make_table(grid, "observations", cells, rows, (WEIGHTS_READ_AS,))
    return replace(table, doubts=tuple(doubts), broken=[])


def _make_table(
    grid: Grid, kind: str, cells: dict[str, Texts], rows: IntArray, read_as: tuple[str, ...]
) -> RawTable:
    return RawTable(
        file_name=grid.file_name,
        kind=KINDS[kind],
        cells=cells,
        lines=[grid.lines[row] for row in rows.tolist()],
        broken=grid.broken,
        unknown_columns=(),
        header_cells=tuple(cells),
        read_as=(*grid.read_as, *read_as),
        warnings=grid.warnings,
    )


def _count_others(codes: Iterable[str]) -> list[str]:
    others = Counter(code if _CODE.fullmatch(code) else "no code" for code in codes)
    if not others:
        return []
    listed = ", ".join(f"{code} ({n})" for code, n in others.most_common(_MOST_LISTED))
    left_off = sum(others.values()) - sum(n for _, n in others.most_common(_MOST_LISTED))
    more = f" and {left_off} rows of {len(others) - _MOST_LISTED} more codes" if left_off else ""
    return [f"Rows that are not taken, by code: {listed}{more}."]
