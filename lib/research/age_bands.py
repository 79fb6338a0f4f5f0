"""Ages as bands: nobody above the oldest band is told apart (45 CFR 164.514(b)(2)(i)(C): ages over 89 are one group)."""

from itertools import pairwise

import pandas as pd

ADULT = 18


def classify_ages(ages: "pd.Series[float]", band_years: int, oldest: int) -> "pd.Series[str]":
    """ages: whole years, NA unknown. "under 18", "18-29", "30-39", … "80-89", "90+"; missing stays missing.

    Bands begin at multiples of band_years; a rest below the first whole one of adults joins it: 18 and 19 go with the twenties.
    """
    starts = [ADULT, *(year for year in range(0, oldest, band_years) if year - ADULT >= band_years), oldest]
    words = [f"{low}-{high - 1}" for low, high in pairwise(starts)]
    edges = [float("-inf"), *starts, float("inf")]
    said = pd.cut(ages.astype("float64"), edges, right=False, labels=[f"under {ADULT}", *words, f"{oldest}+"])
    return said.astype("str").where(said.notna())
