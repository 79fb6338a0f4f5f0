"""How close a twin's rows lie to the records: closer than records lie to one another, they would be copies."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.research.plan import PERSON_NAMES, RESEARCH_ID
from lib.research.table import ExportTable

# Rows that are compared, of the twin and of the records.
_TRIED, _AMONG = 300, 3_000


@dataclass(frozen=True)
class Closeness:
    """Medians of Gower's distance (0 alike in every column, 1 in none) from a row to the closest record. n_equal: rows of the
    twin at 0, of n_rows that were looked at; n_records_equal: the same of records among the others."""

    table: str
    n_rows: int
    of_twin: float
    of_records: float
    n_equal: int
    n_records_equal: int

    @property
    def text(self) -> str:
        return (
            f"{self.table}: a row of the twin lies {self.of_twin:.3f} from the closest record (median), a record "
            f"{self.of_records:.3f} from the closest other one; {self.n_equal:,} of {self.n_rows:,} rows of the twin equal a "
            f"record, {self.n_records_equal:,} records another."
        )


def compare_with_records(table: ExportTable, twin: ExportTable) -> Closeness | None:
    """Both as they leave, with research ids; None where one of them has no row."""
    columns = [note for note in table.columns if note.name.lower() not in (RESEARCH_ID, *PERSON_NAMES)]
    records = next(iter(table.read()), pd.DataFrame()).head(_AMONG)
    drawn = next(iter(twin.read()), pd.DataFrame()).head(_TRIED)
    if not columns or not len(records) or not len(drawn) or RESEARCH_ID not in records:
        return None
    coded = [_code(records[note.name], drawn[note.name], note.type) for note in columns]
    real, fake = (np.column_stack([one[side] for one in coded]) for side in (0, 1))
    is_number = np.array([one[2] for one in coded])
    of_twin = _closest(fake, real, is_number)
    tried = real[:_TRIED]
    own = _closest(tried, real, is_number, np.arange(len(tried)))
    return Closeness(
        table.name,
        len(fake),
        float(np.median(of_twin)),
        float(np.median(own)),
        int((of_twin == 0).sum()),
        int((own == 0).sum()),
    )


def _code(real: pd.Series, fake: pd.Series, type_: str) -> tuple[np.ndarray, np.ndarray, bool]:
    """Numbers from 0 to 1 over the records' range; texts as the numbers of their words."""
    if type_ in ("whole", "number"):
        numbers = [one.astype("float64").to_numpy(na_value=np.nan) for one in (real, fake)]
        low = np.nanmin(numbers[0]) if np.isfinite(numbers[0]).any() else 0.0
        width = (np.nanmax(numbers[0]) - low if np.isfinite(numbers[0]).any() else 0.0) or 1.0
        return (numbers[0] - low) / width, (numbers[1] - low) / width, True
    codes, _ = pd.factorize(pd.concat([real.astype("object"), fake.astype("object")], ignore_index=True))
    numbers_of = np.where(codes < 0, np.nan, codes)
    return numbers_of[: len(real)], numbers_of[len(real) :], False


def _closest(
    rows: np.ndarray, among: np.ndarray, is_number: np.ndarray, own: np.ndarray | None = None
) -> np.ndarray:
    total = np.zeros((len(rows), len(among)))
    for column in range(rows.shape[1]):
        one, other = rows[:, [column]], among[:, column]
        apart = np.abs(one - other) if is_number[column] else (one != other).astype(float)
        both, neither = np.isnan(one) & np.isnan(other), np.isnan(one) ^ np.isnan(other)
        total += np.where(both, 0.0, np.where(neither, 1.0, np.clip(apart, 0, 1)))
    if own is not None:
        total[np.arange(len(rows)), own] = np.inf
    return total.min(axis=1) / rows.shape[1]
