"""The flag budget: what a policy would have asked of a clinic, and how much of it was worth asking (docs/flag_budget.md).

Who did badly and who responded is judged by the policy in force, whatever policy is replayed: two policies are held against the
same outcomes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from lib.clinical.flag_replay import Cohort
from lib.clinical.histories import Prepared
from lib.clinical.instruments import GAD7, PHQ9
from lib.clinical.intervals import Share
from lib.clinical.policy import Policy
from lib.clinical.response import IMPROVED, NO_RESPONSE, NOT_ASSESSABLE, PARTIAL, RELAPSE, WORSE
from lib.clinical.rules.efficacy import is_poor_look
from lib.clinical.segments import NONE, Bools, columns_of
from lib.clinical.spans import Points
from lib.clinical.standing import assess

PER_PATIENTS = 200
_NOT_IMPROVING = (NO_RESPONSE, WORSE, RELAPSE)
_NOT_HALVED = (*_NOT_IMPROVING, PARTIAL)


@dataclass(frozen=True)
class FlagBudget:
    """Patients who began a course from from_day to as_of, and what a policy would have asked of them.

    reviewed: with a review, of all. not_improving, not_halved: how those with a review and a later form stood at the last one.
    n_unjudged: with a review, and without a later form that says anything. caught: with a review, of those who were not
    improving at their last PHQ-9. slow_responders, responders: with a review before their first response. n_decided, lead_days:
    with a review and a recorded decision, and the median of the days from the one to the other (None: nobody). by_rule:
    patients by rule.
    """

    from_day: int
    as_of: int
    n_later_courses: int
    reviewed: Share
    not_improving: Share
    not_halved: Share
    n_unjudged: int
    caught: Share
    slow_responders: Share
    responders: Share
    n_decided: int
    lead_days: float | None
    by_rule: Mapping[str, int]

    @property
    def per_200(self) -> float | None:
        """Patients with a review, of 200; None where nobody was looked at."""
        return PER_PATIENTS * self.reviewed.n / self.reviewed.total if self.reviewed.total else None


def derive_outcomes(prepared: Prepared, cohort: Cohort, policy: Policy) -> pd.DataFrame:
    """What became of the cohort, one row a patient: is_slow_responder, responded_on (NONE: not), and for phq9_ and gad7_
    last_on, is_judged (the last form has a category that is sure), is_not_improving, is_not_halved, is_late (at the checkpoint
    of non_responder or after it)."""
    checkpoint = policy.non_responder.min_days
    last = {one: _assess_at(prepared, cohort, one.code, cohort.last_day, policy) for one in (PHQ9, GAD7)}
    phq9 = last[PHQ9]
    is_case = phq9["baseline_total"] >= policy.categories.phq9_caseness
    responded_on = phq9["first_response_on"].where(is_case, NONE)
    early_day = np.minimum(cohort.day_0 + checkpoint, cohort.last_day)
    early = _assess_at(prepared, cohort, PHQ9.code, early_day, policy)
    is_slow = is_case & is_poor_look(columns_of(early), "latest_total", "latest_on", policy)
    columns = {
        "patient": cohort.patient,
        "is_slow_responder": is_slow & (responded_on > cohort.day_0 + checkpoint),
        "responded_on": responded_on,
    }
    for prefix, rows in (("phq9", phq9), ("gad7", last[GAD7])):
        unsure = rows["is_provisional"] & rows["category"].isin(IMPROVED)
        columns |= {
            f"{prefix}_last_on": rows["latest_on"],
            f"{prefix}_is_judged": (rows["category"] != NOT_ASSESSABLE) & ~unsure,
            f"{prefix}_is_not_improving": rows["category"].isin(_NOT_IMPROVING),
            f"{prefix}_is_not_halved": rows["category"].isin(_NOT_HALVED),
            f"{prefix}_is_late": rows["latest_on"] >= cohort.day_0 + checkpoint,
        }
    return pd.DataFrame(columns)


def _assess_at(
    prepared: Prepared, cohort: Cohort, code: int, day: np.ndarray, policy: Policy
) -> pd.DataFrame:
    points = Points(cohort.patient, np.full(len(cohort.patient), code), cohort.course, day)
    return assess(prepared, points, policy)


def summarise_budget(
    cohort: Cohort, outcomes: pd.DataFrame, found: pd.DataFrame, decisions: pd.DataFrame
) -> FlagBudget:
    """found: of `flag_replay.replay_looks`; decisions: patient, day, of any time."""
    first = found.groupby("patient")["look"].min()
    people = outcomes.assign(
        first_look=outcomes["patient"].map(first).fillna(NONE).astype("int64"),
        decided_on=_first_decision(cohort, decisions),
    )
    is_reviewed = people["first_look"] != NONE
    at_end = _select_own(people, _is_by_phq9(people, found, first))
    judged = is_reviewed & (at_end["last_on"] > people["first_look"]) & at_end["is_judged"]
    responded = people["responded_on"] != NONE
    is_before = is_reviewed & (people["first_look"] < people["responded_on"])
    bad_end = people["phq9_is_judged"] & people["phq9_is_not_improving"] & people["phq9_is_late"]
    is_decided = is_reviewed & (people["decided_on"] != NONE)
    lead = (people["decided_on"] - people["first_look"])[is_decided]
    return FlagBudget(
        from_day=cohort.from_day,
        as_of=cohort.as_of,
        n_later_courses=cohort.n_later,
        reviewed=_share(is_reviewed, np.ones(len(people), dtype=bool)),
        not_improving=_share(at_end["is_not_improving"], judged),
        not_halved=_share(at_end["is_not_halved"], judged),
        n_unjudged=int((is_reviewed & ~judged).sum()),
        caught=_share(is_reviewed, bad_end),
        slow_responders=_share(is_before, people["is_slow_responder"]),
        responders=_share(is_before, responded),
        n_decided=int(is_decided.sum()),
        lead_days=float(lead.median()) if len(lead) else None,
        by_rule=MappingProxyType(found.groupby("rule")["patient"].nunique().to_dict()),
    )


def _share(holds: "pd.Series[bool] | Bools", among: "pd.Series[bool] | Bools") -> Share:
    counted = np.asarray(among, dtype=bool)
    return Share(int((np.asarray(holds, dtype=bool) & counted).sum()), int(counted.sum()))


def _first_decision(cohort: Cohort, decisions: pd.DataFrame) -> pd.Series:
    """By patient of the cohort the first decision of the course, or NONE."""
    span = pd.DataFrame({"patient": cohort.patient, "start": cohort.day_0, "stop": cohort.last_day})
    own = decisions.merge(span, on="patient")
    own = own[(own["day"] >= own["start"]) & (own["day"] <= own["stop"])]
    return span["patient"].map(own.groupby("patient")["day"].min()).fillna(NONE).astype("int64")


def _is_by_phq9(people: pd.DataFrame, found: pd.DataFrame, first: pd.Series) -> Bools:
    """Whether a rule on PHQ-9 stood at a patient's first review."""
    at_first = found[found["look"] == found["patient"].map(first)]
    return people["patient"].isin(at_first.loc[at_first["instrument"] == PHQ9.code, "patient"]).to_numpy()


def _select_own(people: pd.DataFrame, is_by_phq9: Bools) -> pd.DataFrame:
    """The outcome by the instrument that asked for the review: last_on, is_judged, is_not_improving, is_not_halved."""
    names = ("last_on", "is_judged", "is_not_improving", "is_not_halved")
    return pd.DataFrame(
        {name: people[f"phq9_{name}"].where(is_by_phq9, people[f"gad7_{name}"]) for name in names}
    )
