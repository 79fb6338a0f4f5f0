"""The further rules over a clinic (docs/further_rules.md): what they find on a day, each with its limit in words."""

import numpy as np
import pandas as pd

from lib.clinical.findings import Findings
from lib.clinical.instruments import PHQ9
from lib.clinical.policy import Policy
from lib.clinical.rules import care_gaps, dose_limits, misuse, organ_signals, protocol_gaps, session_safety
from lib.clinical.rules.discordance import flag_discordant
from lib.clinical.rules.follow_up import is_in_treatment
from lib.clinical.rules.further_wording import say_oxygen, say_recovery, say_thresholds
from lib.clinical.rules.holding import FOUND_NOTHING
from lib.clinical.rules.medicines import flag_benzodiazepine
from lib.clinical.rules.tolerability import flag_tolerability
from lib.clinical.segments import NONE, Bools, Ints

# Of a course that is over there is nothing to mend.
_OF_TREATMENT = ("dose_limits", "protocol_gaps")


def find_further_flags(
    findings: Findings, collected: Bools, has_poor_response: Bools, policy: Policy
) -> list[pd.DataFrame]:
    """One frame a rule: patient, rule, severity, since, instrument, evidence, threshold.

    collected: by row of the findings, whether its instrument is collected; has_poor_response: by patient key.
    """
    care, as_of = findings.care, findings.as_of
    steps = dose_limits.derive_dose_steps(findings.sessions, care.orders, care.dose_ceiling_mg)
    courses = _courses_in_treatment(findings, policy)
    rows = findings.rows[collected]
    phq9 = rows[(rows["instrument"] == PHQ9.code) & is_in_treatment(rows, policy)]
    points = findings.points.take(np.flatnonzero(collected))
    found = {
        "low_oxygen": _low_oxygen(findings.sessions, policy),
        "slow_recovery": _slow_recovery(findings.sessions, policy),
        "tolerability": flag_tolerability(care.adverse_events, as_of, policy),
        "urinary_symptoms": organ_signals.flag_urinary(care, _first_doses(findings)),
        "liver_enzymes": organ_signals.flag_liver(care.observations, as_of, policy),
        "discordant_instruments": flag_discordant(findings.prepared, points, rows, policy),
        "dose_limits": _dose_limits(steps, policy),
        "misuse_signals": misuse.flag_misuse(steps, care.dispensing, as_of, policy),
        "protocol_gaps": _protocol_gaps(findings.sessions, has_poor_response, policy),
        "benzodiazepine": flag_benzodiazepine(care.medications, courses, as_of),
        "stale_baseline": care_gaps.flag_stale_baseline(phq9, policy),
        "integration_missed": care_gaps.flag_integration_missed(
            findings.sessions, courses, care.practices, as_of, policy
        ),
        "in_person_due": care_gaps.flag_in_person_due(courses, care.in_person_on, as_of, policy),
    }
    for rule in _OF_TREATMENT:
        found[rule] = found[rule][found[rule]["patient"].isin(courses["patient"])]
    return _name(found, policy)


def _name(found: dict[str, pd.DataFrame], policy: Policy) -> list[pd.DataFrame]:
    """Each rule's frame with its name, its limit in words and, where a rule is of one, the instrument."""
    thresholds = say_thresholds(policy)
    of_phq9 = {"stale_baseline": PHQ9.code}
    return [
        frame.assign(
            rule=rule,
            threshold=thresholds[rule],
            instrument=frame["instrument"] if "instrument" in frame else of_phq9.get(rule, NONE),
        )
        for rule, frame in found.items()
        if len(frame)
    ]


def _courses_in_treatment(findings: Findings, policy: Policy) -> pd.DataFrame:
    """One row a patient in treatment: patient, day_0."""
    rows = findings.rows[is_in_treatment(findings.rows, policy)]
    return rows[["patient", "day_0"]].drop_duplicates("patient").reset_index(drop=True)


def _first_doses(findings: Findings) -> Ints:
    """By patient key the day of the first counting session, of any course, or NONE."""
    first = np.full(len(findings.care.in_person_on), NONE)
    earliest = findings.sessions.groupby("patient")["day"].min()
    first[earliest.index] = earliest
    return first


def _low_oxygen(sessions: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    found = session_safety.flag_latest_session(sessions, session_safety.rate_oxygen(sessions, policy))
    if found.empty:
        return FOUND_NOTHING
    rows = sessions.loc[found["session"]].to_dict("records")
    return found.assign(evidence=[say_oxygen(row) for row in rows])


def _slow_recovery(sessions: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    found = session_safety.flag_latest_session(sessions, session_safety.rate_recovery(sessions, policy))
    if found.empty:
        return FOUND_NOTHING
    rows = sessions.loc[found["session"]].to_dict("records")
    return found.assign(evidence=[say_recovery(row) for row in rows])


def _dose_limits(steps: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    judged = dose_limits.judge_dose_limits(steps, policy)
    found = session_safety.flag_latest_session(steps, dose_limits.rate_dose_limits(judged))
    if found.empty:
        return FOUND_NOTHING
    passed = judged.loc[found["session"]].to_dict("records")
    rows = steps.loc[found["session"]].to_dict("records")
    said = [dose_limits.say_dose_limits(*pair) for pair in zip(rows, passed, strict=True)]
    return found.assign(evidence=said)


def _protocol_gaps(sessions: pd.DataFrame, has_poor_response: Bools, policy: Policy) -> pd.DataFrame:
    gaps = protocol_gaps.derive_protocol_gaps(sessions, policy)
    rated = protocol_gaps.rate_protocol_gaps(gaps)
    found = session_safety.flag_latest_session(gaps, rated)
    if found.empty:
        return FOUND_NOTHING
    rows = gaps.loc[found["session"]].to_dict("records")
    is_poor = has_poor_response[found["patient"]]
    said = [protocol_gaps.say_protocol_gaps(row, poor) for row, poor in zip(rows, is_poor, strict=True)]
    return found.assign(evidence=said)
