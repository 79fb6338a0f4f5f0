"""The year of birth is known where the year or the date is."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from lib.clinical.births import say_birth, year_of_birth

# Case -> (year, date of birth, what is known)
CASES = {
    "the year": (1984, None, 1984),
    "the date": (None, date(1984, 5, 1), 1984),
    "a date in days": (None, 9, 1970),
    "the last day of a year before 1970": (None, -1, 1969),
    "the day 0": (None, 0, 1970),
    "a date as a frame has it": (pd.NA, pd.Timestamp("1984-05-01"), 1984),
    "days as a frame has them": (np.nan, 9.0, 1970),
    "both: the year as it was recorded": (1983, date(1984, 5, 1), 1983),
    "neither": (None, None, None),
    "neither, as a frame has it": (pd.NA, pd.NaT, None),
}


@pytest.mark.parametrize("case", CASES)
def test_the_year_of_birth(case):
    year, born_on, known = CASES[case]
    assert year_of_birth(year, born_on) == known
    assert say_birth(year, born_on) == (f"born {known}" if known else "year of birth not recorded")
