"""Critical flags stay open until a named clinician closes them; and what one refresh changed in the open flags."""

import pandas as pd

from lib.clinical.rules.catalogue import CRITICAL
from lib.clinical.rules.wording import say_day_number

KEY = ["patient_key", "rule", "instrument"]
OPENED, ENDED, CHANGED, WORSE, MILDER = "opened", "ended", "changed", "more severe", "less severe"
# Of these the rule itself knows which records a closing covers.
_CLOSED_BY_RECORD = ("suicidality_item_9", "tolerability")
# Item 9 is found until it is closed, so nothing has to be kept.
_ITEM_9 = "suicidality_item_9"
_NOT_FOUND = "; no longer found since "
_COMPARED = ("severity", "since", "evidence")
# Of no rows at all pandas would not know that a column holds numbers.
# Of no rows at all pandas would not know what a column holds.
_TYPES = {
    **dict.fromkeys(("patient_key", "instrument", "clinic_key", "severity", "since"), "int64"),
    **dict.fromkeys(("rule", "evidence"), "str"),
}


def read_finding(evidence: "pd.Series[str]") -> "pd.Series[str]":
    """Evidence without the remark that its rule no longer finds it."""
    return evidence.astype("str").str.split(_NOT_FOUND, regex=False).str[0]


def keep_critical(
    found: pd.DataFrame, before: pd.DataFrame, closed: pd.DataFrame, as_of: int
) -> pd.DataFrame:
    """The flags that are open: what the rules find, without critical findings that are closed, and critical flags of before that
    the rules no longer find, with a remark since when. found, before: KEY, severity, evidence and more; columns of found.
    closed: what named clinicians closed: KEY, evidence."""
    closed_findings = set(_list_findings(closed))
    critical = found[found["severity"] == CRITICAL]
    is_closed = _are_in(critical, closed_findings) & ~critical["rule"].isin(_CLOSED_BY_RECORD)
    found, critical = found.drop(index=critical.index[is_closed]), critical[~is_closed]
    kept = before[can_outlast(before)]
    kept = kept[~_are_in(kept, closed_findings)]
    kept = kept[~_keys(kept).isin(_keys(critical))]
    if kept.empty:
        return found
    kept = kept.assign(evidence=read_finding(kept["evidence"]) + _remarks(kept, as_of))
    milder = _keys(found).isin(_keys(kept))
    return pd.concat([found[~milder], kept[list(found.columns)]], ignore_index=True)


def can_outlast(flags: pd.DataFrame) -> "pd.Series[bool]":
    """Whether a flag stays open when its rule no longer finds it."""
    return (flags["severity"] == CRITICAL) & (flags["rule"] != _ITEM_9)


def _keys(flags: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([flags[name] for name in KEY])


def _are_in(flags: pd.DataFrame, findings: set[tuple]) -> "pd.Series[bool]":
    return pd.Series([one in findings for one in _list_findings(flags)], index=flags.index, dtype=bool)


def _remarks(kept: pd.DataFrame, as_of: int) -> list[str]:
    """The remark that stands already, or that of the day."""
    said = (text.partition(_NOT_FOUND)[2] for text in kept["evidence"])
    return [f"{_NOT_FOUND}{day or say_day_number(as_of)}" for day in said]


def _list_findings(flags: pd.DataFrame) -> list[tuple]:
    finding = flags.assign(evidence=read_finding(flags["evidence"]))
    return list(finding[[*KEY, "evidence"]].itertuples(index=False, name=None))


def derive_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """One row a flag that differs: KEY, clinic_key, change, severity, since, evidence, as they are now or, of an ended one, as
    they were; sorted by KEY. before, after: KEY, clinic_key, severity, since, evidence."""
    columns = [*KEY, "clinic_key", *_COMPARED]
    was_open, is_open = (
        flags[columns].astype(_TYPES).sort_values(KEY, ignore_index=True) for flags in (before, after)
    )
    if was_open.equals(is_open):
        return is_open.iloc[:0].assign(change=CHANGED)
    both = was_open.merge(is_open, on=KEY, how="outer", suffixes=("_before", ""), indicator="side")
    was, now = both["severity_before"], both["severity"]
    is_same = both["side"] == "both"
    for name in ("since", "evidence"):
        is_same &= both[f"{name}_before"] == both[name]
    change = pd.Series(CHANGED, index=both.index, dtype=object)
    change[(both["side"] == "both") & (now > was)] = WORSE
    change[(both["side"] == "both") & (now < was)] = MILDER
    change[both["side"] == "left_only"] = ENDED
    change[both["side"] == "right_only"] = OPENED
    for name in ("clinic_key", *_COMPARED):
        both[name] = both[name].where(both["side"] != "left_only", both[f"{name}_before"])
    changed = both.assign(change=change)[~(is_same & (now == was))]
    return changed[[*columns, "change"]].astype(_TYPES).sort_values(KEY, ignore_index=True)
