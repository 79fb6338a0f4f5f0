"""Cells that a spreadsheet would run: shown as what they are, with an apostrophe before them (OWASP, CSV injection)."""

import re

import pandas as pd

# What begins a formula, in any form that is compatible with it (Unicode, NFKC: full-width, small, raised), after what does not
# show (categories Cc, Cf, Z, and variation selectors). A text with an apostrophe before that gets one more, so that taking one
# off gives back what was written.
_SIGNS = (
    "=+\\-@\u207a-\u207c\u208a-\u208c\u2212\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
)
_UNSEEN = (
    "\x00-\x20\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u2064\u2066-\u206f\u3000\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U00013438"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_RUNS = re.compile(f"'*(?:[{_UNSEEN}]*[{_SIGNS}]|[\t\r\n\0])")


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
