"""What is due in a course and has not been recorded: a fresh baseline, integration, an in-person evaluation. All are info."""

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import INFO
from lib.clinical.rules.holding import FOUND_NOTHING
from lib.clinical.rules.wording import say_day_number
from lib.clinical.segments import NONE, Ints


def flag_stale_baseline(rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """patient, severity, since, evidence. rows: of `standing.assess`, PHQ-9, in treatment."""
    age = rows["day_0"] - rows["baseline_on"]
    found = rows[(rows["baseline_total"] != NONE) & (age > policy.baseline.stale_after_days)]
    evidence = [
        f"baseline {row['baseline_total']} of {say_day_number(row['baseline_on'])}, "
        f"{row['day_0'] - row['baseline_on']} days before the first dose"
        for row in found[["baseline_total", "baseline_on", "day_0"]].to_dict("records")
    ]
    return _infos(found["patient"], found["day_0"], evidence)


def flag_in_person_due(courses: pd.DataFrame, in_person_on: Ints, as_of: int, policy: Policy) -> pd.DataFrame:
    """patient, severity, since, evidence. courses: one row a patient in treatment; in_person_on: by patient key, or NONE."""
    last = in_person_on[courses["patient"]]
    since = last + policy.in_person_due.after_days + 1
    is_due = (last != NONE) & (since <= as_of)
    evidence = [f"last in-person evaluation on {say_day_number(on)}" for on in last[is_due].tolist()]
    return _infos(courses.loc[is_due, "patient"], since[is_due], evidence)


def flag_integration_missed(
    sessions: pd.DataFrame, courses: pd.DataFrame, practices: pd.DataFrame, as_of: int, policy: Policy
) -> pd.DataFrame:
    """patient, severity, since, evidence. sessions: counting ones; courses: one row a patient in treatment: patient, day_0;
    practices: patient, day. Since the day on which the last of the sessions was over and a practice was on record."""
    numbers = policy.integration_missed
    if practices.empty or courses.empty:
        return FOUND_NOTHING
    first_logged = practices.groupby("patient", as_index=False)["day"].min()
    first_logged = first_logged.rename(columns={"day": "first_logged"})
    asked = (
        sessions[["patient", "day", "second"]].merge(courses, on="patient").merge(first_logged, on="patient")
    )
    asked = asked[(asked["day"] >= asked["day_0"]) & (asked["day"] + numbers.to_day < as_of)]
    asked = asked.sort_values(["patient", "day", "second"], kind="stable", ignore_index=True)
    is_followed = is_in_window(asked, practices, policy)
    n_missed = (
        (~is_followed).groupby([asked["patient"], is_followed.groupby(asked["patient"]).cumsum()]).cumsum()
    )
    # The day from which the rule held is that of the session that completed the run, counted back from the last one.
    is_last = ~asked["patient"].duplicated(keep="last")
    held = np.flatnonzero(is_last & (n_missed >= numbers.sessions))
    n_held = n_missed.to_numpy()[held]
    completed = asked["day"].to_numpy()[held - (n_held - numbers.sessions)] + numbers.to_day + 1
    since = np.maximum(completed, asked["first_logged"].to_numpy()[held])
    evidence = [f"no practice logged after the last {n} dosing sessions" for n in n_held.tolist()]
    return _infos(asked["patient"].iloc[held], since, evidence)


def is_in_window(sessions: pd.DataFrame, practices: pd.DataFrame, policy: Policy) -> "pd.Series[bool]":
    """Whether a practice is dated in the days after each session that count."""
    numbers = policy.integration_missed
    days = (
        practices[["patient", "day"]]
        .drop_duplicates()
        .sort_values("day")
        .rename(columns={"day": "practised_on"})
    )
    asked = sessions[["patient"]].assign(
        place=np.arange(len(sessions)), from_day=sessions["day"] + numbers.from_day
    )
    found = pd.merge_asof(
        asked.sort_values("from_day", kind="stable"), days, left_on="from_day", right_on="practised_on", by="patient",
        direction="forward", tolerance=numbers.to_day - numbers.from_day,
    ).sort_values("place")  # fmt: skip
    return pd.Series(found["practised_on"].notna().to_numpy(), index=sessions.index)


def _infos(patient: "pd.Series[int]", since: "pd.Series[int] | Ints", evidence: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {"patient": np.asarray(patient), "since": np.asarray(since), "severity": INFO, "evidence": evidence}
    )
