"""How long urgent flags waited for somebody's look: since the product knew, not since the record's own date."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lib.clinical.flag_keeping import ENDED, KEY
from lib.clinical.flag_life import LOOKS, OWNER
from lib.clinical.rules.catalogue import CRITICAL, ITEM_9

CLOSED = "closed"
IN_TIME, LATE, NEVER, TOO_NEW = STATES = ("in time", "later", "not acknowledged", "too new to say")
_SECONDS_AN_HOUR = 3600
_TYPES = {"patient_key": "int64", "instrument": "int64", "rule": "object", "happened_at": "int64"}


def derive_urgent(log: pd.DataFrame, events: pd.DataFrame, now: int, limit_hours: int) -> pd.DataFrame:
    """One row a time that a flag became urgent: KEY, clinic_key, severity (then), opened_at, seen_at and ended_at (seconds since
    1970, NA), state (of STATES).

    Urgent: critical, or item 9 at any severity. Seen: the first look, attempt to reach the patient, taking over or closing by
    anybody, before the flag ended or was not urgent any more. Too new: the limit has not passed, and nobody has looked.
    log: of flag_log in the order of writing: KEY, clinic_key, change, severity, happened_at. events: of flag_event: KEY, event,
    actor, to_actor, happened_at.
    """
    log = log.astype({**_TYPES, "severity": "int64"}).sort_values(KEY, kind="stable", ignore_index=True)
    is_urgent = (log["change"] != ENDED) & ((log["severity"] == CRITICAL) | (log["rule"] == ITEM_9))
    is_same = ~log[KEY].ne(log[KEY].shift()).any(axis=1)
    was_urgent = is_urgent.shift(fill_value=False) & is_same
    run = (is_urgent != was_urgent).cumsum()
    ends = log[~is_urgent & was_urgent].set_index(run[~is_urgent & was_urgent] - 1)["happened_at"]
    begun = log[is_urgent & ~was_urgent]
    opened = begun[[*KEY, "clinic_key", "severity"]].assign(opened_at=begun["happened_at"])
    opened["ended_at"] = run[begun.index].map(ends).astype("Int64")
    opened["seen_at"] = _first_looks(opened, events)
    return opened.assign(state=_classify(opened, now, limit_hours)).reset_index(drop=True)


def _first_looks(opened: pd.DataFrame, events: pd.DataFrame) -> "pd.Series[int]":
    """When somebody first looked at each, in the order of its rows; NA."""
    is_taken = (events["event"] == OWNER) & (events["to_actor"] == events["actor"])
    looks = events[events["event"].isin((*LOOKS, CLOSED)) | is_taken]
    looks = looks[looks["patient_key"].notna() & looks["instrument"].notna()].astype(_TYPES)
    looks = looks[[*KEY, "happened_at"]].sort_values("happened_at", kind="stable")
    asked = opened[[*KEY, "opened_at"]].reset_index(names="row").sort_values("opened_at", kind="stable")
    found = pd.merge_asof(
        asked, looks, left_on="opened_at", right_on="happened_at", by=KEY, direction="forward"
    )
    seen_at = found.set_index("row")["happened_at"].astype("Int64").reindex(opened.index)
    return seen_at.where(~(seen_at > opened["ended_at"]).fillna(False))


def _classify(opened: pd.DataFrame, now: int, limit_hours: int) -> np.ndarray:
    limit = limit_hours * _SECONDS_AN_HOUR
    waited = (opened["seen_at"] - opened["opened_at"]).astype(float).to_numpy()
    is_new = (now - opened["opened_at"] < limit).to_numpy() & opened["ended_at"].isna().to_numpy()
    return np.select([waited <= limit, waited > limit, is_new], [IN_TIME, LATE, TOO_NEW], NEVER)


def derive_local_hours(opened: pd.DataFrame, zone_of: Mapping[int, str]) -> pd.DataFrame:
    """The rows with weekday (0: Monday) and hour of opened_at by the clock of each clinic. zone_of: IANA name by clinic_key."""
    zones = opened["clinic_key"].map(zone_of)
    weekday, hour = (pd.Series(-1, index=opened.index, dtype="int64") for _ in range(2))
    for zone in zones.unique():
        own = zones == zone
        local = pd.to_datetime(opened.loc[own, "opened_at"], unit="s", utc=True).dt.tz_convert(zone)
        weekday[own], hour[own] = local.dt.day_of_week, local.dt.hour
    return opened.assign(weekday=weekday, hour=hour)


def summarise_hours(opened: pd.DataFrame) -> pd.DataFrame:
    """weekday, hour, n_opened, n_waited: of those raised then, how many nobody acknowledged in time; the too new are not
    counted. opened: of derive_local_hours."""
    judged = opened[opened["state"] != TOO_NEW]
    counted = judged.assign(n_opened=1, n_waited=1 * (judged["state"] != IN_TIME))
    return counted.groupby(["weekday", "hour"], as_index=False)[["n_opened", "n_waited"]].sum()
