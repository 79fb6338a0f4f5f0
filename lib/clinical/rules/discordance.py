"""PHQ-9 and GAD-7 that disagree: one is reliably better, the other reliably worse."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lib.clinical.histories import Prepared
from lib.clinical.instruments import GAD7, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.response import reliable_change_points
from lib.clinical.rules.catalogue import HIGH, MEDIUM, WATCH
from lib.clinical.rules.efficacy import rate_efficacy
from lib.clinical.rules.further_wording import say_thresholds
from lib.clinical.rules.holding import FOUND_NOTHING
from lib.clinical.rules.replay import record_days
from lib.clinical.rules.suicidality import start_of_last_run
from lib.clinical.rules.wording import say_course
from lib.clinical.segments import (
    NONE,
    Bools,
    Columns,
    Ints,
    Layout,
    columns_of,
    limits_of,
    records_of,
    take,
)
from lib.clinical.spans import Points
from lib.clinical.standing import assess_columns, assess_outcome

RULE = "discordant_instruments"
_CODES = (PHQ9.code, GAD7.code)


def flag_discordant(prepared: Prepared, points: Points, rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """patient, rule, severity, instrument (the one that deteriorated), evidence, threshold, since. rows: `standing.assess` of
    the points, of instruments that are collected."""
    pair = np.flatnonzero(are_pairs(points))
    columns = columns_of(rows.iloc[pair])
    worse, better = _pair(columns)
    holds = _is_discordant(take(columns, worse), take(columns, better), policy)
    if not holds.any():
        return FOUND_NOTHING
    own, other = take(columns, worse[holds]), take(columns, better[holds])
    since = _since(prepared, points.take(pair[np.isin(columns["patient"], own["patient"])]), policy)
    return _describe(own, other, policy).merge(since, on="patient")


def are_pairs(points: Points) -> Bools:
    """Whether the patient has both instruments."""
    return pd.Series(points.patient).duplicated(keep=False).to_numpy()


def _describe(worse: Columns, better: Columns, policy: Policy) -> pd.DataFrame:
    """patient, rule, severity, instrument, evidence, threshold of pairs that disagree. Columns of `standing.assess`."""
    rated = rate_efficacy("reliable_deterioration", worse, policy)
    said = zip(records_of(worse), records_of(better), strict=True)
    return pd.DataFrame(
        {
            "patient": worse["patient"],
            "rule": RULE,
            "severity": np.where(rated == HIGH, MEDIUM, WATCH),
            "instrument": worse["instrument"],
            "evidence": [f"{say_course(one)} | {say_course(other)}" for one, other in said],
            "threshold": say_thresholds(policy)[RULE],
        }
    )


def _is_discordant(worse: Columns, better: Columns, policy: Policy) -> Bools:
    """Row by row: one instrument reliably above its baseline, the other reliably and surely below, at about one time."""
    near = np.abs(worse["latest_on"] - better["latest_on"]) <= policy.discordant_instruments.max_days_apart
    improved = -_rise(better) >= reliable_change_points(better["instrument"], policy)
    deteriorated = _rise(worse) >= reliable_change_points(worse["instrument"], policy)
    return near & _has_both(worse) & _has_both(better) & improved & deteriorated & ~better["is_provisional"]


def _pair(rows: Columns) -> tuple[Ints, Ints]:
    """(where the instrument that rose more is, where the other one) of rows that come in pairs, in the same order of pairs."""
    one, other = (np.flatnonzero(rows["instrument"] == code) for code in _CODES)
    is_first_worse = _rise(rows)[one] > 0
    return np.where(is_first_worse, one, other), np.where(is_first_worse, other, one)


def _rise(rows: Columns) -> Ints:
    return np.where(_has_both(rows), rows["latest_total"] - rows["baseline_total"], 0)


def _has_both(rows: Columns) -> Bools:
    return (rows["baseline_total"] != NONE) & (rows["latest_total"] != NONE)


@dataclass(frozen=True)
class DiscordanceReplay:
    """On every day that has a record of either instrument, sorted by patient and day: whether they disagree. asked: both
    instruments on these days; worse, better: where among them the one that rose more is, and the other."""

    patient: Ints
    day: Ints
    holds: Bools
    asked: Points
    worse: Ints
    better: Ints

    def describe(self, prepared: Prepared, at: Ints, policy: Policy) -> pd.DataFrame:
        """Columns of flags but since, of these of the days."""
        points = self.asked.take(np.append(self.worse[at], self.better[at]))
        rows, n = assess_columns(prepared, points, policy), len(at)
        return _describe(take(rows, np.arange(n)), take(rows, np.arange(n, 2 * n)), policy)


def replay_discordant(prepared: Prepared, points: Points, policy: Policy) -> DiscordanceReplay:
    """points: pairs, both instruments of a patient in one course."""
    days, _ = record_days(prepared, points, policy)
    layout = Layout.covering(limits_of(days.patient), limits_of(days.as_of))
    _, first = np.unique(layout.pack(days.patient, days.as_of), return_index=True)
    every, n = days.take(first), len(first)
    asked = replace(every.join(every), instrument=np.repeat(_CODES, n))
    # What both instruments came to on a day is asked of all days; what is said of it, 30 columns more, of the days that count.
    rows = assess_outcome(prepared, asked, policy)
    worse, better = _pair(rows)
    holds = _is_discordant(take(rows, worse), take(rows, better), policy)
    return DiscordanceReplay(every.patient, every.as_of, holds, asked, worse, better)


def _since(prepared: Prepared, points: Points, policy: Policy) -> pd.DataFrame:
    """Patients and the day from which it has held without a break."""
    again = replay_discordant(prepared, points, policy)
    return start_of_last_run(again.patient, again.holds, again.day)
