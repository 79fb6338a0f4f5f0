"""Who gains and who loses a flag between two sets of them: of two policies, on one day."""

from math import isnan

import pandas as pd

from lib.clinical.dose_review import CARDS, classify_card, select_queue_flags
from lib.clinical.rules.catalogue import RULES, SEVERITIES

GAINED, LOST, RERATED = CHANGES = ("gained", "lost", "other severity")
_KEY = ["patient", "rule", "instrument"]


def compare_flags(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Flags that are gained, lost or of another severity: patient, rule, instrument, change, before and after (severities in
    words, empty where there is no flag), evidence and threshold (of the flag that is there after, else before).

    before, after: FLAG_COLUMNS of `flags.find_flags`. Of each change the worst come first.
    """
    both = before.merge(after, on=_KEY, how="outer", suffixes=("_before", "_after"))
    is_before, is_after = both["severity_before"].notna(), both["severity_after"].notna()
    both["change"] = RERATED
    both.loc[~is_before, "change"] = GAINED
    both.loc[~is_after, "change"] = LOST
    for when in ("before", "after"):
        both[when] = [_say_severity(code) for code in both[f"severity_{when}"]]
    for said in ("evidence", "threshold"):
        both[said] = both[f"{said}_after"].where(is_after, both[f"{said}_before"])
    changed = both[~(is_before & is_after) | (both["before"] != both["after"])]
    order = changed["change"].map(CHANGES.index)
    mildness = -changed["severity_after"].fillna(changed["severity_before"])
    kept = changed.assign(order=order, mildness=mildness)
    kept = kept.sort_values(["order", "mildness", "rule", "patient"], ignore_index=True)
    return kept[[*_KEY, "change", "before", "after", "evidence", "threshold"]].astype({"patient": "int64"})


def _say_severity(code: float) -> str:
    return "" if isnan(code) else SEVERITIES[int(code)]


def count_by_rule(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """rule, n_before, n_after, n_gained, n_lost, n_rerated: flags; a row for each rule that found anything."""
    changed = compare_flags(before, after)
    n_before, n_after = (frame["rule"].value_counts() for frame in (before, after))
    rows = [
        (
            rule,
            int(n_before.get(rule, 0)),
            int(n_after.get(rule, 0)),
            *(int(((changed["rule"] == rule) & (changed["change"] == change)).sum()) for change in CHANGES),
        )
        for rule in RULES
        if rule in n_before or rule in n_after
    ]
    return pd.DataFrame(rows, columns=["rule", "n_before", "n_after", "n_gained", "n_lost", "n_rerated"])


def count_by_card(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """card, n_before, n_after, n_gained, n_lost: patients on each card of the review queue, by what the rules find."""
    old, new = _patients_by_card(before), _patients_by_card(after)
    rows = [
        (card, len(old[card]), len(new[card]), len(new[card] - old[card]), len(old[card] - new[card]))
        for card in CARDS
    ]
    return pd.DataFrame(rows, columns=["card", "n_before", "n_after", "n_gained", "n_lost"])


def _patients_by_card(flags: pd.DataFrame) -> dict[str, set[int]]:
    shown = select_queue_flags(flags.rename(columns={"patient": "patient_key"}))
    card = classify_card(shown)
    return {name: set(shown.loc[card == name, "patient_key"]) for name in CARDS}
