"""Flags on totals: which efficacy rules hold on a day, since when, and what they say."""

import numpy as np
import pandas as pd

from lib.clinical.findings import Findings
from lib.clinical.policy import Policy
from lib.clinical.rules import off_course, wording
from lib.clinical.rules.efficacy import rate_efficacy
from lib.clinical.rules.follow_up import is_in_treatment
from lib.clinical.rules.further_efficacy import FURTHER_EFFICACY_RULES, RULES_OF_TREATMENT, rate_further
from lib.clinical.rules.further_wording import say_total_threshold, say_without_baseline
from lib.clinical.rules.holding import FOUND_NOTHING
from lib.clinical.rules.replay import OFF_COURSE, efficacy_since, judge_points
from lib.clinical.segments import Bools, columns_of


def flag_efficacy(findings: Findings, collected: Bools, policy: Policy) -> pd.DataFrame:
    """patient, rule, severity, since, instrument, evidence, threshold. collected: by row of the findings."""
    chosen = np.flatnonzero(collected)
    points, rows = findings.points.take(chosen), findings.rows.iloc[chosen]
    judged = judge_points(findings.ground, points, rows, policy)
    since = efficacy_since(findings.ground, points, judged, policy)
    found = {rule: judged.found(rule) for rule, holds in judged.holds.items() if holds.any()}
    treated = np.flatnonzero(is_in_treatment(rows, policy))
    for rule in found.keys() & {*RULES_OF_TREATMENT, OFF_COURSE}:
        found[rule] = found[rule][found[rule]["owner"].isin(treated)]
    described = [
        describe_efficacy(rule, rows.assign(since=since[rule][rows["owner"]]), policy)
        for rule, rows in found.items()
    ]
    return pd.concat(described or [FOUND_NOTHING.assign(rule=np.zeros(0, dtype=object))])


def describe_efficacy(rule: str, rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Rows at which a rule holds, with severity, evidence and threshold. rows: of `judge_points`."""
    columns = columns_of(rows)
    if rule == OFF_COURSE:
        severity, said = off_course.rate_off_course(columns), off_course.say_off_course
        limits = [off_course.say_off_course_threshold(policy)] * len(rows)
    else:
        is_further = rule in FURTHER_EFFICACY_RULES
        severity = (rate_further if is_further else rate_efficacy)(rule, columns, policy)
        say_limit = say_total_threshold if is_further else wording.say_efficacy_threshold
        said = say_without_baseline if rule == "worsening_without_baseline" else wording.say_course
        limits = [say_limit(rule, code, policy) for code in rows["instrument"]]
    return rows.assign(
        rule=rule,
        severity=severity,
        evidence=[said(row) for row in rows.to_dict("records")],
        threshold=limits,
    )
