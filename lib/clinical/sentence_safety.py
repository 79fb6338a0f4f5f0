"""The safety half of the sentence on a course: item 9 over every stored form, and the last blood pressure."""

from datetime import date

import pandas as pd

from lib.clinical.wording import say_day

ITEM_9_ZERO = "denied on this form; not a risk assessment"


def describe_item_9(assessments: pd.DataFrame) -> str:
    """Item 9 over every stored PHQ-9 form, in force or not: the highest answer before, and the latest."""
    forms = assessments[assessments["instrument"] == "PHQ-9"]
    if forms.empty:
        return "item 9 never asked"
    latest, answered = forms.iloc[-1], forms[forms["item_9"].notna()]
    if answered.empty and not forms["has_items"].astype(bool).any():
        return "item 9 not collected"
    if pd.isna(latest["item_9"]):
        what = "not answered" if latest["has_items"] else "not collected"
        if answered.empty:
            return f"item 9 {what} on any form"
        last = answered.iloc[-1]
        return f"item 9 {what} on the latest form (last answer {last['item_9']} on {say_day(last['on'])})"
    return _compare_item_9(int(latest["item_9"]), answered["item_9"].iloc[:-1].astype(int), latest["on"])


def _compare_item_9(latest: int, earlier: "pd.Series[int]", on: date) -> str:
    meaning = f"({ITEM_9_ZERO})" if latest == 0 else f"on {say_day(on)}, positive"
    if earlier.empty:
        return f"item 9: {latest} {meaning}"
    was = f"was {earlier.max()}" if earlier.nunique() == 1 else f"was up to {earlier.max()}"
    return f"item 9 {was}, latest {latest} {meaning}"


def describe_pressure(sessions: pd.DataFrame) -> str:
    taken = sessions[sessions["counts"].astype(bool)]
    if taken.empty:
        return "no dose taken yet" if sessions.empty else "no dose taken yet, blood pressure not recorded"
    measured = taken[taken["sbp_pre_mmhg"].notna() & taken["dbp_pre_mmhg"].notna()]
    if measured.empty:
        return "blood pressure not recorded"
    last = measured.iloc[-1]
    words = f"{last['sbp_pre_mmhg']:.0f}/{last['dbp_pre_mmhg']:.0f} mmHg on {say_day(last['on'])}"
    if pd.isna(taken.iloc[-1]["sbp_pre_mmhg"]) or pd.isna(taken.iloc[-1]["dbp_pre_mmhg"]):
        return f"blood pressure not recorded before the latest dose (last known {words})"
    return f"last blood pressure before a dose {words}"
