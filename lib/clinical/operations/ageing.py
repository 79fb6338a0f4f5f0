"""How long open flags have been waiting, by severity."""

import numpy as np
import pandas as pd

# Days since the record that a flag goes back to: below a week, two, four, eight weeks, and longer.
AGES = ((0, 6), (7, 13), (14, 27), (28, 55), (56, None))
AGE_LABELS = tuple(f"{low}–{high} days" if high else f"{low}+ days" for low, high in AGES)


def derive_ages(flags: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """The flags with age_days, age (place in AGES). flags: since (day)."""
    age = np.maximum(as_of - flags["since"].to_numpy(dtype=np.int64), 0)
    starts = [low for low, _ in AGES]
    return flags.assign(age_days=age, age=np.searchsorted(starts, age, side="right") - 1)


def summarise_ages(flags: pd.DataFrame) -> pd.DataFrame:
    """age, severity, n, of derive_ages; only what there is."""
    return flags.groupby(["age", "severity"]).size().rename("n").reset_index()
