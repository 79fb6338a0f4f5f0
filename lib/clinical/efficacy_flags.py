"""Flags on totals: which efficacy rules hold on a day, since when, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.findings import Findings
from lib.clinical.policy import Policy
from lib.clinical.rules import off_course, wording
from lib.clinical.rules.efficacy import rate_efficacy
from lib.clinical.rules.follow_up import is_in_treatment
from lib.clinical.rules.further_efficacy import FURTHER_EFFICACY_RULES, RULES_OF_TREATMENT, rate_further
from lib.clinical.rules.further_wording import say_total_threshold, say_without_baseline
from lib.clinical.rules.holding import FOUND_NOTHING
from lib.clinical.rules.replay import OFF_COURSE, LookBack, look_back
from lib.clinical.segments import Bools, Columns, columns_of, records_of, take


@dataclass(frozen=True)
class Totals:
    """What the rules on totals come to: current courses of collected instruments, and which of them are in treatment."""

    back: LookBack
    is_treated: Bools


def judge_totals(findings: Findings, collected: Bools, policy: Policy, *, with_treated: bool) -> Totals:
    """collected: by row of the findings. with_treated: every course in treatment is looked back on, for what is eased."""
    chosen = np.flatnonzero(collected)
    points, rows = findings.points.take(chosen), findings.rows.iloc[chosen]
    is_treated = is_in_treatment(rows, policy)
    also = is_treated & with_treated
    return Totals(look_back(findings.ground, points, columns_of(rows), also, policy), is_treated)


def flag_efficacy(totals: Totals, policy: Policy) -> pd.DataFrame:
    """patient, rule, severity, since, instrument, evidence, threshold."""
    found = totals.back.found()
    for rule in found.keys() & {*RULES_OF_TREATMENT, OFF_COURSE}:
        found[rule] = take(found[rule], totals.is_treated[found[rule]["owner"]])
    return describe_efficacy(found, policy)


def describe_efficacy(found: Mapping[str, Columns], policy: Policy) -> pd.DataFrame:
    """By rule the rows at which it holds (of `judge_points`, with since), one below the other: patient, rule, severity, since,
    instrument, evidence, threshold."""
    if not found:
        return FOUND_NOTHING.assign(rule=np.zeros(0, dtype=object))
    said = [_describe(rule, rows, policy) for rule, rows in found.items()]
    return pd.DataFrame({name: np.concatenate([one[name] for one in said]) for name in said[0]})


def _describe(rule: str, rows: Columns, policy: Policy) -> dict[str, NDArray[Any]]:
    if rule == OFF_COURSE:
        severity, say = off_course.rate_off_course(rows), off_course.say_off_course
    else:
        rate = rate_further if rule in FURTHER_EFFICACY_RULES else rate_efficacy
        severity = rate(rule, rows, policy)
        say = say_without_baseline if rule == "worsening_without_baseline" else wording.say_course
    limits = {code: _say_limit(rule, code, policy) for code in set(rows["instrument"].tolist())}
    return {
        **{name: rows[name] for name in ("patient", "instrument", "since")},
        "rule": np.full(len(severity), rule, dtype=object),
        "severity": severity,
        "evidence": np.array([say(row) for row in records_of(rows)], dtype=object),
        "threshold": np.array([limits[code] for code in rows["instrument"].tolist()], dtype=object),
    }


def _say_limit(rule: str, instrument: int, policy: Policy) -> str:
    if rule == OFF_COURSE:
        return off_course.say_off_course_threshold(policy)
    say = say_total_threshold if rule in FURTHER_EFFICACY_RULES else wording.say_efficacy_threshold
    return say(rule, instrument, policy)
