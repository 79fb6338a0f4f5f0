"""Adverse events that ask for a review: some at any severity, the others by severity; a missing severity is never "mild"."""

import numpy as np
import pandas as pd

from lib.clinical.adverse_terms import CRITICAL_TERM, match_terms
from lib.clinical.flag_keeping import add_beside, join_findings
from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import CRITICAL, HIGH, MEDIUM, WATCH
from lib.clinical.rules.holding import FOUND_NOTHING, NEVER, say_each, select_holding, start_of_hold
from lib.clinical.rules.session_safety import NOTHING
from lib.clinical.rules.wording import Row, say_day_number
from lib.clinical.segments import NONE, Ints

_MAX_NAMED = 3


def flag_tolerability(events: pd.DataFrame, as_of: int, policy: Policy) -> pd.DataFrame:
    """patient, severity, since, evidence. events: of CareRecords; a critical one is found until a named clinician closes it,
    others for some days."""
    rated = events.assign(severity_code=rate_events(events))
    rated = rated[rated["severity_code"] > NOTHING]
    if rated.empty:
        return FOUND_NOTHING
    stop = rated["day"] + policy.tolerability.recent_days + 1
    closed_on = rated["closed_on"].mask(rated["closed_on"] == NONE, NEVER)
    is_critical = rated["severity_code"] == CRITICAL
    intervals = rated.assign(start=rated["day"], stop=stop.mask(is_critical, closed_on))
    holding = select_holding(intervals, as_of).sort_values(
        ["patient", "severity_code", "day", "term"], ascending=[True, False, False, True], kind="stable"
    )
    found = start_of_hold(intervals, as_of)
    highest = holding.groupby("patient")["severity_code"].max()
    is_critical = holding["severity_code"] == CRITICAL
    critical, others = (say_each(holding[chosen], say_event) for chosen in (is_critical, ~is_critical))
    # Each critical event is a finding of its own, however many there are: one that is left out could not be kept.
    said = [
        add_beside(join_findings(dict.fromkeys(critical.get(one, []), "")), _say(others.get(one, [])))
        for one in found["patient"]
    ]
    return found.assign(
        severity=found["patient"].map(highest).astype("int64"),
        evidence=pd.Series(said, index=found.index, dtype=object),
    )


def rate_events(events: pd.DataFrame) -> Ints:
    """The severity of each event, or −1 for a mild one that is not serious."""
    severity = events["severity"].to_numpy()
    rated = np.select([severity == "moderate", severity == "mild"], [WATCH, NOTHING], MEDIUM)
    rated[(severity == "severe") | (events["is_serious"] == 1).to_numpy()] = HIGH
    rated[match_terms(events["term"], CRITICAL_TERM).to_numpy()] = CRITICAL
    return rated


def _say(events: list[str]) -> str:
    more = f"; {len(events) - _MAX_NAMED} more" if len(events) > _MAX_NAMED else ""
    return "; ".join(events[:_MAX_NAMED]) + more


def say_event(event: Row) -> str:
    """Fall, severe, serious, on 3 Apr 2026. Findings of one flag are parted by semicolons, so that a term has none."""
    serious = ", serious" if event["is_serious"] == 1 else ""
    term = event["term"].replace(";", ",")
    return (
        f"{term}, {event['severity'] or 'severity not recorded'}{serious}, on {say_day_number(event['day'])}"
    )
