"""Findings of open critical flags whose record was corrected or taken back: the records alone would read as if all were well."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from lib.clinical.flag_keeping import split_findings
from lib.clinical.history import PatientHistory
from lib.clinical.joined_events import is_unnamed
from lib.clinical.moments import moments_of
from lib.clinical.plain_rows import Row, rows_of
from lib.clinical.policy import Policy
from lib.clinical.reading_limits import strip_limit
from lib.clinical.rules.catalogue import CRITICAL, TOLERABILITY
from lib.clinical.rules.tolerability import say_event
from lib.clinical.rules.wording import say_blood_pressure, say_sedation

# Words of `say_session`.
_NUMBER = re.compile(r"\bsession \d+ of ")
PRESSURE, SEDATION = "blood_pressure", "sedation"
_READINGS = [
    *(f"{kind}_{when}_mmhg" for kind in ("sbp", "dbp") for when in ("pre", "40", "120")),
    "sedation_moaas",
]


def find_gone(flags: pd.DataFrame, history: PatientHistory, policy: Policy) -> tuple[tuple[str, str], ...]:
    """Rule and finding, in the order of the flags. flags: the patient's open ones: rule, severity, evidence."""
    # Filtered as a frame, the few flags of a patient cost their page ten times as much.
    rows = zip(*(flags[name].tolist() for name in ("rule", "severity", "evidence")), strict=True)
    said = [
        (rule, strip_limit(finding))
        for rule, severity, evidence in rows
        if severity == CRITICAL
        for finding, no_longer_since in split_findings(evidence).items()
        if no_longer_since
    ]
    # Of most patients nothing is kept, and then nothing has to be said anew.
    if not said:
        return ()
    on_record = _say_on_record(history, policy)
    return tuple(
        (rule, finding)
        for rule, finding in said
        if rule in on_record and not is_unnamed(finding) and _without_number(finding) not in on_record[rule]
    )


def _without_number(finding: str) -> str:
    """Of a session as if it were the only one of its day: its number changes when another one comes or goes."""
    return _NUMBER.sub("the session of ", finding)


def _say_on_record(history: PatientHistory, policy: Policy) -> dict[str, set[str]]:
    """By rule what its flag would say of each record, whether or not that is over today's limits."""
    sessions = _list_sessions(history.dosing_sessions)
    events = history.adverse_events
    each = rows_of(events.assign(day=moments_of(events).day))
    return {
        # What follows the readings is the limit, and other readings have other words for theirs.
        PRESSURE: {say_blood_pressure(row, policy)[0].partition(";")[0] for row in sessions},
        SEDATION: {say_sedation(row, policy)[0] for row in sessions if not np.isnan(row["sedation_moaas"])},
        TOLERABILITY: {say_event(row) for row in each},
    }


def _list_sessions(sessions: pd.DataFrame) -> Sequence[Row]:
    """The counting ones as the rules on readings take them, each as if it were the only one of its day: NaN where nothing is
    recorded."""
    counting = sessions[sessions["counts"].astype(bool)]
    readings = {name: counting[name].to_numpy(dtype=float, na_value=np.nan) for name in _READINGS}
    return rows_of(pd.DataFrame({"day": moments_of(counting).day, "nth_of_day": 1, **readings}))


def say_gone(gone: Iterable[tuple[str, str]], *rules: str) -> str:
    """In words, of these rules (of none named: of all); empty of none."""
    said = [finding for rule, finding in gone if rule in rules or not rules]
    return f"a flag is open on what was corrected or taken back: {'; also '.join(said)}" if said else ""
