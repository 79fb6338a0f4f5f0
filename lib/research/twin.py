"""A synthetic twin: tables with the same columns, ranges, holes and numbers of rows, of people who do not exist.

Each column is drawn by itself from its own distribution: no row is taken over, and nothing between columns is kept. The twin is
there to write code against, not to learn from. What it was drawn from is de-identified already; of numbers it goes no further
than k people's rows do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lib.research.plan import PERSON_NAMES, RESEARCH_ID
from lib.research.rare_values import Numbers
from lib.research.table import ROWS_A_BLOCK, ColumnNote, ExportTable

# Every twentieth of a distribution is kept, what lies between is even.
_GRID = np.linspace(0, 1, 21)
_NAMES = (RESEARCH_ID, *PERSON_NAMES)


@dataclass(frozen=True)
class _Learnt:
    """rows: some of a table; as it leaves, it is sorted by random ids, so its first block is a random choice of people."""

    table: ExportTable
    rows: pd.DataFrame
    k: int


def make_twin(tables: Sequence[ExportTable], n_people: int, k: int, seed: int) -> list[ExportTable]:
    """tables: as they leave. The same seed gives the same twin. A table that is nobody's (codes) is itself."""
    rng = np.random.default_rng(seed)
    return [_draw_table(_Learnt(table, _first_block(table), k), n_people, rng) for table in tables]


def _first_block(table: ExportTable) -> pd.DataFrame:
    return next(iter(table.read()), pd.DataFrame(columns=[note.name for note in table.columns]))


def _draw_table(learnt: _Learnt, n_people: int, rng: np.random.Generator) -> ExportTable:
    table, rows = learnt.table, learnt.rows
    if RESEARCH_ID not in rows:
        return table
    counts = rows[RESEARCH_ID].value_counts(sort=False).to_numpy()
    each = np.ones(n_people, dtype=int)
    if len(counts) and counts.max() > 1:
        capped = np.minimum(counts, np.sort(counts)[-min(learnt.k, len(counts))])
        each = np.interp(rng.random(n_people), _GRID, np.quantile(capped, _GRID)).round().astype(int)
    whose = np.repeat(np.arange(1, n_people + 1), each if len(rows) else 0)
    drawn = pd.DataFrame({note.name: _draw_column(note, learnt, whose, rng) for note in table.columns})
    return replace(table, read=lambda: _blocks(drawn), n_rows=len(drawn))


def _blocks(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for start in range(0, len(rows), ROWS_A_BLOCK):
        yield rows.iloc[start : start + ROWS_A_BLOCK]


def _draw_column(note: ColumnNote, learnt: _Learnt, whose: np.ndarray, rng: np.random.Generator) -> pd.Series:
    if note.name.lower() in _NAMES:
        return pd.Series(whose).map("twin-{:05d}".format)
    seen = learnt.rows[note.name]
    known = seen.notna()
    is_missing = rng.random(len(whose)) >= known.mean() if len(seen) else np.ones(len(whose), dtype=bool)
    if not known.any():
        return seen.head(0).reindex(range(len(whose)))
    if note.type == "date":
        days = (pd.to_datetime(seen[known], format="%Y-%m-%d") - pd.Timestamp(0)) // pd.Timedelta(days=1)
        numbers = _draw_numbers(days, learnt.rows.loc[known, RESEARCH_ID], learnt.k, len(whose), rng)
        drawn = pd.to_datetime(pd.Series(numbers.round()), unit="D").dt.strftime("%Y-%m-%d")
    elif note.type in ("whole", "number"):
        numbers = _draw_numbers(seen[known], learnt.rows.loc[known, RESEARCH_ID], learnt.k, len(whose), rng)
        drawn = _write_numbers(numbers, note)
    else:
        drawn = pd.Series(rng.choice(np.sort(seen[known].astype("str").to_numpy()), len(whose)))
    return drawn.mask(is_missing)


def _draw_numbers(known: pd.Series, who: pd.Series, k: int, n: int, rng: np.random.Generator) -> np.ndarray:
    fold = Numbers(k)
    fold.add(pd.Index(who), known)
    values = fold.fold(known.astype("float64")).dropna()
    if values.empty:
        return np.full(n, np.nan)
    return np.interp(rng.random(n), _GRID, np.quantile(values, _GRID))


def _write_numbers(numbers: np.ndarray, note: ColumnNote) -> pd.Series:
    if note.type == "number":
        return pd.Series(numbers.round(1))
    whole = pd.Series(numbers).round().astype("Int64")
    # There is no study day 0.
    return whole.mask(whole == 0, 1) if note.unit == "study day" else whole
