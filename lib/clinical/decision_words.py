"""Signed decisions and what became of them in words. An outcome never says what caused it."""

from collections.abc import Iterable, Mapping
from math import isnan
from typing import Any

from lib.clinical.decision_answers import BELOW, OPTIONS, REASONS
from lib.clinical.decision_records import (
    CLOSED,
    DATA,
    DECIDED,
    MET,
    NO_DOSE,
    NO_SCORE,
    NOT_MET,
    NOT_TAKEN,
    REFERRAL,
    SCORE,
    SUPERSEDED,
)
from lib.clinical.rules.wording import say_day_number
from lib.clinical.segments import NONE

REVIEW_IS_NOT_RAISE = "Review does not mean raise."
NOT_A_CAUSE = "Meeting the target does not show that the change caused it."
UNVERIFIED, VERIFIED = "unverified local user", "signed in"
Row = Mapping[Any, Any]


def say_signer(name: str, is_verified: Any) -> str:
    """Dr A, of somebody who was signed in; of anybody else also that nobody checked it."""
    return name if is_verified else f"{name} ({UNVERIFIED})"


def say_options(codes: Iterable[str]) -> str:
    """Continue · Technique, in alphabetical order."""
    return " · ".join(label for name, label in OPTIONS.items() if name in set(codes))


def say_reasons(codes: Iterable[str]) -> str:
    return ", ".join(label.lower() for name, label in REASONS.items() if name in set(codes))


def say_doses(row: Row) -> str:
    """100 mg → 150 mg, every 7 days → every 14 days; only what was typed, and "" where nothing was."""
    dose = _say_change(row["old_dose_mg"], row["new_dose_mg"], "{:g} mg")
    interval = _say_change(row["old_interval_days"], row["new_interval_days"], "every {:g} days")
    return ", ".join(part for part in (dose, interval) if part)


def _say_change(old: float | None, new: float | None, form: str) -> str:
    """An empty cell of a frame is None or NaN."""
    was, becomes = ("" if one is None or isnan(one) else form.format(one) for one in (old, new))
    return f"{was or 'not recorded'} → {becomes}" if becomes else was


def say_target(effect: Row, review_by: int, *, is_stop: bool = False) -> str:
    """What the loop waits for. effect: as a decision keeps it."""
    day = _say(review_by)
    if effect["target"] == NO_DOSE and is_stop:
        return f"no dose taken up to {_say(review_by + effect['follow_up_days'])}"
    if effect["target"] == NO_DOSE:
        return f"no dose taken before {day}"
    if effect["target"] == REFERRAL:
        return (
            f"a contact of kind referral, with its outcome, by {_say(review_by + effect['follow_up_days'])}"
        )
    if effect["target"] == DATA:
        return f"a PHQ-9 or GAD-7 total by {_say(review_by + effect['follow_up_days'])}"
    if effect["kind"] == BELOW:
        return f"{effect['instrument']} below {effect['points']} from {day} on"
    start = f"{effect['from_total']} on {_say(effect['from_on'])}"
    points = f"{effect['points']} point{'' if effect['points'] == 1 else 's'}"
    return f"{effect['instrument']} at least {points} lower than {start}, from {day} on"


def say_state(row: Row) -> str:
    """Decided, follow-up from 3 Mar 2026 · Follow-up due since … · Closed on …: target met."""
    day = _say(row["review_by"])
    if row["state"] == DECIDED:
        return f"Decided; follow-up from {day} on"
    if row["state"] == CLOSED:
        return f"Closed on {_say(row['settled_on'])}: {row['outcome']}"
    return f"Follow-up due since {day}"


def say_outcome(row: Row, effect: Row) -> str:
    """What closed the loop, or what is missing for it. row: columns of derive_outcomes, and review_by."""
    if row["outcome"] == SUPERSEDED:
        return f"A later decision was signed on {_say(row['settled_on'])} while this one was open."
    if row["state"] != CLOSED:
        return _say_open(row, effect)
    said = {
        SCORE: _say_scored,
        NO_DOSE: _say_held,
        REFERRAL: _say_referred,
        DATA: _say_data,
    }[effect["target"]](row, effect)
    return f"{said} {NOT_A_CAUSE}" if row["outcome"] in (MET, NOT_MET) else said


def _say_open(row: Row, effect: Row) -> str:
    sessions = f"{_count(row['n_sessions'], 'dosing session')} since"
    missing = "" if effect["target"] != SCORE else f"; {sessions}, no score yet that settles it"
    if row["unclear_on"] != NONE:
        missing = f"; {_say_unclear(row)}"
    blank = f"; {_count(row['n_open_forms'], 'prorated score')} left it open" if row["n_open_forms"] else ""
    last = _say(row["review_by"] + effect["follow_up_days"])
    return f"Open: an outcome is taken until {last}{missing}{blank}."


def _say_scored(row: Row, effect: Row) -> str:
    last = _say(row["settled_on"] - 1)
    if row["outcome"] == NOT_TAKEN:
        others = f"; {_count(row['n_sessions'], 'session')} at another dose" if row["n_sessions"] else ""
        return f"No dosing session at the new dose was recorded up to {last}{others}."
    if row["outcome"] == NO_SCORE:
        if not row["n_sessions"]:
            return f"No dosing session was recorded up to {last}, so no score could speak of the decision."
        blank = (
            f" ({_count(row['n_open_forms'], 'prorated one')} left it open)" if row["n_open_forms"] else ""
        )
        return f"No {effect['instrument']} total that settles it was recorded up to {last}{blank}."
    sessions = _count(row["n_sessions"], "dosing session")
    return f"{effect['instrument']} {row['total']} on {_say(row['form_on'])}, after {sessions} since the decision."


def _say_held(row: Row, effect: Row) -> str:
    if row["outcome"] == NOT_MET:
        when = "after the stop was signed" if row["is_stop"] else "before the review"
        return f"A dose was taken on {_say(row['dose_on'])}, {when}."
    if row["outcome"] == NO_SCORE and row["unclear_on"] != NONE:
        return f"It is not known whether this was kept: {_say_unclear(row)}."
    if row["outcome"] == NO_SCORE and row["is_stop"]:
        return (
            "No record from review-by on shows that somebody looked: whether doses were taken is not known."
        )
    if row["outcome"] == NO_SCORE:
        return "Nothing was recorded of the patient after review-by: whether doses were taken is not known."
    last = row["review_by"] + effect["follow_up_days"]
    doses = f"up to {_say(last)}" if row["is_stop"] else f"before {_say(row['review_by'])}"
    return f"No dose is recorded {doses}; the patient was seen on {_say(row['settled_on'])}."


def _say_unclear(row: Row) -> str:
    return f"of a dose on {_say(row['unclear_on'])}, the day of signing, the time is not recorded"


def _say_referred(row: Row, _: Row) -> str:
    if row["outcome"] == MET:
        return f"A referral with its outcome is recorded on {_say(row['settled_on'])}."
    return f"No referral with an outcome is recorded up to {_say(row['settled_on'] - 1)}."


def _say_data(row: Row, _: Row) -> str:
    if row["outcome"] == MET:
        return f"A total was recorded on {_say(row['settled_on'])}."
    return f"No total was recorded up to {_say(row['settled_on'] - 1)}."


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"


def _say(day: int) -> str:
    return "not known" if day == NONE else say_day_number(day)
