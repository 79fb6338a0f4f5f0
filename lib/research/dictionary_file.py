"""The data dictionary of an export: a row a column, with all that its note says."""

from collections.abc import Sequence

import pandas as pd

from lib.research.table import ExportTable

COLUMNS = (
    *("table", "name", "label", "type", "unit", "values"),
    *("missing", "derivation", "source", "risk"),
)


def describe_columns(tables: Sequence[ExportTable]) -> pd.DataFrame:
    """COLUMNS; values as REDCap writes them: "0, Not at all | 1, Several days"."""
    rows = [
        (
            *(table.name, note.name, note.label, note.type, note.unit),
            " | ".join(f"{code}, {label}" for code, label in note.values),
            *(note.missing, note.derivation, note.source, note.risk.value),
        )
        for table in tables
        for note in table.columns
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
