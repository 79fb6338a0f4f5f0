"""Cells that a spreadsheet would run: shown as what they are, with an apostrophe before them (OWASP, CSV injection)."""

import re

import pandas as pd

# What begins a formula, also in its full-width form, after spaces and marks that do not show. A text with an apostrophe before
# that gets one more, so that taking one off gives back what was written.
_UNSEEN = (
    "\\s\\0-\x08\x0e-\x1f\x7f-\u00a0\u00ad\u034f\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    "\ufe00-\ufe0f\ufeff"
)
_RUNS = re.compile(f"'*(?:[{_UNSEEN}]*[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212]|[\t\r\n\0])")


def make_safe(text: object) -> object:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it; anything else, numbers too, as it is."""
    return f"'{text}" if isinstance(text, str) and _RUNS.match(text) else text


def take_back(text: str) -> str:
    """What make_safe was given: the text without its apostrophe where that stands before what a spreadsheet would run."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text


def make_rows_safe(rows: pd.DataFrame) -> pd.DataFrame:
    """The same of every text of a frame; other columns are not looked at."""
    texts = [
        name for name in rows if rows[name].dtype == object or isinstance(rows[name].dtype, pd.StringDtype)
    ]
    return rows.assign(**{name: rows[name].map(make_safe) for name in texts})
