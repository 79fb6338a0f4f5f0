"""Critical flags stay open until a named clinician closes them; and what one refresh changed in the open flags."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from lib.clinical.joined_events import drop_unnamed, split_joined
from lib.clinical.reading_limits import drop_repeats, strip_limit
from lib.clinical.rules.catalogue import CRITICAL, ITEM_9, TOLERABILITY
from lib.clinical.rules.wording import say_day_number

KEY = ["patient_key", "rule", "instrument"]
OPENED, ENDED, CHANGED, WORSE, MILDER = "opened", "ended", "changed", "more severe", "less severe"
# Of these the rule itself knows which records a closing covers.
_CLOSED_BY_RECORD = (ITEM_9, TOLERABILITY)
_NOT_FOUND, _ALSO, _BESIDE = "; no longer found since ", "; also ", "; not critical: "
_REMARK = re.compile(f"{_NOT_FOUND}[^;]*")
# What a flag of two findings has of the one that came first.
DATED = ("since", "trigger_record")
_COMPARED = ("severity", "since", "evidence")
# Of no rows at all pandas would not know what a column holds.
_TYPES = {
    **dict.fromkeys(("patient_key", "instrument", "clinic_key", "severity", "since"), "int64"),
    **dict.fromkeys(("rule", "evidence"), "str"),
}


def read_finding(evidence: str) -> str:
    """Evidence without the remarks that its rule no longer finds it."""
    return _REMARK.sub("", evidence)


def split_findings(evidence: str) -> dict[str, str]:
    """What a flag says, finding by finding, with the day since which its rule no longer finds it, in words ("": none is said)."""
    said = (one.partition(_NOT_FOUND) for one in evidence.partition(_BESIDE)[0].split(_ALSO))
    return {event: day for finding, _, day in said for event in split_joined(finding)}


def join_findings(findings: Mapping[str, str]) -> str:
    """Findings as one evidence, as `split_findings` reads it; empty of none."""
    return _ALSO.join(f"{one}{_NOT_FOUND}{day}" if day else one for one, day in findings.items())


def add_beside(critical: str, others: str) -> str:
    """Critical findings, and what the same flag says that is not: it comes last, is not kept, and ends by itself."""
    return _BESIDE.join(filter(None, (critical, others)))


def join_flags(newer: dict[str, Any], older: dict[str, Any]) -> dict[str, Any]:
    """One flag that says what both say, each finding once, since the earlier of the two. newer, older: evidence and DATED."""
    first = older if older["since"] < newer["since"] else newer
    dated = {name: first[name] for name in DATED if name in first}
    said = split_findings(newer["evidence"])
    earlier = drop_repeats(split_findings(older["evidence"]), said)
    findings = {**said, **earlier, **said}
    return {
        **newer,
        **dated,
        "evidence": add_beside(join_findings(findings), newer["evidence"].partition(_BESIDE)[2]),
    }


def keep_critical(
    found: pd.DataFrame, before: pd.DataFrame, followed: pd.DataFrame, closed: pd.DataFrame, as_of: int
) -> pd.DataFrame:
    """The flags that are open: what the rules find, without critical findings that are closed, and critical findings of before
    that the rules no longer find, with a remark since when, in one flag with a critical one that is found. found, before: KEY,
    severity, since, evidence and more; columns of found. followed: the same, a row a critical reading that another session
    followed, the newest first, and next_on. closed: what named clinicians closed: KEY, evidence."""
    covered = {_without_limit(finding) for findings in _list_findings(closed) for finding in findings}
    critical = found[found["severity"] == CRITICAL]
    is_closed = _are_in(critical, covered) & ~critical["rule"].isin(_CLOSED_BY_RECORD)
    found, critical = found.drop(index=critical.index[is_closed]), critical[~is_closed]
    before = drop_unnamed(before[can_outlast(before)], found, KEY)
    kept = _drop_covered(_add_followed(before, followed), covered, as_of)
    if kept.empty:
        return found
    is_found = _keys(kept).isin(_keys(critical))
    found = _add_earlier(found, kept[is_found])
    kept = _add_milder_events(kept[~is_found], found)
    milder = _keys(found).isin(_keys(kept))
    return pd.concat([found[~milder], kept[list(found.columns)]], ignore_index=True)


def can_outlast(flags: pd.DataFrame) -> "pd.Series[bool]":
    """Whether a flag stays open when its rule no longer finds it."""
    # Item 9 is found until it is closed, so nothing has to be kept.
    return (flags["severity"] == CRITICAL) & (flags["rule"] != ITEM_9)


def _keys(flags: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([flags[name] for name in KEY])


def _are_in(flags: pd.DataFrame, covered: set[tuple]) -> "pd.Series[bool]":
    is_in = [covered.issuperset(map(_without_limit, findings)) for findings in _list_findings(flags)]
    return pd.Series(is_in, index=flags.index, dtype=bool)


def _list_findings(flags: pd.DataFrame) -> list[list[tuple]]:
    """Of each flag its findings, each with its KEY."""
    rows = flags[[*KEY, "evidence"]].itertuples(index=False, name=None)
    return [[(*key, finding) for finding in split_findings(said)] for *key, said in rows]


def _without_limit(finding: tuple) -> tuple:
    return (*finding[:-1], strip_limit(finding[-1]))


def _add_followed(kept: pd.DataFrame, followed: pd.DataFrame) -> pd.DataFrame:
    """As if each reading had been found when its session was the latest, and no longer since the next one."""
    if followed.empty:
        return kept
    before = dict(zip(_keys(kept), kept.to_dict("records"), strict=True))
    flags = dict(before)
    newest_first: dict[tuple, dict[str, str]] = {}
    for row in followed.to_dict("records"):
        key, day = tuple(row[name] for name in KEY), say_day_number(row.pop("next_on"))
        # Two sessions of a day may say the same, and the later one was found longer.
        newest_first.setdefault(key, {}).setdefault(row["evidence"], day)
        flags[key] = join_flags(row, flags[key]) if key in flags else row
    for key, findings in newest_first.items():
        said = split_findings(before[key]["evidence"]) if key in before else {}
        flags[key]["evidence"] = join_findings(_put_in(drop_repeats(said, findings), findings))
    return pd.DataFrame(list(flags.values()))


def _put_in(said: Mapping[str, str], findings: Mapping[str, str]) -> dict[str, str]:
    """What is said stays where it stands; each other finding comes right after the one that is newer. findings: the newest
    first."""
    order, place = list(said), 0
    for finding in findings:
        if finding not in said:
            order.insert(place, finding)
        place = order.index(finding) + 1
    return {finding: {**said, **findings}[finding] for finding in order}


def _drop_covered(kept: pd.DataFrame, covered: set[tuple], as_of: int) -> pd.DataFrame:
    """What nobody closed, finding by finding, with the remark that stands already, or that of the day."""
    today, left = say_day_number(as_of), []
    for findings, said in zip(_list_findings(kept), kept["evidence"], strict=True):
        days = split_findings(said)
        left.append(
            join_findings(
                {one[-1]: days[one[-1]] or today for one in findings if _without_limit(one) not in covered}
            )
        )
    kept = kept.assign(evidence=pd.Series(left, index=kept.index, dtype="str"))
    return kept[kept["evidence"] != ""]


def _add_earlier(found: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """What is found, and in the same flag what was found before it and is not closed."""
    if earlier.empty:
        return found
    older = dict(zip(_keys(earlier), earlier.to_dict("records"), strict=True))
    is_both = _keys(found).isin(_keys(earlier))
    both = found[is_both]
    rows = zip(_keys(both), both.to_dict("records"), strict=True)
    joined = pd.DataFrame([join_flags(row, older[key]) for key, row in rows], columns=found.columns)
    return pd.concat([found[~is_both], joined.astype(found.dtypes)], ignore_index=True)


def _add_milder_events(kept: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """What is kept of adverse events, with those that are found and not critical: the one flag says both."""
    milder = found[found["rule"] == TOLERABILITY]
    said = dict(zip(_keys(milder), milder["evidence"], strict=True))
    pairs = zip(_keys(kept), kept["evidence"], strict=True)
    evidence = [add_beside(findings, said.get(key, "")) for key, findings in pairs]
    return kept.assign(evidence=pd.Series(evidence, index=kept.index, dtype="str"))


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
