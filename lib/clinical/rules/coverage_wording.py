"""What the rules could read, in words: silence of a rule that could not be read is never a pass."""

import pandas as pd

from lib.clinical.plain_rows import rows_of
from lib.clinical.rules.coverage import ASSESSED, NOT_ASKED, NOT_RECORDED, PARTLY, STATES


def say_coverage(coverage: pd.DataFrame) -> list[tuple[str, str]]:
    """(state, sentence) of the states that there are. coverage: rule, label, state (a word), n_recorded, n_records."""
    asked = [row for row in rows_of(coverage) if row["state"] != STATES[NOT_ASKED]]
    if not asked:
        return [
            (
                STATES[NOT_RECORDED],
                "no rule could be asked: neither a PHQ-9 nor a dosing session is stored.",
            )
        ]
    n_assessed = sum(row["state"] == STATES[ASSESSED] for row in asked)
    said = [(STATES[ASSESSED], f"{n_assessed} of {len(asked)} rules had what they read.")]
    for state in (STATES[PARTLY], STATES[NOT_RECORDED]):
        rows = [row for row in asked if row["state"] == state]
        if rows:
            names = ", ".join(map(_name, rows))
            said.append((state, f"{len(rows)}: {names}."))
    return said


def say_unread(coverage: pd.DataFrame) -> str:
    """Where no flag is open: how many rules could not be read, by name; "" where every one was assessed."""
    said = dict(say_coverage(coverage))
    n_asked = int((coverage["state"] != STATES[NOT_ASKED]).sum())
    if not n_asked:
        return f"That is no pass: {said[STATES[NOT_RECORDED]]}"
    words = []
    for state in (STATES[NOT_RECORDED], STATES[PARTLY]):
        if state in said:
            number, _, names = said[state].partition(": ")
            words.append(f"{number} {state}: {names.rstrip('.')}")
    n_unread = int(coverage["state"].isin((STATES[PARTLY], STATES[NOT_RECORDED])).sum())
    if not words:
        return ""
    return f"That is no pass: {n_unread} of {n_asked} rules could not be read in full ({'; '.join(words)})."


def _name(row: dict) -> str:
    return f"{row['label']} ({row['n_recorded']} of {row['n_records']})"
