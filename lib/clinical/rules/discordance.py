"""PHQ-9 and GAD-7 that disagree: one is reliably better, the other reliably worse."""

from dataclasses import dataclass

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
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.spans import Points
from lib.clinical.standing import assess

RULE = "discordant_instruments"
_CODES = (PHQ9.code, GAD7.code)


def flag_discordant(prepared: Prepared, points: Points, rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """patient, rule, severity, instrument (the one that deteriorated), evidence, threshold, since. rows: `standing.assess` of
    the points, of instruments that are collected."""
    pair = np.flatnonzero(pd.Series(points.patient).duplicated(keep=False))
    points, rows = points.take(pair), rows.iloc[pair].reset_index(drop=True)
    worse, better = _pair(rows)
    holds = is_discordant(worse, better, policy)
    if not holds.any():
        return FOUND_NOTHING
    worse, better = worse[holds], better[holds]
    chosen = np.isin(points.patient, worse["patient"])
    since = _since(prepared, points.take(chosen), policy)
    return describe_discordant(worse, better, policy).merge(since, on="patient")


def describe_discordant(worse: pd.DataFrame, better: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """patient, rule, severity, instrument, evidence, threshold of pairs that disagree."""
    rated = rate_efficacy("reliable_deterioration", worse, policy)
    said = zip(worse.to_dict("records"), better.to_dict("records"), strict=True)
    return pd.DataFrame(
        {
            "patient": worse["patient"].to_numpy(),
            "rule": RULE,
            "severity": np.where(rated == HIGH, MEDIUM, WATCH),
            "instrument": worse["instrument"].to_numpy(),
            "evidence": [f"{say_course(one)} | {say_course(other)}" for one, other in said],
            "threshold": say_thresholds(policy)[RULE],
        }
    )


def is_discordant(worse: pd.DataFrame, better: pd.DataFrame, policy: Policy) -> Bools:
    """Row by row: one instrument reliably above its baseline, the other reliably and surely below, at about one time."""
    near = (worse["latest_on"] - better["latest_on"]).abs() <= policy.discordant_instruments.max_days_apart
    improved = -_rise(better) >= reliable_change_points(better["instrument"].to_numpy(), policy)
    deteriorated = _rise(worse) >= reliable_change_points(worse["instrument"].to_numpy(), policy)
    return (
        near & _has_both(worse) & _has_both(better) & improved & deteriorated & ~better["is_provisional"]
    ).to_numpy()


def _pair(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(the instrument that rose more, the other one) of rows that come in pairs, in the same order of pairs."""
    one, other = (np.flatnonzero(rows["instrument"] == code) for code in _CODES)
    is_first_worse = (_rise(rows.iloc[one]) > 0).to_numpy()
    worse, better = np.where(is_first_worse, one, other), np.where(is_first_worse, other, one)
    return rows.iloc[worse].reset_index(drop=True), rows.iloc[better].reset_index(drop=True)


def _rise(rows: pd.DataFrame) -> "pd.Series[int]":
    return (rows["latest_total"] - rows["baseline_total"]).where(_has_both(rows), 0)


def _has_both(rows: pd.DataFrame) -> "pd.Series[bool]":
    return (rows["baseline_total"] != NONE) & (rows["latest_total"] != NONE)


@dataclass(frozen=True)
class DiscordanceReplay:
    """On every day that has a record of either instrument, sorted by patient and day: whether they disagree, and the rows of
    the one that rose more and of the other."""

    patient: Ints
    day: Ints
    holds: Bools
    worse: pd.DataFrame
    better: pd.DataFrame


def replay_discordant(prepared: Prepared, points: Points, policy: Policy) -> DiscordanceReplay:
    """points: pairs, both instruments of a patient."""
    days, _ = record_days(prepared, points, policy)
    every = pd.DataFrame(
        {"patient": days.patient, "course": days.course, "as_of": days.as_of}
    ).drop_duplicates()
    every = every.sort_values(["patient", "as_of"], ignore_index=True)
    n = len(every)
    asked = [
        Points(
            every["patient"].to_numpy(),
            np.full(n, code),
            every["course"].to_numpy(),
            every["as_of"].to_numpy(),
        )
        for code in _CODES
    ]
    rows = pd.concat([assess(prepared, one, policy) for one in asked], ignore_index=True)
    worse, better = _pair(rows)
    return DiscordanceReplay(
        asked[0].patient, asked[0].as_of, is_discordant(worse, better, policy), worse, better
    )


def _since(prepared: Prepared, points: Points, policy: Policy) -> pd.DataFrame:
    """Patients and the day from which it has held without a break."""
    again = replay_discordant(prepared, points, policy)
    return start_of_last_run(again.patient, again.holds, again.day)
