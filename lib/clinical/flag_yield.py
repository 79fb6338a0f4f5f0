"""Flag yield: what became of the flags that the rules on scores raised, by replaying the records with one policy.

An episode is a run of days without a break on which a rule holds, asked on every day with a form or a dosing session of the
course. It says what would have fired under this policy, not what stood in the queue then: policies change and records come late.
"""

import numpy as np
import pandas as pd

from lib.clinical.histories import Prepared
from lib.clinical.instruments import BY_CODE
from lib.clinical.policy import Policy
from lib.clinical.reference import nobody
from lib.clinical.rules.replay import Ground, judge_points, record_days
from lib.clinical.segments import Bools, Ints, begins_run, columns_of, reduce_over
from lib.clinical.spans import Points
from lib.clinical.standing import assess
from lib.clinical.trajectory import Timeline

_NO_TOTAL = 99
EPISODE_COLUMNS = (
    "patient",
    "rule",
    "instrument",
    "started_on",
    "is_confirmed",
    "is_measured",
    "is_improved",
)
YIELD_COLUMNS = ("rule", "n_fired", "n_confirmed", "n_acted", "n_measured", "n_improved")


def find_episodes(prepared: Prepared, points: Points, policy: Policy) -> pd.DataFrame:
    """EPISODE_COLUMNS, one row an episode: instrument (code), started_on (day); is_confirmed: the rule held at a later form too,
    at least a week after the one that raised it; is_measured, is_improved: a form in the weeks [policy] after the start, and one
    that is lower by the reliable change. points: courses as they stand on the day of the replay."""
    days, owner = record_days(prepared, points, policy)
    rows = assess(prepared, days, policy)
    # Whom courses were held against in the past is not asked here: nobody can be off the expected course.
    judged = judge_points(Ground(prepared, nobody()), days, columns_of(rows), policy)
    frames = [_episodes_of(rule, judged.held(rule), rows, owner, policy) for rule in judged.holds]
    found = pd.concat(frames, ignore_index=True)
    lowest = _lowest_after(prepared.timeline, found, policy)
    fall = np.array([_reliable_change(one.name, policy) for one in BY_CODE])[found["instrument"]]
    return found.assign(
        is_measured=lowest < _NO_TOTAL, is_improved=(lowest < _NO_TOTAL) & (lowest <= found["total"] - fall)
    )[list(EPISODE_COLUMNS)]


def _reliable_change(instrument: str, policy: Policy) -> int:
    numbers = policy.categories
    return numbers.phq9_reliable_change if instrument == "PHQ-9" else numbers.gad7_reliable_change


def _episodes_of(rule: str, holds: Bools, rows: pd.DataFrame, owner: Ints, policy: Policy) -> pd.DataFrame:
    """Runs of rows of one owner on which a rule holds. rows: sorted by owner and day."""
    is_first = begins_run(owner)
    begins = holds & (is_first | ~np.append(False, holds)[: len(holds)])
    ends = holds & np.append(is_first[1:] | ~holds[1:], True)[: len(holds)]
    start, stop = np.flatnonzero(begins), np.flatnonzero(ends)
    seen_on = rows["latest_on"].to_numpy()
    return pd.DataFrame(
        {
            "patient": rows["patient"].to_numpy()[start],
            "rule": rule,
            "instrument": rows["instrument"].to_numpy()[start],
            "started_on": rows["as_of"].to_numpy()[start],
            "total": rows["latest_total"].to_numpy()[start],
            "is_confirmed": seen_on[stop] - seen_on[start] >= policy.categories.confirm_days,
        }
    )


def _lowest_after(timeline: Timeline, episodes: pd.DataFrame, policy: Policy) -> Ints:
    """The lowest total in the weeks after an episode began, _NO_TOTAL where there is none."""
    patient, instrument, day = (episodes[name].to_numpy() for name in ("patient", "instrument", "started_on"))
    start = timeline.position(patient, instrument, day + 1)
    stop = timeline.position(patient, instrument, day + policy.flag_yield.improved_within_days + 1)
    return reduce_over(np.minimum, timeline.total, start, np.maximum(start, stop), _NO_TOTAL)


def select_answered(
    episodes: pd.DataFrame, decisions: pd.DataFrame, between: tuple[int, int], policy: Policy
) -> pd.DataFrame:
    """The episodes that began between two days (both belong to it), with is_acted: a decision was signed from the start on,
    within the days of the policy. decisions: patient, on_day."""
    first, last = between
    own = episodes[(episodes["started_on"] >= first) & (episodes["started_on"] <= last)].reset_index(
        drop=True
    )
    pairs = own.reset_index(names="episode").merge(decisions[["patient", "on_day"]], on="patient")
    waited = pairs["on_day"] - pairs["started_on"]
    acted = pairs.loc[(waited >= 0) & (waited <= policy.flag_yield.acted_within_days), "episode"].unique()
    return own.assign(is_acted=own.index.isin(acted))


def summarise_yield(answered: pd.DataFrame) -> pd.DataFrame:
    """YIELD_COLUMNS, one row a rule, the one that fired most first; n_measured, n_improved: of those acted upon.

    answered: of select_answered."""
    is_acted = answered["is_acted"]
    counted = answered.assign(
        n_fired=1,
        n_confirmed=1 * answered["is_confirmed"],
        n_acted=1 * is_acted,
        n_measured=1 * (answered["is_measured"] & is_acted),
        n_improved=1 * (answered["is_improved"] & is_acted),
    )
    counts = counted.groupby("rule", sort=False)[list(YIELD_COLUMNS[1:])].sum()
    return counts.sort_values("n_fired", ascending=False, kind="stable").reset_index()
