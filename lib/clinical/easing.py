"""What the queue keeps beside what the rules find: an efficacy flag stays until two looks a week apart no longer meet it.

It follows from records and policy alone: the rules are asked again on every day that has a record, and of a rule that holds no
more the looks since its last day are counted. `flags` prints what the rules find; this is for the queue and its screens only.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.efficacy_flags import describe_efficacy
from lib.clinical.findings import Findings
from lib.clinical.flags import FLAG_COLUMNS, find_flags, is_collected
from lib.clinical.policy import Policy
from lib.clinical.rules.discordance import describe_discordant, replay_discordant
from lib.clinical.rules.follow_up import is_in_treatment
from lib.clinical.rules.replay import Replay, is_look, replay
from lib.clinical.rules.suicidality import start_of_last_run
from lib.clinical.rules.wording import say_day_number
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.spans import Points

_INTS = {"patient": "int64", "severity": "int64", "since": "int64", "instrument": "int64"}


@dataclass(frozen=True)
class Kept:
    """Of rules that hold no more and wait for a second look, an entry each: whose (owner), the place of the last day on which
    the rule held, since when it had held then, and the first look since (NONE: none yet)."""

    owner: Ints
    place: Ints
    since: Ints
    first_look: Ints


def find_queue_flags(findings: Findings, policy: Policy) -> pd.DataFrame:
    """The flags of a day for the queue: FLAG_COLUMNS, and is_eased (1: holds no more and waits for a second look; else NA)."""
    flags = find_flags(findings, policy)
    eased = pd.concat([_ease_totals(findings, policy), _ease_discordant(findings, policy)], ignore_index=True)
    key = ["patient", "rule", "instrument"]
    is_open = eased[key].merge(flags[key].drop_duplicates(), how="left", indicator=True)["_merge"] == "both"
    every = pd.concat([flags, eased[~is_open.to_numpy()]], ignore_index=True)
    every["is_eased"] = every["is_eased"].astype("Int64") if "is_eased" in every else pd.NA
    return every.sort_values(key, ignore_index=True)


def select_kept(owner: Ints, day: Ints, holds: Bools, is_look: Bools, apart: int) -> Kept:
    """What is kept of one rule: it held on an earlier day, and no two looks at least so many days apart have missed it since.

    Rows sorted by owner and day, one a day that has a record.
    """
    n = int(owner[-1]) + 1 if len(owner) else 0
    last, first_look, last_look = np.full(n, NONE), np.full(n, np.iinfo(np.int64).max), np.full(n, NONE)
    np.maximum.at(last, owner[holds], np.flatnonzero(holds))
    since_then = is_look & (np.arange(len(owner)) > last[owner]) & (last[owner] != NONE)
    np.minimum.at(first_look, owner[since_then], day[since_then])
    np.maximum.at(last_look, owner[since_then], day[since_then])
    has_look = last_look != NONE
    is_last_day = np.append(np.diff(owner) != 0, True)[: len(owner)]
    holds_now = np.zeros(n, dtype=bool)
    holds_now[owner[is_last_day & holds]] = True
    is_kept = (last != NONE) & ~holds_now & ~(has_look & (last_look - first_look >= apart))
    before = np.arange(len(owner)) <= last[owner]
    runs = start_of_last_run(owner[before], holds[before], day[before])
    since = np.full(n, NONE)
    since[runs["patient"]] = runs["since"]
    kept = np.flatnonzero(is_kept)
    return Kept(kept, last[kept], since[kept], np.where(has_look, first_look, NONE)[kept])


def _ease_totals(findings: Findings, policy: Policy) -> pd.DataFrame:
    """The rules on one instrument's totals, of patients in treatment: nobody waits for a look after the end."""
    points = findings.points.take(_treated(findings, policy))
    again = replay(findings.ground, points, policy)
    looks = is_look(findings.prepared, points, again.days.as_of, again.owner, policy)
    found = [_ease_rule(rule, again, looks, policy) for rule in again.judged.holds]
    return pd.concat(found, ignore_index=True).astype(_INTS)


def _ease_rule(rule: str, again: Replay, looks: Bools, policy: Policy) -> pd.DataFrame:
    apart = policy.categories.confirm_days
    kept = select_kept(again.owner, again.days.as_of, again.holds(rule), looks, apart)
    rows = again.judged.found(rule).set_index("owner").loc[kept.place].assign(since=kept.since)
    return _mark(describe_efficacy(rule, rows.reset_index(drop=True), policy), kept, policy)


def _ease_discordant(findings: Findings, policy: Policy) -> pd.DataFrame:
    """The two instruments together: a form of either is a look."""
    points = findings.points.take(_treated(findings, policy))
    points = points.take(pd.Series(points.patient).duplicated(keep=False).to_numpy())
    again = replay_discordant(findings.prepared, points, policy)
    looks = _is_look_of_either(findings, points, again.patient, again.day, policy)
    owner = np.unique(again.patient, return_inverse=True)[1].astype(np.int64)
    kept = select_kept(owner, again.day, again.holds, looks, policy.categories.confirm_days)
    rows = describe_discordant(again.worse.iloc[kept.place], again.better.iloc[kept.place], policy)
    return _mark(rows.assign(since=kept.since), kept, policy).astype(_INTS)


def _is_look_of_either(findings: Findings, points: Points, patient: Ints, day: Ints, policy: Policy) -> Bools:
    found = np.zeros(len(patient), dtype=bool)
    for code in np.unique(points.instrument):
        own = points.take(points.instrument == code)
        place = np.searchsorted(own.patient, patient)
        found |= is_look(findings.prepared, own, day, place, policy)
    return found


def _treated(findings: Findings, policy: Policy) -> Ints:
    return np.flatnonzero(is_collected(findings) & is_in_treatment(findings.rows, policy))


def _mark(rows: pd.DataFrame, kept: Kept, policy: Policy) -> pd.DataFrame:
    """Said on the card: since which form it is no longer met, and that it stays."""
    said = [
        f"{_say_since(look)}; stays until a second look at least {policy.categories.confirm_days} days later. It was: {evidence}"
        for look, evidence in zip(kept.first_look.tolist(), rows["evidence"], strict=True)
    ]
    return rows.assign(evidence=said, is_eased=1)[[*FLAG_COLUMNS, "is_eased"]]


def _say_since(look: int) -> str:
    return (
        "no longer met, no form since"
        if look == NONE
        else f"no longer met since the form of {say_day_number(look)}"
    )
