"""All rules over a clinic: which flags hold on a day, each with severity, since when, evidence and limit."""

import numpy as np
import pandas as pd

from lib.clinical.efficacy_flags import Totals, flag_efficacy, judge_totals
from lib.clinical.findings import Findings
from lib.clinical.further_flags import find_further_flags
from lib.clinical.instruments import BY_CODE, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.rules import follow_up, suicidality, wording
from lib.clinical.rules.holding import FOUND_NOTHING
from lib.clinical.rules.protocol_gaps import POOR_RESPONSE
from lib.clinical.rules.reading_flags import flag_readings
from lib.clinical.segments import Bools

FLAG_COLUMNS = ("patient", "rule", "severity", "since", "instrument", "evidence", "threshold")
NO_FLAGS = FOUND_NOTHING.assign(
    rule=np.zeros(0, dtype=object),
    threshold=np.zeros(0, dtype=object),
    instrument=np.zeros(0, dtype=np.int64),
)[list(FLAG_COLUMNS)]


def find_flags(findings: Findings, policy: Policy) -> pd.DataFrame:
    """Columns FLAG_COLUMNS: patient key, rule name, severity (0 info … 4 critical), since (day), instrument (code, NONE for rules
    on sessions), evidence and threshold in words."""
    totals = judge_totals(findings, is_collected(findings), policy, with_treated=False)
    return find_flags_beside(totals, findings, policy)


def find_flags_beside(totals: Totals, findings: Findings, policy: Policy) -> pd.DataFrame:
    """The same, where the rules on totals are judged already."""
    collected = is_collected(findings)
    efficacy = flag_efficacy(totals, policy)
    found = [
        _suicidality(findings, policy),
        _item_9_not_answered(findings),
        *flag_readings(findings.sessions, policy),
        efficacy,
        _follow_up(findings, collected, policy),
        *find_further_flags(findings, collected, _has_poor_response(findings, efficacy), policy),
    ]
    flags = pd.concat(
        [frame.reindex(columns=list(FLAG_COLUMNS)) for frame in found if len(frame)] or [NO_FLAGS]
    )
    return flags.astype(
        {"patient": "int64", "severity": "int64", "since": "int64", "instrument": "int64"}
    ).sort_values(["patient", "rule", "instrument"], ignore_index=True)


def _suicidality(findings: Findings, policy: Policy) -> pd.DataFrame:
    forms, closings = findings.phq9_forms, findings.closings
    found = suicidality.flag_suicidality(forms, closings, findings.as_of, policy)
    if found.empty:
        return NO_FLAGS
    critical = policy.suicidality_item_9.critical_at
    return found.assign(
        rule="suicidality_item_9",
        instrument=PHQ9.code,
        evidence=[wording.say_item_9(row) for row in found.to_dict("records")],
        threshold=f"any answer of 1 or more; {critical} or more, or a rise, is critical",
    )


def _item_9_not_answered(findings: Findings) -> pd.DataFrame:
    forms = findings.phq9_forms
    found = suicidality.flag_item_9_not_answered(forms[forms["is_current_version"]])
    return found.assign(
        rule="item_9_not_answered",
        instrument=PHQ9.code,
        evidence=[
            f"item 9 is blank since the form of {wording.say_day_number(day)}" for day in found["since"]
        ],
        threshold="items were given and item 9 is blank on the latest PHQ-9",
    )


def _has_poor_response(findings: Findings, efficacy: pd.DataFrame) -> Bools:
    """By patient key, whether a rule of a poor response holds."""
    is_poor = np.zeros(len(findings.care.in_person_on), dtype=bool)
    is_poor[efficacy.loc[efficacy["rule"].isin(POOR_RESPONSE), "patient"]] = True
    return is_poor


def is_collected(findings: Findings) -> Bools:
    """Instruments that a clinic does not collect give no flags."""
    collects = np.array([findings.prepared.collects[one.code] for one in BY_CODE])
    return collects[findings.rows["instrument"], findings.rows["patient"]]


def _follow_up(findings: Findings, collected: Bools, policy: Policy) -> pd.DataFrame:
    rows = findings.rows.loc[collected, list(follow_up.READ_COLUMNS)]
    unseen = follow_up.flag_no_recent_score(rows, policy).assign(rule="no_recent_score")
    unknown = follow_up.flag_not_assessable(rows, policy).assign(rule="not_assessable")
    return describe_unseen(pd.concat([unseen, unknown]), rows, policy)


def describe_unseen(found: pd.DataFrame, rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Rules on what is missing in words. found: row (of rows), rule, severity, since."""
    if found.empty:
        return NO_FLAGS
    described = rows.loc[found["row"]].reset_index(drop=True)
    found = found.reset_index(drop=True)
    return found.assign(
        patient=described["patient"],
        instrument=PHQ9.code,
        evidence=[wording.say_unseen(row) for row in described.to_dict("records")],
        threshold=found["rule"].map(wording.say_unseen_thresholds(policy)),
    )
