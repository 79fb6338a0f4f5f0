"""Adverse events in the evidence of one flag as earlier releases joined them: three named, the others counted."""

import re
from collections.abc import Sequence

import pandas as pd

from lib.clinical.adverse_terms import CRITICAL_TERM

_DATED = r", on \d{1,2} [A-Z][a-z]{2} \d{4}"
_NAMED = re.compile(rf"(.+?{_DATED})(?:; |$)", re.DOTALL)
_EVENT = re.compile(rf"{_DATED}(?=;|$)")
_UNNAMED = re.compile(r"; (\d+) more(?=;|$)")
# As a release of before left it: what is no longer found ends with a remark.
_ENDS_UNNAMED = re.compile(r"; \d+ more$")


def split_joined(finding: str) -> list[str]:
    """The critical events of a finding, in the words of today, and last how many had no name; of any other finding itself."""
    named = _NAMED.findall(finding)
    if ";" not in finding or not named:
        return [finding]
    # What is not critical was named among them, and ends by itself.
    critical = [one.replace(";", ",") for one in named if CRITICAL_TERM.search(one)]
    unnamed = _NAMED.sub("", finding)
    return [*critical, unnamed] if unnamed else critical


def drop_unnamed(before: pd.DataFrame, found: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Flags of before without the events that they only counted, where what is found tells of as many: these have names now, or
    are not critical. before, found: key and evidence."""
    counts = before["evidence"].astype("str").str.contains(_ENDS_UNNAMED)
    if not counts.any():
        return before
    told = found.set_index(list(key))["evidence"].to_dict()
    rows = before.loc[counts, [*key, "evidence"]].itertuples(index=False, name=None)
    said = [
        _ENDS_UNNAMED.sub("", old) if _count(told.get(tuple(where), "")) >= _count(old) else old
        for *where, old in rows
    ]
    return before.assign(
        evidence=before["evidence"].mask(counts, pd.Series(said, before.index[counts], dtype="str"))
    )


def is_unnamed(finding: str) -> bool:
    """2 more: of these nobody can tell what became of them."""
    return _ENDS_UNNAMED.fullmatch(f"; {finding}") is not None


def _count(evidence: str) -> int:
    """How many events a flag tells of, with a name or without one."""
    return len(_EVENT.findall(evidence)) + sum(int(n) for n in _UNNAMED.findall(evidence))
